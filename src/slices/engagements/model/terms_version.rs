//! One version of an engagement's terms: from when it counts, and what became of it.

use super::Answered;
use crate::hours::{EngagementStatus, NewTerms, Terms};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::kernel::{
    ClientId, Columns, Date, EngagementId, JsonText, Lock, Remark, TermsId, Timestamp, choice, open_choice,
    shown_status,
};
use crate::platform::auth::ScopeName::EngagementsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::engagements::TermsEvent;
use crate::web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Where a version of terms stands. The first one follows its engagement's proposal.
    pub enum TermsStatus {
        Draft = "draft",
        Proposed = "proposed",
        Accepted = "accepted",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

shown_status!(ShownTermsStatus of TermsStatus);

open_choice! {
    /// What can be done with a version of terms.
    pub enum TermsAct {
        Accept = "accept",
        Decline = "decline",
        Withdraw = "withdraw",
        /// Account under them for what was noted before.
        Apply = "apply",
    }
}

/// New terms for an engagement that was accepted before. They count from a day on, once the client accepts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "effective_from": "2027-01-01", "reason": "Anpassung zum neuen Jahr",
    "terms": {"kind": "retainer", "price_minor": 96000, "included_minutes": 1200, "carry": "all", "carry_expires_after": 1}
})))]
pub struct NewTermsVersion {
    /// The first day on which they count: not before the terms in force today began, so that what lies before
    /// stays as it was; where they count billing periods otherwise, the first day of a period.
    #[schema(examples("2027-01-01"))]
    pub effective_from: Date,
    /// The whole terms; what is left out takes its default, not what counted before. The kind stays.
    pub terms: NewTerms,
    /// Why, for both sides.
    #[serde(default)]
    pub reason: Option<Remark>,
}

/// A version's row.
#[derive(Clone, Debug, PartialEq, Eq, Columns)]
pub struct TermsRow {
    pub id: TermsId,
    pub engagement_id: EngagementId,
    pub client_id: ClientId,
    #[columns(sql = "SELECT e.status FROM engagements e \
        WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id")]
    pub engagement_status: EngagementStatus,
    pub status: TermsStatus,
    pub effective_from: Date,
    pub terms: Option<JsonText<Terms>>,
    pub reason: Option<Remark>,
    pub proposed_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    #[columns(flatten)]
    pub answered: Answered,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// From which day the terms in force count; known where the version is read beside its engagement.
    #[columns(skip)]
    pub in_force_from: Option<Date>,
}

/// One version of an engagement's terms. Once accepted it never changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TermsVersionRecord {
    pub id: TermsId,
    /// The engagement whose terms they are.
    pub engagement_id: EngagementId,
    /// The client it is with.
    pub client_id: ClientId,
    /// Where this version stands.
    pub status: ShownTermsStatus,
    /// The first day on which they count, once accepted.
    #[schema(examples("2027-01-01"))]
    pub effective_from: Date,
    /// The terms with every default filled in; null once deleted.
    #[schema(value_type = Option<Terms>)]
    pub terms: Option<JsonText<Terms>>,
    /// Why they were proposed.
    pub reason: Option<Remark>,
    /// When they were put before the client.
    pub proposed_at: Option<Timestamp>,
    /// When they were taken back.
    pub withdrawn_at: Option<Timestamp>,
    #[serde(flatten)]
    pub answered: Answered,
    /// What you can do with them now.
    pub allowed_actions: Vec<TermsAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When they were deleted with their engagement: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
}

impl NewTermsVersion {
    /// Whether they may begin then: not before the terms in force today began, and while the engagement lasts.
    pub fn check_start(&self, earliest: Date, ends_on: Option<Date>) -> Option<Fault> {
        if self.effective_from < earliest {
            return Some(Fault::new("/effective_from", FaultCode::TooEarly).with("from", earliest));
        }
        let ends_on = ends_on.filter(|end| self.effective_from > *end)?;
        Some(Fault::new("/effective_from", FaultCode::TooLate).with("until", ends_on))
    }
}

impl TermsRow {
    /// Whether they wait for an answer. First terms are answered with their engagement.
    fn is_pending(&self) -> bool {
        let runs = matches!(self.engagement_status, EngagementStatus::Active | EngagementStatus::Paused);
        self.status == TermsStatus::Proposed && runs && self.deleted_at.is_none()
    }

    /// Whether they count for entries, so that they can be brought to those that were noted before.
    fn is_agreed(&self) -> bool {
        let lasts = !matches!(self.engagement_status, EngagementStatus::Archived);
        self.status == TermsStatus::Accepted && lasts && self.deleted_at.is_none()
    }

    /// Whether those in force begin later: accepted now, they would change days that have been worked under those.
    fn is_overtaken(&self) -> bool {
        self.in_force_from.is_some_and(|from| from > self.effective_from)
    }

    /// What the caller can do now.
    pub fn allowed_actions(&self, for_client: bool) -> Vec<TermsAct> {
        let may = |act: &TermsAct| match act {
            TermsAct::Accept => self.is_pending() && !self.is_overtaken(),
            TermsAct::Decline => self.is_pending(),
            TermsAct::Withdraw => self.is_pending() && !for_client,
            TermsAct::Apply => self.is_agreed() && !for_client,
        };
        TermsAct::ALL.iter().copied().filter(may).collect()
    }

    /// Refuses an act that is not possible now.
    pub fn require(&self, act: TermsAct, by_client: bool) -> Result<()> {
        let allowed = self.allowed_actions(by_client);
        if allowed.contains(&act) {
            return Ok(());
        }
        let overtaken = self.is_pending() && act == TermsAct::Accept && self.is_overtaken();
        match overtaken {
            true => Err(Error::new(Code::TermsSuperseded).allowed_actions(allowed)),
            false => Err(Error::not_possible(act, self.status, allowed)),
        }
    }

    /// Its place among the accepted versions. `accepted_at` is of the wall clock, which may have been set back since;
    /// an accepted version never changes, so that its last change is its acceptance.
    pub fn acceptance(&self) -> Option<Timestamp> {
        self.answered.accepted_at.map(|_| self.updated_at)
    }

    /// Whether it can be shown what applying them would change: once they are agreed, and while they wait for an answer.
    pub fn require_preview(&self) -> Result<()> {
        let pending = self.is_pending() && !self.is_overtaken();
        if pending { Ok(()) } else { self.require(TermsAct::Apply, false) }
    }
}

impl Resource for TermsVersionRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for TermsRow {
    type Event = TermsEvent;
    type View = TermsVersionRecord;
    const RESOURCE: &'static str = "terms";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(self, viewer: &Viewer) -> TermsVersionRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions(viewer.is_client));
        let lock = self.answered.lock();
        TermsVersionRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            status: ShownTermsStatus::of(self.status, self.deleted_at.is_some()),
            effective_from: self.effective_from,
            terms: self.terms,
            reason: self.reason,
            proposed_at: self.proposed_at,
            withdrawn_at: self.withdrawn_at,
            answered: self.answered,
            allowed_actions,
            lock,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        self.status != TermsStatus::Draft
    }
}
