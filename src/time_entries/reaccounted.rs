//! What is recorded when accounting changes entries that nobody touched.

use super::{BillingLine, Ground};
use crate::events::Recorded;
use crate::types::{ClientId, Date, EngagementId, TimeEntryId, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

/// Entries of one engagement as accounting left them.
pub struct Reaccounted {
    engagement: EngagementId,
    engagement_version: i64,
    client: ClientId,
    lines: Vec<BillingLine>,
}

impl Reaccounted {
    /// Of these entries; none where there are none.
    pub fn new(ground: &Ground, lines: &[BillingLine]) -> Option<Self> {
        let (engagement, client) = ground.engagement_id.zip(ground.client_id)?;
        let engagement_version = ground.engagement_version.unwrap_or(0);
        let mut lines = lines.to_vec();
        lines.sort_by_key(|line| line.id.0);
        (!lines.is_empty()).then_some(Self { engagement, engagement_version, client, lines })
    }

    /// Which entries they are.
    pub fn ids(&self) -> Vec<TimeEntryId> {
        self.lines.iter().map(|line| line.id).collect()
    }

    /// The first and the last local date of their work.
    fn dates(&self) -> (Option<Date>, Option<Date>) {
        let parts = || self.lines.iter().flat_map(|line| line.parts().into_owned()).map(|part| part.date);
        (parts().min(), parts().max())
    }
}

impl Recorded for Reaccounted {
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
        json!({"ids": self.ids(), "from": from, "to": to})
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        Some(self.shown(now))
    }
    fn compared(&self) -> Option<Value> {
        let line = |line: &BillingLine| {
            json!({
                "id": line.id, "terms_id": line.terms_id, "rate_minor": line.rate_minor,
                "billed_seconds": line.billed_seconds, "day_ten_thousandths": line.day_ten_thousandths,
                "amount_minor": line.amount_minor,
            })
        };
        Some(json!({"entries": self.lines.iter().map(line).collect::<Vec<_>>()}))
    }
}
