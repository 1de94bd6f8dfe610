//! An engagement: its row, the terms that belong to it today, and how each role sees it.

use super::{
    Answered, EngagementAct, Lifecycle, NewEngagement, ShownEngagementStatus, Standing, TermsRow, TermsStatus,
};
use crate::hours::{
    EngagementKind, EngagementPause, EngagementStatus, NewTerms, OpenDays, Terms, TermsHistory, check_not_closed,
    effective_between, terms_in_force,
};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{
    ClientId, Columns, Date, EngagementId, ExternalRef, ExternalSource, JsonText, Lock, LockReason, Markdown,
    Note, TermsId, TimeZone, Timestamp, Title,
};
use crate::platform::auth::ScopeName::EngagementsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::model::ClientRecord;
use crate::slices::engagements::EngagementEvent;
use crate::web::Resource;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An engagement's row.
#[derive(Clone, Debug, Columns)]
pub struct EngagementRow {
    pub id: EngagementId,
    #[columns(flatten)]
    pub fields: NewEngagement,
    pub kind: EngagementKind,
    #[columns(flatten)]
    pub life: Lifecycle,
    /// What the client saw of it when it was taken back from them.
    pub withdrawn_as: Option<JsonText<LastShown>>,
    #[columns(sql = "SELECT c.archived_at IS NOT NULL FROM clients c \
        WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id")]
    pub client_archived: bool,
    /// The last day of its closed periods.
    #[columns(sql = "SELECT MAX(p.ends_on) FROM closings p \
        WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id")]
    pub closed_on: Option<Date>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// What a tombstone of a withdrawn proposal shows for good, whatever becomes of the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastShown {
    pub kind: EngagementKind,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub time_zone: Option<TimeZone>,
    pub version: i64,
}

/// An engagement with the terms that are shown with it.
#[derive(Clone, Debug)]
pub struct Engagement {
    pub row: EngagementRow,
    /// The terms in force, or before they are the first ones; none once deleted.
    pub terms: Option<TermsRow>,
    /// Later versions that wait for an answer.
    pub pending: Vec<TermsId>,
}

/// An engagement: an agreement with a client, with its kind, terms and dates.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EngagementRecord {
    pub id: EngagementId,
    /// The client it is with.
    pub client_id: ClientId,
    /// That client, with `expand=client`; else null.
    pub client: Option<Box<ClientRecord>>,
    /// What it is called; empty once deleted.
    #[schema(value_type = String, max_length = 300, examples("Büropaket 20 Stunden"))]
    pub title: Title,
    /// What is to be done, for both sides (Markdown).
    pub description: Option<Markdown>,
    /// How it is paid.
    pub kind: EngagementKind,
    /// Where it stands.
    pub status: ShownEngagementStatus,
    /// The first day with work.
    #[schema(examples("2026-12-01"))]
    pub starts_on: Date,
    /// The last day with work as agreed; null for open-ended.
    #[schema(examples("2027-11-30"))]
    pub ends_on: Option<Date>,
    /// The zone whose calendar its days and periods follow.
    #[schema(value_type = TimeZone)]
    pub time_zone: Option<TimeZone>,
    /// The terms in force today, or those that will be first; null once deleted.
    #[schema(value_type = Option<Terms>)]
    pub terms: Option<JsonText<Terms>>,
    /// The version of the terms that `terms` shows.
    pub terms_id: Option<TermsId>,
    /// The first day on which they count.
    #[schema(examples("2026-12-01"))]
    pub terms_effective_from: Option<Date>,
    /// Versions of the terms that wait for an answer.
    pub pending_terms_ids: Vec<TermsId>,
    /// When it was put before the client.
    pub proposed_at: Option<Timestamp>,
    #[serde(flatten)]
    pub answered: Answered,
    /// When it was paused; null when it goes on.
    pub paused_at: Option<Timestamp>,
    /// The last day with work before the pause.
    #[schema(examples(json!(null)))]
    pub paused_on: Option<Date>,
    /// Every pause since it began, oldest first: on their days it takes no work.
    pub pauses: Vec<EngagementPause>,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// The last day with work when it ended.
    #[schema(examples(json!(null)))]
    pub ended_on: Option<Date>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<EngagementAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted, or for a client withdrawn: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<EngagementInternal>,
}

/// What only assistants see of an engagement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EngagementInternal {
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
    /// The other system that `external_ref` belongs to.
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system.
    pub external_ref: Option<ExternalRef>,
}

impl EngagementRow {
    /// The zone whose calendar its days follow.
    pub fn tz(&self) -> chrono_tz::Tz {
        self.fields.time_zone.as_ref().map_or(chrono_tz::UTC, TimeZone::tz)
    }

