//! What the address of a balance link shows, and when it shows nothing any more.

use super::BalanceLinkStatus;
use crate::hours::EngagementStatus;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{BalanceLinkId, Columns, Date, EngagementId, Language, Timestamp, WorkspaceId};
use crate::slices::engagements::model::EngagementRow;
use crate::slices::packages::model::{BalanceRecord, LotExpiry};
use serde::Serialize;
use utoipa::ToSchema;

/// How many hours are left, for whoever has the address: nothing of whose they are, and no money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharedBalance {
    /// The day that it is computed for, in the engagement's time zone.
    #[schema(examples("2026-11-16"))]
    pub on: Date,
    /// What can still be used, today or later, in seconds. Below zero where more was used; null where nothing limits it.
    #[schema(examples(25200))]
    pub left_seconds: Option<i64>,
    /// What was used, in seconds: in the current period, of a project in all.
    #[schema(minimum = 0, examples(54000))]
    pub used_seconds: i64,
    /// The next time that is lost if nobody works any more; null where none is.
    pub next_expiry: Option<LotExpiry>,
}

impl From<BalanceRecord> for SharedBalance {
    fn from(balance: BalanceRecord) -> Self {
        let BalanceRecord { on, left_seconds, used_seconds, next_expiry, .. } = balance;
        Self { on, left_seconds, used_seconds, next_expiry }
    }
}

/// A balance link as its address finds it.
#[derive(Clone, Columns)]
pub struct OpenedLink {
    pub workspace_id: WorkspaceId,
    pub id: BalanceLinkId,
    pub engagement_id: EngagementId,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// The client's.
    pub language: Language,
}

impl OpenedLink {
    /// 410 with the reason, unless it is active.
    pub fn require_active(&self, now: Timestamp) -> Result<()> {
        let status = BalanceLinkStatus::of(self.expires_at, self.revoked_at, now);
        let (english, german) = match status {
            BalanceLinkStatus::Active => return Ok(()),
            BalanceLinkStatus::Revoked => ("it was revoked", "er wurde zurückgezogen"),
            BalanceLinkStatus::Expired => ("it has expired", "er ist abgelaufen"),
        };
        Err(closed(english, german, status.as_str()))
    }
}

/// 410 where the engagement or its client was put away.
pub fn require_unarchived(engagement: &EngagementRow) -> Result<()> {
    match engagement.client_archived || engagement.life.status == EngagementStatus::Archived {
        true => Err(closed("the engagement is archived", "der Auftrag ist archiviert", "archived")),
        false => Ok(()),
    }
}

fn closed(english: &str, german: &str, word: &str) -> Error {
    Error::new(Code::LinkClosed).with_both("reason", english, german).reason(word)
}
