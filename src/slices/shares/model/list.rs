//! What lists of share links can be filtered and sorted by.

use super::{ShareSource, ShareStatus};
use crate::kernel::{ClientId, EngagementId, ShareLinkId, TaskId, Timestamp, choice};
use crate::platform::auth::Role;
use crate::slices::shares::providers::ProviderSlug;
use crate::web::{Listing, OneOf, SearchText, params};

choice! {
    /// Related objects that a share link can show within it.
    pub enum ShareLinkExpansion {
        Client = "client",
        Engagement = "engagement",
        Task = "task",
    }
}

params! {
    /// How to show a share link.
    pub struct ShareLinkView {
        /// Related objects to put into it. An API key needs the scope to read them.
        expand: OneOf<ShareLinkExpansion>,
    }
}

params! {
    /// Which share links to list.
    pub struct ShareLinkFilter {
        /// Only these clients' links.
        client_id: OneOf<ClientId>,
        /// Only those of these engagements.
        engagement_id: OneOf<EngagementId>,
        /// Only those of these tasks.
        task_id: OneOf<TaskId>,
        /// Only with their files there.
        source: OneOf<ShareSource>,
        /// Only at these providers, by their `slug`.
        provider: OneOf<ProviderSlug>,
        /// Only those that stand there now.
        status: OneOf<ShareStatus>,
        /// Only those that this side added.
        added_by: OneOf<Role>,
        /// Only those that end at or after this instant.
        expires_from: Timestamp,
        /// Only those that end before this instant: with `status=active` what will end soon.
        expires_until: Timestamp,
        /// Only other links of the same client that lead to the same place as this one: its duplicates.
        same_place_as: ShareLinkId,
        /// Searches titles and notes that you can see, in any case and with or without accents; never addresses.
        q: SearchText,
    }
}

impl Listing for ShareLinkFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[
        ("created_at", "s.created_at"),
        ("updated_at", "s.updated_at"),
        ("expires_at", "s.ends_at"),
        ("title", "s.sort_key"),
    ];
    const ID: &'static str = "s.id";
    const UPDATED: Option<&'static str> = Some("s.updated_at");
    const EXPANDS: &'static [&'static str] = &["client", "engagement", "task"];
}