    /// Refuses what would change a closed period, from a day on (409).
    pub fn check_not_closed(&self, from: Date) -> Result<()> {
        check_not_closed(self.closed_on, from)
    }

    /// The day that an instant falls on there.
    pub fn day_of(&self, at: Timestamp) -> Date {
        Date::of(at, self.tz())
    }

    /// The day whose terms it shows at a moment: once it has ended, never a later one than its last.
    pub fn terms_day(&self, now: Timestamp) -> Date {
        let today = self.day_of(now);
        self.life.ended_on.map_or(today, |end| end.min(today))
    }

    /// When a version of its terms comes into force, if ever it does.
    pub fn terms_begin_at(&self, version: &TermsRow) -> Option<Timestamp> {
        let lasts = self.life.ended_on.is_none_or(|end| version.effective_from <= end);
        let begins = lasts && version.answered.accepted_at.is_some();
        begins.then(|| version.effective_from.starts_at(self.tz()))
    }

    /// The days that take work.
    pub fn open_days(&self) -> OpenDays<'_> {
        OpenDays {
            status: self.life.status,
            starts_on: self.fields.starts_on,
            ends_on: self.fields.ends_on,
            pauses: &self.life.pauses.0,
            ended_on: self.life.ended_on,
        }
    }

    /// What decides which acts are possible.
    pub fn standing(&self) -> Standing {
        Standing { status: self.life.status, client_archived: self.client_archived }
    }

    /// What the client sees of it now, for the tombstone of the version that takes it back from them.
    pub fn last_shown(&self, version: i64) -> LastShown {
        LastShown {
            kind: self.kind,
            starts_on: self.fields.starts_on,
            ends_on: self.fields.ends_on,
            time_zone: self.fields.time_zone.clone(),
            version,
        }
    }

    /// Whether the client sees it.
    fn is_shared(&self) -> bool {
        self.life.status != EngagementStatus::Draft
    }
}

impl Engagement {
    /// The terms that it shows.
    pub fn shown_terms(&self) -> Option<&Terms> {
        Some(&self.terms.as_ref()?.terms.as_ref()?.0)
    }

    /// With those of its versions that belong to a moment.
    pub fn new(row: EngagementRow, versions: Vec<TermsRow>, now: Timestamp) -> Self {
        let on = row.terms_day(now);
        let pending = match row.life.status {
            EngagementStatus::Active | EngagementStatus::Paused => {
                let open = versions.iter().filter(|terms| terms.status == TermsStatus::Proposed);
                open.map(|terms| terms.id).collect()
            }
            _ => Vec::new(),
        };
        Self { terms: TermsRow::shown_on(versions, on), row, pending }
    }

    /// The first day of the terms that are shown with it.
    pub fn in_force_from(&self) -> Option<Date> {
        self.terms.as_ref().map(|terms| terms.effective_from)
    }

    /// The fields as a patch changes them, with the terms as they stand.
    pub fn fields(&self) -> NewEngagement {
        let terms = self.terms.as_ref().and_then(|version| version.terms.clone());
        NewEngagement { terms: terms.map(|terms| NewTerms::from(terms.0)), ..self.row.fields.clone() }
    }

    /// Whether these fields may take the place of the old ones: terms, start and time zone stay as they were proposed.
    /// The end may be moved while the engagement lasts, and the texts at any time: both without the client's consent.
    pub fn require_editable(&self, fields: &NewEngagement, same_terms: bool) -> Result<()> {
        let (old, status) = (&self.row.fields, self.row.life.status);
        let end_is_fixed =
            !matches!(status, EngagementStatus::Proposed | EngagementStatus::Active | EngagementStatus::Paused);
        let changed = [
            ("terms", !same_terms),
            ("starts_on", fields.starts_on != old.starts_on),
            ("ends_on", end_is_fixed && fields.ends_on != old.ends_on),
            ("time_zone", fields.time_zone != old.time_zone),
        ];
        let fixed: Vec<&str> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
        if status == EngagementStatus::Draft || fixed.is_empty() {
            return Ok(());
        }
        let refusal = Error::new(Code::TermsFixed).with("status", status).fixed(fixed);
        Err(refusal.allowed_actions(self.row.standing().allowed_actions(false)))
    }
}

impl TermsRow {
    /// Of an engagement's versions the one in force on a day, else the one that will be first.
    fn shown_on(versions: Vec<Self>, on: Date) -> Option<Self> {
        Self::in_force(&versions, on).cloned().or_else(|| {
            let first =
                |version: &Self| (version.answered.accepted_at.is_none(), version.effective_from, version.id);
            versions.into_iter().min_by_key(first)
        })
    }

