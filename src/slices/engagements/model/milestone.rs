//! The milestones of a project: parts of the terms in force, each accepted once. One is known by its title within the
//! engagement, and where several have a title, by its place among those: so it stays the same through versions of the terms.

use super::{Answered, Deed, Engagement, TermsRow, TermsStatus};
use crate::hours::{EngagementStatus, Milestone, Terms};
use crate::kernel::error::{Error, Result};
use crate::kernel::{
    ClientId, Columns, Currency, Date, EngagementId, Lock, MemberId, MilestoneId, Remark, Timestamp, Title,
    choice, derived_id, open_choice,
};
use crate::platform::auth::ScopeName::EngagementsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::engagements::MilestoneEvent;
use crate::web::{Listing, OneOf, Resource, params};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

choice! {
    /// Where a milestone stands: it is to come, its day has come, or it was accepted.
    pub enum MilestoneStatus {
        Planned = "planned",
        Due = "due",
        Accepted = "accepted",
    }
}

open_choice! {
    /// What can be done with a milestone.
    pub enum MilestoneAct {
        Accept = "accept",
    }
}

/// That a milestone was accepted: a fact, which no later terms change.
#[derive(Clone, Debug, Columns)]
pub struct MilestoneAcceptance {
    pub id: MilestoneId,
    pub title: Title,
    pub amount_minor: i64,
    pub accepted_at: Timestamp,
    pub accepted_by: Option<MemberId>,
    pub accepted_by_name: String,
    pub accepted_version: i64,
    pub accepted_elsewhere: bool,
    pub answer_note: Option<Remark>,
}

/// A milestone of the terms that are shown with an engagement, and what became of it.
#[derive(Clone, Debug)]
pub struct MilestoneRow {
    pub id: MilestoneId,
    pub engagement_id: EngagementId,
    pub client_id: ClientId,
    /// Its place in the terms, from 1.
    pub number: i64,
    pub terms: Milestone,
    pub currency: Currency,
    /// Whether its day has come.
    pub is_due: bool,
    /// Whether it is agreed, and stays so under terms that were accepted for later.
    pub is_agreed: bool,
    pub acceptance: Option<MilestoneAcceptance>,
    pub version: i64,
    pub updated_at: Timestamp,
}

/// A milestone of a project: a part of its price, which the client accepts once it is reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectMilestoneRecord {
    /// The same in every version of the terms that has it, whatever its number.
    pub id: MilestoneId,
    /// The engagement that it belongs to.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// Its place in the terms in force, from 1.
    #[schema(minimum = 1, maximum = 100, examples(1))]
    pub number: i64,
    /// What has been reached then.
    #[schema(examples("Entwurf abgenommen"))]
    pub title: Title,
    /// Its part of the price, in minor units.
    #[schema(minimum = 0, examples(90000))]
    pub amount_minor: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The day it is due; null when no day was agreed.
    #[schema(examples("2026-12-01"))]
    pub due_on: Option<Date>,
    /// Where it stands.
    pub status: MilestoneStatus,
    #[serde(flatten)]
    pub answered: Answered,
    /// What you can do with it now.
    pub allowed_actions: Vec<MilestoneAct>,
    pub lock: Lock,
    /// Grows with the terms and with its acceptance.
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
}

/// What terms would change of a milestone that was accepted: they leave it out, or give the one at this place another
/// amount.
#[derive(Debug, PartialEq, Eq)]
pub struct LostMilestone<'a> {
    pub title: &'a Title,
    pub amount_minor: i64,
    pub at: Option<usize>,
}

impl MilestoneAcceptance {
    /// As a milestone is accepted now.
    pub fn new(of: &MilestoneRow, deed: &Deed) -> Self {
        Self {
            id: of.id,
            title: of.terms.title.clone(),
            amount_minor: of.terms.amount_minor,
            accepted_at: deed.at,
            accepted_by: deed.by,
            accepted_by_name: deed.by_name.clone(),
            accepted_version: deed.seen,
            accepted_elsewhere: !deed.by_client,
            answer_note: deed.note.clone(),
        }
    }

