//! What lists of engagements and of their terms can be filtered and sorted by.

use super::TermsStatus;
use crate::hours::{EngagementKind, EngagementStatus};
use crate::kernel::{ClientId, ExternalRef, ExternalSource, choice};
use crate::web::{Listing, OneOf, Primitive, SearchText, params};

choice! {
    /// Related objects that an engagement can show within it.
    pub enum EngagementExpansion {
        Client = "client",
    }
}

params! {
    /// How to show an engagement.
    pub struct EngagementView {
        /// Related objects to put into it. An API key needs the scope to read them.
        expand: OneOf<EngagementExpansion>,
    }
}

choice! {
    /// Which entries that are noted already come under terms with their acceptance.
    #[derive(Default)]
    pub enum ApplyTo {
        /// None: what is noted stays as it is.
        #[default]
        None = "none",
        /// Those of its dates that are not locked.
        Unlocked = "unlocked",
    }
}

params! {
    /// What accepting terms does beside.
    pub struct AcceptOptions {
        /// `unlocked`: entries that are noted already, not locked, and dated when these terms are in force are accounted
        /// anew under them; `apply?dry_run=true` shows before what would change. Default `none`: what is noted stays.
        apply_to: ApplyTo,
    }
}

params! {
    /// How to end an engagement.
    pub struct EngagementEnd {
        /// Whether it ends with the last work that is noted, where that lies after the day: timers are stopped and count
        /// too. Default: such a day is refused.
        move_end: Primitive<bool>,
        /// Whether it ends only where the notice of the terms in force (`notice_days`) is kept: else 409
        /// `notice_required`, which names the earliest day. Default: it ends all the same.
        respect_notice: Primitive<bool>,
    }
}

params! {
    /// Which engagements to list.
    pub struct EngagementFilter {
        /// Only these statuses; without it, archived ones are left out.
        status: OneOf<EngagementStatus>,
        /// Only with these clients.
        client_id: OneOf<ClientId>,
        /// Only these kinds.
        kind: OneOf<EngagementKind>,
        /// Only from this other system.
        @internal external_source: ExternalSource,
        /// Only with this id in the other system.
        @internal external_ref: ExternalRef,
        /// Searches title, description and notes that you can see, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for EngagementFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("title", "sort_key"),
        ("starts_on", "starts_on"),
    ];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
    const EXPANDS: &'static [&'static str] = &["client"];
}

params! {
    /// Which versions of the terms to list.
    pub struct TermsFilter {
        /// Only these statuses.
        status: OneOf<TermsStatus>,
    }
}

impl Listing for TermsFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at"), ("effective_from", "effective_from")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
