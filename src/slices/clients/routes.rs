//! The operations on clients.

use crate::kernel::error::Code::{ActionNotAllowed, CurrencyFixed, DuplicateExternalRef, HasDependents};
use crate::platform::auth::ScopeName::{ClientsRead, ClientsWrite};
use crate::platform::events::raising;
use crate::slices::clients::ClientEvent;
use crate::slices::clients::api as clients;
use crate::slices::clients::channels::ChannelEvent;
use crate::slices::clients::channels::api as channels;
use crate::slices::clients::contacts::ContactEvent;
use crate::slices::clients::contacts::api as contacts;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post, put};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("clients", "The businesses that the workspace works for."),
    ("contacts", "The people at a client."),
    ("channels", "The ways to reach a client."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("clients", [
            get("/v1/clients", clients::list_clients).both(ClientsRead).about("List clients")
                .notes("Archived clients are left out unless `status` asks for them. A client sees itself."),
            post("/v1/clients", clients::create_client).refuses(&[DuplicateExternalRef]).assistant(ClientsWrite).about("Create a client")
                .raises(raising![ClientEvent::Created]),
            get("/v1/clients/{client_id}", clients::get_client).both(ClientsRead).about("Get a client"),
            patch("/v1/clients/{client_id}", clients::update_client).refuses(&[CurrencyFixed, DuplicateExternalRef]).assistant(ClientsWrite).about("Update a client")
                .conditional().raises(raising![ClientEvent::Updated]),
            delete("/v1/clients/{client_id}", clients::delete_client).refuses(&[HasDependents]).assistant(ClientsWrite).about("Delete a client")
                .notes("Only without dependent records; else 409 `has_dependents` names them in `blocked_by`. Contacts and channels go with it.")
                .conditional().raises(raising![ClientEvent::Deleted]),
            put("/v1/clients/by-ref/{source}/{ref}", clients::upsert_client).assistant(ClientsWrite)
                .about("Upsert a client by its reference")
                .notes("Creates the client (201) or merges the given members into it (200). The reference in the address counts.")
                .conditional().raises(raising![ClientEvent::Created, ClientEvent::Updated]),
            post("/v1/clients/{client_id}/archive", clients::archive_client).refuses(&[ActionNotAllowed]).moves_accounts().assistant(ClientsWrite).about("Archive a client")
                .notes("No new work from then on, and its timers stop; reading and corrections stay.")
                .conditional().raises(raising![ClientEvent::Archived, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/clients/{client_id}/unarchive", clients::unarchive_client).refuses(&[ActionNotAllowed]).assistant(ClientsWrite)
                .about("Unarchive a client").conditional().raises(raising![ClientEvent::Unarchived]),
        ]),
        group("contacts", [
            get("/v1/clients/{client_id}/contacts", contacts::list_contacts).both(ClientsRead).about("List contacts"),
            post("/v1/clients/{client_id}/contacts", contacts::create_contact).assistant(ClientsWrite).about("Create a contact")
                .raises(raising![ContactEvent::Created, ContactEvent::Updated]),
            get("/v1/clients/{client_id}/contacts/{contact_id}", contacts::get_contact).both(ClientsRead).about("Get a contact"),
            patch("/v1/clients/{client_id}/contacts/{contact_id}", contacts::update_contact).assistant(ClientsWrite)
                .about("Update a contact").conditional().raises(raising![ContactEvent::Updated]),
            delete("/v1/clients/{client_id}/contacts/{contact_id}", contacts::delete_contact).assistant(ClientsWrite)
                .about("Delete a contact").notes("Channels that belonged to it stay with the client.")
                .conditional().raises(raising![ContactEvent::Deleted, ChannelEvent::Updated]),
        ]),
        group("channels", [
            get("/v1/channel-kinds", channels::list_channel_kinds).both(ClientsRead).about("List channel kinds"),
            get("/v1/clients/{client_id}/channels", channels::list_channels).both(ClientsRead).about("List channels"),
            post("/v1/clients/{client_id}/channels", channels::create_channel).assistant(ClientsWrite).about("Create a channel")
                .notes("A kind that has ended (`retired_on`) is refused, unless it is imported.").raises(raising![ChannelEvent::Created]),
            get("/v1/clients/{client_id}/channels/{channel_id}", channels::get_channel).both(ClientsRead).about("Get a channel"),
            patch("/v1/clients/{client_id}/channels/{channel_id}", channels::update_channel).assistant(ClientsWrite)
                .about("Update a channel").conditional().raises(raising![ChannelEvent::Updated]),
            delete("/v1/clients/{client_id}/channels/{channel_id}", channels::delete_channel).assistant(ClientsWrite)
                .about("Delete a channel").conditional().raises(raising![ChannelEvent::Deleted]),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