    fn answered(self) -> Answered {
        Answered {
            accepted_at: Some(self.accepted_at),
            accepted_by: self.accepted_by,
            accepted_by_name: Some(self.accepted_by_name),
            accepted_version: Some(self.accepted_version),
            accepted_elsewhere: self.accepted_elsewhere,
            answer_note: self.answer_note,
            ..Answered::default()
        }
    }
}

impl MilestoneRow {
    /// Those of the terms that are shown with an engagement, in their order.
    pub fn of(
        engagement: &Engagement,
        versions: &[TermsRow],
        accepted: &[MilestoneAcceptance],
        at: Timestamp,
    ) -> Vec<Self> {
        let row = &engagement.row;
        let Some((shown, terms)) =
            engagement.terms.as_ref().and_then(|shown| Some((shown, &shown.terms.as_ref()?.0)))
        else {
            return Vec::new();
        };
        let today = row.day_of(at);
        let lasts = shown.status == TermsStatus::Accepted && row.life.status != EngagementStatus::Archived;
        let is_agreed = |version: &&TermsRow| version.status == TermsStatus::Accepted;
        let later = versions.iter().filter(is_agreed).filter(|one| one.effective_from > shown.effective_from);
        let later: Vec<&Terms> = later.filter_map(|version| Some(&version.terms.as_ref()?.0)).collect();
        let earlier = versions.iter().filter(is_agreed).filter(|one| one.effective_from <= shown.effective_from);
        let version = earlier.map(|version| version.version).sum::<i64>().max(shown.version);
        let of_one = |(number, (id, milestone)): (i64, (MilestoneId, &Milestone))| {
            let acceptance = accepted.iter().find(|acceptance| acceptance.id == id).cloned();
            let stays = |terms: &&Terms| amount_in(terms, row.id, id) == Some(milestone.amount_minor);
            Self {
                id,
                engagement_id: row.id,
                client_id: row.fields.client_id,
                number,
                terms: milestone.clone(),
                currency: terms.currency.clone(),
                is_due: milestone.due_on.is_some_and(|due| due <= today),
                is_agreed: lasts && later.iter().all(stays),
                version: version + i64::from(acceptance.is_some()),
                acceptance,
                updated_at: row.updated_at,
            }
        };
        (1..).zip(known(row.id, terms)).map(of_one).collect()
    }

    /// Where it stands.
    pub fn status(&self) -> MilestoneStatus {
        match (&self.acceptance, self.is_due) {
            (Some(_), _) => MilestoneStatus::Accepted,
            (None, true) => MilestoneStatus::Due,
            (None, false) => MilestoneStatus::Planned,
        }
    }

    /// What both sides can do now: assistants record what the client said elsewhere.
    fn allowed_actions(&self) -> Vec<MilestoneAct> {
        let is_open = self.is_agreed && self.acceptance.is_none();
        is_open.then_some(MilestoneAct::Accept).into_iter().collect()
    }

    /// Refuses an acceptance that is not possible now.
    pub fn require_acceptable(&self) -> Result<()> {
        match self.allowed_actions() {
            allowed if allowed.is_empty() => {
                Err(Error::not_possible(MilestoneAct::Accept, self.status(), allowed))
            }
            _ => Ok(()),
        }
    }
}

/// What terms would change of the milestones of an engagement that were accepted.
pub fn lost<'a>(
    engagement: EngagementId,
    terms: &Terms,
    accepted: &'a [MilestoneAcceptance],
) -> Vec<LostMilestone<'a>> {
    let kept: Vec<(MilestoneId, &Milestone)> = known(engagement, terms);
    let lost = |one: &'a MilestoneAcceptance| {
        let at = kept.iter().position(|(id, _)| *id == one.id);
        let stays = at.is_some_and(|at| kept[at].1.amount_minor == one.amount_minor);
        (!stays).then_some(LostMilestone { title: &one.title, amount_minor: one.amount_minor, at })
    };
    accepted.iter().filter_map(lost).collect()
}

