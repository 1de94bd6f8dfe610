//! What is recorded when accounting changes entries that nobody touched.

use super::Basis;
use crate::hours::BillingLine;
use crate::kernel::{ClientId, Date, EngagementId, TimeEntryId, Timestamp};
use crate::platform::entity::shown;
use crate::platform::events::Recorded;
use crate::slices::time_entries::TimeEntryEvent;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// What accounting makes of an entry: the member's name, and its value.
type Member = (&'static str, fn(&BillingLine) -> Value);

const MEMBERS: [Member; 5] = [
    ("terms_id", |line| json!(line.terms_id)),
    ("rate_minor", |line| json!(line.rate_minor)),
    ("billed_seconds", |line| json!(line.billed_seconds)),
    ("day_ten_thousandths", |line| json!(line.day_ten_thousandths)),
    ("amount_minor", |line| json!(line.amount_minor)),
];

/// Entries of one engagement as accounting found or left them.
pub struct Reaccounted<'a> {
    engagement: EngagementId,
    engagement_version: i64,
    client: ClientId,
    lines: Vec<&'a BillingLine>,
    /// The members that changed in any of them.
    changed: Vec<Member>,
}

impl<'a> Reaccounted<'a> {
    /// Entries before and after; none where there are none.
    pub fn new(basis: &Basis, mut lines: Vec<(&'a BillingLine, &'a BillingLine)>) -> Option<[Self; 2]> {
        let (engagement, client) = basis.engagement_id.zip(basis.client_id).filter(|_| !lines.is_empty())?;
        let engagement_version = basis.engagement_version.unwrap_or(0);
        lines.sort_by_key(|(_, line)| line.id.0);
        let differs = |(_, value): &Member| lines.iter().any(|(before, after)| value(before) != value(after));
        let changed: Vec<Member> = MEMBERS.into_iter().filter(differs).collect();
        let (before, after) = lines.into_iter().unzip();
        let state = |lines| Self { engagement, engagement_version, client, lines, changed: changed.clone() };
        Some([state(before), state(after)])
    }

    fn ids(&self) -> Vec<TimeEntryId> {
        self.lines.iter().map(|line| line.id).collect()
    }

    /// The first and the last local date of their work.
    fn dates(&self) -> (Option<Date>, Option<Date>) {
        let parts = || self.lines.iter().flat_map(|line| line.parts().into_owned()).map(|part| part.date);
        (parts().min(), parts().max())
    }
}

/// Entries that were billed anew: the data of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReaccountedEntries {
    /// The entries.
    pub ids: Vec<TimeEntryId>,
    /// The first date of their work.
    pub from: Option<Date>,
    /// The last date of their work, inclusive.
    pub to: Option<Date>,
}

impl Recorded for Reaccounted<'_> {
    type Event = TimeEntryEvent;
    const RESOURCE: &'static str = "engagement";
    fn id(&self) -> Uuid {
        self.engagement.0
    }
    fn version(&self) -> i64 {
        self.engagement_version
    }
    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
    fn shown(&self, _: Timestamp) -> Value {
        let (from, to) = self.dates();
        shown(ReaccountedEntries { ids: self.ids(), from, to })
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        Some(self.shown(now))
    }
    fn compared(&self) -> Option<Value> {
        let line = |line: &&BillingLine| {
            let members = self.changed.iter().map(|(name, value)| ((*name).to_owned(), value(line)));
            Value::Object([("id".to_owned(), json!(line.id))].into_iter().chain(members).collect())
        };
        Some(json!({"entries": self.lines.iter().map(line).collect::<Vec<_>>()}))
    }
}
