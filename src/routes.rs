//! The URL table: the whole API on one screen. Each line is one operation, registered, enforced and documented from here.

use crate::auth::ScopeName::*;
use crate::clients::{api as clients, channels::api as channels, contacts::api as contacts};
use crate::events::api as events;
use crate::http::{Routes, delete, docs, get, group, openapi, patch, post, put};
use crate::shares::api as shares;
use crate::{sessions, system, users};
use serde_json::Value;

/// Every tag and what it is about.
const TAGS: &[openapi::Tag] = &[
    ("auth", "Registering, logging in, passwords, sessions."),
    ("me", "Who calls, and what she may do."),
    ("clients", "The businesses that the workspace works for."),
    ("contacts", "The people at a client."),
    ("channels", "The ways to reach a client."),
    ("share links", "Files that are handed over by an address, and who runs the place."),
    ("events", "What happened, in order: for polling, automations and audit."),
    ("system", "The server itself: health, keys, metrics."),
];

/// Every operation.
#[rustfmt::skip]
pub fn table() -> Routes {
    [
        group("auth", [
            post("/v1/auth/register", users::api::register_account).about("Register an account with a workspace").also(&[403, 409]).raises(&["workspace.created", "member.joined"]),
            post("/v1/auth/login", users::api::log_in).about("Log in with e-mail address and password").also(&[401]),
            post("/v1/auth/refresh", users::api::refresh_session).about("Get new tokens for a refresh token").also(&[401]),
            post("/v1/auth/logout", users::api::log_out).about("Log out: end the session"),
            get("/v1/sessions", sessions::api::list_sessions).about("List your sessions").person(),
            delete("/v1/sessions/{session_id}", sessions::api::revoke_session).about("End one of your sessions").person(),
        ]),
        group("me", [
            get("/v1/me", users::api::get_me).about("Who calls, in which workspace, with which scopes").logged_in(),
        ]),
        group("clients", [
            get("/v1/clients", clients::list_clients).both(ClientsRead).about("List clients")
                .notes("Archived clients are left out unless `status` asks for them. A client sees herself."),
            post("/v1/clients", clients::create_client).assistant(ClientsWrite).about("Create a client")
                .raises(&["client.created"]).also(&[409]),
            get("/v1/clients/{client_id}", clients::get_client).both(ClientsRead).about("Get a client"),
            patch("/v1/clients/{client_id}", clients::update_client).assistant(ClientsWrite).about("Change a client")
                .conditional().raises(&["client.updated"]),
            delete("/v1/clients/{client_id}", clients::delete_client).assistant(ClientsWrite).about("Delete a client")
                .notes("Only without dependent records; else 409 `has_dependents` names them in `blocked_by`. Contacts and channels go with her.")
                .conditional().raises(&["client.deleted"]),
            put("/v1/clients/by-ref/{source}/{ref}", clients::upsert_client).assistant(ClientsWrite)
                .about("Find or create a client by reference")
                .notes("Creates the client (201) or merges the given members into her (200). The reference in the address counts.")
                .conditional().raises(&["client.created", "client.updated"]),
            post("/v1/clients/{client_id}/archive", clients::archive_client).assistant(ClientsWrite).about("Archive a client")
                .notes("No new work from then on; reading and corrections stay.").conditional().raises(&["client.archived"]),
            post("/v1/clients/{client_id}/unarchive", clients::unarchive_client).assistant(ClientsWrite)
                .about("Bring a client back from the archive").conditional().raises(&["client.unarchived"]),
        ]),
        group("contacts", [
            get("/v1/clients/{client_id}/contacts", contacts::list_contacts).both(ClientsRead).about("List a client's contacts"),
            post("/v1/clients/{client_id}/contacts", contacts::create_contact).assistant(ClientsWrite).about("Add a contact")
                .raises(&["contact.created", "contact.updated"]),
            get("/v1/clients/{client_id}/contacts/{contact_id}", contacts::get_contact).both(ClientsRead).about("Get a contact"),
            patch("/v1/clients/{client_id}/contacts/{contact_id}", contacts::update_contact).assistant(ClientsWrite)
                .about("Change a contact").conditional().raises(&["contact.updated"]),
            delete("/v1/clients/{client_id}/contacts/{contact_id}", contacts::delete_contact).assistant(ClientsWrite)
                .about("Delete a contact").conditional().raises(&["contact.deleted"]),
        ]),
        group("channels", [
            get("/v1/channel-kinds", channels::list_channel_kinds).both(ClientsRead).about("List the kinds of channels"),
            get("/v1/clients/{client_id}/channels", channels::list_channels).both(ClientsRead).about("List a client's channels"),
            post("/v1/clients/{client_id}/channels", channels::create_channel).assistant(ClientsWrite).about("Add a channel")
                .notes("A kind that has ended (`retired_on`) is refused, unless it is imported.").raises(&["channel.created"]),
            get("/v1/clients/{client_id}/channels/{channel_id}", channels::get_channel).both(ClientsRead).about("Get a channel"),
            patch("/v1/clients/{client_id}/channels/{channel_id}", channels::update_channel).assistant(ClientsWrite)
                .about("Change a channel").conditional().raises(&["channel.updated"]),
            delete("/v1/clients/{client_id}/channels/{channel_id}", channels::delete_channel).assistant(ClientsWrite)
                .about("Delete a channel").conditional().raises(&["channel.deleted"]),
        ]),
        group("share links", [
            get("/v1/share-links", shares::list_share_links).both(SharesRead).about("List share links")
                .notes("A client sees those that are shared with her and those that her side added."),
            post("/v1/share-links", shares::create_share_link).both(SharesWrite).about("Add a share link")
                .notes("A link elsewhere (`source`: `external`) is brought into its normal form and judged: see `provider`, `warnings` and `alternatives`; nothing is refused for them, and nobody talks to the address. What follows `#` may be the key to the files: like the password it is kept encrypted and given back only by `GET /v1/share-links/{share_link_id}/secret`. `GET /v1/share-links?same_place_as=` finds duplicates.")
                .raises(&["share_link.created"]).also(&[409]),
            get("/v1/share-links/{share_link_id}", shares::get_share_link).both(SharesRead).about("Get a share link"),
            patch("/v1/share-links/{share_link_id}", shares::update_share_link).both(SharesWrite).about("Change a share link")
                .notes("A client changes what her side added. Where a link leads cannot be changed: another address is another link.")
                .conditional().raises(&["share_link.updated"]),
            delete("/v1/share-links/{share_link_id}", shares::delete_share_link).assistant(SharesWrite).about("Delete a share link")
                .notes("Its secrets are gone with it. What is at the provider stays as it is.")
                .conditional().raises(&["share_link.deleted"]),
            post("/v1/share-links/{share_link_id}/revoke", shares::revoke_share_link).both(SharesWrite).about("Take a share link back")
                .notes("For good. A link elsewhere must be ended there too. A client takes back what her side added.")
                .conditional().raises(&["share_link.revoked"]),
            get("/v1/share-links/{share_link_id}/secret", shares::get_share_link_secret).both(SharesRead)
                .about("Get what opens a share link")
                .notes("The whole link with what follows `#`, and the password. It stands apart so that all other answers can be logged, cached and passed on; this one is `no-store`."),
            get("/v1/share-providers", shares::list_share_providers).both(SharesRead).about("List the providers of share links")
                .notes("What is known of each on the day `as_of`; unknown facts are null or `unknown`."),
        ]),
        group("events", [
            get("/v1/events", events::list_events).both(EventsRead).about("List what happened")
                .notes("Newest first; with `after` oldest first, and nothing is ever missed."),
            get("/v1/events/{event_id}", events::get_event).both(EventsRead).about("Get an event"),
            get("/v1/event-types", events::list_event_types).both(EventsRead).about("List the types of events"),
        ]),
        group("system", [
            get("/healthz", system::get_health).about("Whether the process lives"),
            get("/readyz", system::get_readiness).about("Whether requests can be answered"),
            get("/metrics", system::get_metrics).about("Counters for Prometheus"),
            get("/.well-known/jwks.json", system::get_jwks).about("The public keys of access tokens"),
        ]),
        group("docs", [
            get("/openapi.json", docs::show_openapi),
            get("/docs", docs::show_docs),
            get("/docs/problems", docs::show_problems),
            get("/docs/{file:.*}", docs::show_docs),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The OpenAPI document for a server that is reached at `base_url`.
pub fn document(base_url: &str) -> Value {
    let table: Routes = table().into_iter().filter(|route| route.tag != "docs").collect();
    openapi::document(&table, TAGS, base_url)
}