fn amount_in(terms: &Terms, engagement: EngagementId, id: MilestoneId) -> Option<i64> {
    let found = known(engagement, terms).into_iter().find(|(known, _)| *known == id);
    found.map(|(_, milestone)| milestone.amount_minor)
}

/// The milestones of terms in their order, each with what it is known by: the second of a title is another one.
fn known(engagement: EngagementId, terms: &Terms) -> Vec<(MilestoneId, &Milestone)> {
    let mut of_title: HashMap<&str, u32> = HashMap::new();
    let milestones = terms.milestones.iter().flatten();
    let known = milestones.map(|milestone| {
        let place = of_title.entry(&milestone.title).or_default();
        *place += 1;
        let parts = [engagement.0.as_bytes(), &place.to_be_bytes()[..], milestone.title.as_bytes()];
        (MilestoneId(derived_id(&parts)), milestone)
    });
    known.collect()
}

impl Resource for ProjectMilestoneRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for MilestoneRow {
    type Event = MilestoneEvent;
    type View = ProjectMilestoneRecord;
    const RESOURCE: &'static str = "milestone";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> ProjectMilestoneRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions());
        let status = self.status();
        let answered = self.acceptance.map(MilestoneAcceptance::answered).unwrap_or_default();
        ProjectMilestoneRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            number: self.number,
            title: self.terms.title,
            amount_minor: self.terms.amount_minor,
            currency: self.currency,
            due_on: self.terms.due_on,
            status,
            lock: answered.lock(),
            answered,
            allowed_actions,
            version: self.version,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which milestones to list.
    pub struct MilestoneFilter {
        /// Only those that stand there.
        status: OneOf<MilestoneStatus>,
    }
}

impl Listing for MilestoneFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("number", "number")];
    const ID: &'static str = "number";
    const ASCENDING: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::samples;
    use serde_json::json;

    fn terms(milestones: serde_json::Value) -> Terms {
        samples::complete(json!({"kind": "project", "price_minor": 1000, "milestones": milestones}))
    }

    fn accepted(id: MilestoneId, title: &str, amount_minor: i64) -> MilestoneAcceptance {
        MilestoneAcceptance {
            id,
            title: title.into(),
            amount_minor,
            accepted_at: Timestamp::from_micros(0),
            accepted_by: None,
            accepted_by_name: "Klara".into(),
            accepted_version: 1,
            accepted_elsewhere: false,
            answer_note: None,
        }
    }

    #[test]
    fn a_milestone_is_known_by_its_title_and_its_place_among_those() {
        let engagement = EngagementId("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".parse().unwrap());
        let ids = |terms: &Terms| known(engagement, terms).iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let part = |title: &str, amount: i64| json!({"title": title, "amount_minor": amount});
        let old = terms(json!([part("A", 100), part("B", 200), part("A", 300)]));
        let [first, _, second] = ids(&old)[..] else { panic!("three") };
        assert_ne!(first, second);
        assert_eq!(ids(&terms(json!([part("B", 1), part("A", 2), part("C", 3), part("A", 4)])))[1], first);
        let facts = [accepted(first, "A", 100), accepted(second, "A", 300)];
        let lost = |milestones| {
            let terms = terms(milestones);
            lost(engagement, &terms, &facts).iter().map(|one| (one.amount_minor, one.at)).collect::<Vec<_>>()
        };
        assert_eq!(lost(json!([part("C", 1), part("A", 100), part("A", 300)])), []);
        assert_eq!(lost(json!([part("C", 1), part("A", 300)])), [(100, Some(1)), (300, None)]);
        assert_eq!(lost(json!([])), [(100, None), (300, None)]);
    }
}