    /// Of an engagement's versions the one in force on a day.
    pub fn in_force(versions: &[Self], on: Date) -> Option<&Self> {
        terms_in_force(&Self::dated(versions), on).copied()
    }

    /// Of an engagement's versions those that came into force after one day and up to another, in order.
    pub fn effective_between(versions: &[Self], after: Date, until: Date) -> Vec<&Self> {
        effective_between(&Self::dated(versions), after, until).into_iter().copied().collect()
    }

    /// The accepted versions of an engagement through time, each from its day on; one that another from the same day
    /// replaced is not among them. None before one was accepted.
    pub fn history(versions: &[Self]) -> Option<TermsHistory> {
        let days: BTreeSet<Date> = versions.iter().map(|version| version.effective_from).collect();
        let mut history: Vec<(Date, &Self)> = Vec::new();
        for day in days {
            let in_force = Self::in_force(versions, day);
            history.extend(in_force.filter(|version| version.effective_from == day).map(|version| (day, version)));
        }
        let terms = |(day, version): (Date, &Self)| Some((day, version.terms.as_ref()?.0.clone()));
        TermsHistory::new(history.into_iter().filter_map(terms).collect())
    }

    fn dated(versions: &[Self]) -> Vec<(Date, Option<Timestamp>, &Self)> {
        versions.iter().map(|version| (version.effective_from, version.acceptance(), version)).collect()
    }
}

impl Resource for EngagementRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for Engagement {
    type Event = EngagementEvent;
    type View = EngagementRecord;
    const RESOURCE: &'static str = "engagement";

    fn identity(&self) -> Identity {
        Identity {
            id: self.row.id.0,
            version: self.row.version,
            updated_at: self.row.updated_at,
            client: Some(self.row.fields.client_id),
        }
    }

    fn view(self, viewer: &Viewer) -> EngagementRecord {
        let for_client = viewer.is_client;
        let (row, life, fields) = (&self.row, &self.row.life, &self.row.fields);
        let withdrawn = life.withdrawn_at.filter(|_| for_client && !row.is_shared());
        // For a client it was gone when it was withdrawn, and nothing that happened to the draft since is theirs to see.
        let gone = withdrawn.or(row.deleted_at);
        let shown = match row.withdrawn_as.as_ref().filter(|_| withdrawn.is_some()) {
            Some(last) => last.0.clone(),
            None => row.last_shown(row.version),
        };
        let lock = match life.archived_at {
            Some(at) => Lock { locked: true, reason: Some(LockReason::Archived), locked_at: Some(at) },
            None => Lock::open(),
        };
        let terms = self.terms.filter(|_| withdrawn.is_none());
        EngagementRecord {
            id: row.id,
            client_id: fields.client_id,
            client: None,
            title: if withdrawn.is_some() { Title::default() } else { fields.title.clone() },
            description: fields.description.clone().filter(|_| withdrawn.is_none()),
            kind: shown.kind,
            status: ShownEngagementStatus::of(life.status, gone.is_some()),
            starts_on: shown.starts_on,
            ends_on: shown.ends_on,
            time_zone: shown.time_zone,
            terms_id: terms.as_ref().map(|version| version.id),
            terms_effective_from: terms.as_ref().map(|version| version.effective_from),
            terms: terms.and_then(|version| version.terms),
            pending_terms_ids: self.pending,
            proposed_at: life.proposed_at,
            answered: life.answered.clone(),
            paused_at: life.paused_at,
            paused_on: life.pauses.0.paused_on(),
            pauses: life.pauses.0.to_vec(),
            ended_at: life.ended_at,
            ended_on: life.ended_on,
            archived_at: life.archived_at,
            allowed_actions: match gone {
                Some(_) => Vec::new(),
                None => viewer.acts(EngagementsWrite, row.standing().allowed_actions(for_client)),
            },
            lock,
            version: shown.version,
            created_at: row.created_at,
            updated_at: withdrawn.unwrap_or(row.updated_at),
            deleted_at: gone,
            internal: (!for_client).then(|| EngagementInternal {
                internal_note: fields.internal_note.clone(),
                external_source: fields.external_source.clone(),
                external_ref: fields.external_ref.clone(),
            }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        // Of a draft a client learns one thing: that it was taken back from them.
        self.row.is_shared() || self.row.life.withdrawn_at == Some(self.row.updated_at)
    }
}

#[cfg(test)]
mod tests;
