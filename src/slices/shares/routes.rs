//! The operations on share links.

use crate::kernel::error::Code::{ActionNotAllowed, ClientArchived, Forbidden};
use crate::platform::auth::ScopeName::{SharesRead, SharesWrite};
use crate::platform::events::raising;
use crate::slices::shares::ShareLinkEvent;
use crate::slices::shares::api as shares;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[("share-links", "Files that are handed over by an address, and who runs the place.")];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("share-links", [
            get("/v1/share-links", shares::list_share_links).both(SharesRead).about("List share links")
                .notes("A client sees those that are shared with them and those that their side added."),
            post("/v1/share-links", shares::create_share_link).refuses(&[ClientArchived]).both(SharesWrite).about("Create a share link")
                .notes("A link elsewhere (`source`: `external`) is brought into its normal form and judged: see `provider`, `warnings` and `alternatives`; nothing is refused for them, and nobody talks to the address. What follows `#` may be the key to the files: like the password it is kept encrypted and given back only by `GET /v1/share-links/{share_link_id}/secret`. `GET /v1/share-links?same_place_as=` finds duplicates.")
                .raises(raising![ShareLinkEvent::Created]),
            get("/v1/share-links/{share_link_id}", shares::get_share_link).both(SharesRead).about("Get a share link"),
            patch("/v1/share-links/{share_link_id}", shares::update_share_link).refuses(&[ActionNotAllowed, Forbidden]).both(SharesWrite).about("Update a share link")
                .notes("A client changes what their side added. Where a link leads cannot be changed: another address is another link.")
                .conditional().raises(raising![ShareLinkEvent::Updated, ShareLinkEvent::Extended]),
            delete("/v1/share-links/{share_link_id}", shares::delete_share_link).assistant(SharesWrite).about("Delete a share link")
                .notes("Its password, its address with what followed `#`, its title and notes are gone, for its client from the events of before as well; the events that assistants see keep address, title and notes as they were. What is at the provider stays as it is.")
                .conditional().raises(raising![ShareLinkEvent::Deleted]),
            post("/v1/share-links/{share_link_id}/revoke", shares::revoke_share_link).refuses(&[ActionNotAllowed, Forbidden]).both(SharesWrite).about("Revoke a share link")
                .notes("For good. A link elsewhere must be ended there too. A client takes back what their side added.")
                .conditional().raises(raising![ShareLinkEvent::Revoked]),
            get("/v1/share-links/{share_link_id}/secret", shares::get_share_link_secret).both(SharesRead)
                .about("Get a share link's secret")
                .notes("The whole link with what follows `#`, and the password; no other answer carries those, and this one is `no-store`. The rest of the address is in the link itself, and with many providers it alone opens the files."),
            get("/v1/share-providers", shares::list_share_providers).both(SharesRead).about("List share providers")
                .notes("What is known of each on the day `as_of`; unknown facts are null or `unknown`."),
        ])
}
