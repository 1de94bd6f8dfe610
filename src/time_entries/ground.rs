//! What an entry stands on: its engagement with the terms of its date, its client, task, member and workspace. From
//! these follow its zone, its rate, whether it is billable, and whether it may be noted at all.

use super::{EntryRow, OverlapPolicy, TimeEntryFields, accounting};
use crate::auth::Role;
use crate::engagements::model::{DayMode, EngagementKind, EngagementStatus, NewTerms, OpenDays, Terms, rate};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::types::{ClientId, Currency, Date, EngagementId, JsonText, TaskId, TimeZone, Timestamp};

/// Everything that an entry's own values are derived from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ground {
    pub workspace_currency: Currency,
    pub workspace_zone: TimeZone,
    pub overlap_policy: OverlapPolicy,
    pub member_role: Role,
    pub member_left_at: Option<Timestamp>,
    pub member_rate_minor: Option<i64>,
    pub client_id: Option<ClientId>,
    pub client_currency: Option<Currency>,
    pub client_zone: Option<TimeZone>,
    pub client_terms: Option<JsonText<NewTerms>>,
    pub client_archived_at: Option<Timestamp>,
    pub engagement_id: Option<EngagementId>,
    pub engagement_status: Option<EngagementStatus>,
    pub engagement_zone: Option<TimeZone>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub paused_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub terms: Option<JsonText<Terms>>,
    pub terms_from: Option<Date>,
    /// The day from which other terms count; these do up to, but without it.
    pub terms_until: Option<Date>,
    pub task_id: Option<TaskId>,
    pub task_client_id: Option<ClientId>,
    pub task_engagement_id: Option<EngagementId>,
    pub task_rate_minor: Option<i64>,
    pub task_billable: Option<bool>,
}

impl Ground {
    /// The zone whose dates count where nothing else is said.
    pub fn zone(&self) -> &TimeZone {
        self.engagement_zone.as_ref().or(self.client_zone.as_ref()).unwrap_or(&self.workspace_zone)
    }

    /// The terms in force.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref().map(|terms| &terms.0)
    }

    /// The dates whose entries are accounted for together with those of this date, from the first up to, but without,
    /// the second; nothing where each entry stands for itself. Days under other terms are never among them.
    pub fn dates_together(&self, date: Date) -> Option<(Date, Date)> {
        let terms = self.terms().filter(|terms| accounting::needs_group(terms))?;
        let (from, until) = accounting::dates_of_group(terms, date);
        let from = self.terms_from.map_or(from, |begin| begin.max(from));
        Some((from, self.terms_until.map_or(until, |end| end.min(until))))
    }

    /// What the workspace or the terms make of entries in the same time.
    pub fn overlap(&self) -> OverlapPolicy {
        self.terms().and_then(|terms| terms.overlap).unwrap_or(self.overlap_policy)
    }

    /// Whether the member can have done it: an assistant who has not left.
    pub fn check_member(&self, faults: &mut Faults) {
        if self.member_role != Role::Assistant || self.member_left_at.is_some() {
            faults.add("/member_id", FaultCode::ReferenceNotFound);
        }
    }

    /// New work belongs to an engagement: the one that is given, or the task's.
    pub fn check_engagement(&self, fields: &TimeEntryFields, faults: &mut Faults) {
        let task_is_unknown = fields.task_id.is_some() && self.task_id.is_none();
        if fields.engagement_id.is_none() && self.engagement_id.is_none() && !task_is_unknown {
            faults.add("/engagement_id", FaultCode::Required);
        }
    }

    /// Whether what the fields refer to is there and belongs together.
    pub fn check_references(&self, fields: &TimeEntryFields, faults: &mut Faults) {
        if fields.engagement_id.is_some() && self.engagement_id.is_none() {
            return faults.add("/engagement_id", FaultCode::ReferenceNotFound);
        }
        let Some(_) = fields.task_id else { return };
        if self.task_id.is_none() {
            return faults.add("/task_id", FaultCode::ReferenceNotFound);
        }
        let elsewhere = self.task_engagement_id.is_some_and(|task| self.engagement_id != Some(task));
        if self.task_client_id != self.client_id || elsewhere {
            faults.push(Fault::new("/task_id", FaultCode::NotTogether).with("other", "engagement_id"));
        }
    }

    /// Where entries say themselves which share of a day they are it must not be lacking, and elsewhere not be said.
    pub fn check_days(&self, is_said: bool, is_lacking: bool, faults: &mut Faults) {
        if self.says_days() && is_lacking {
            faults.add("/day_hundredths", FaultCode::Required);
        } else if is_said && !self.says_days() {
            let kind = self.terms().map_or("", |terms| terms.kind.as_str());
            faults.push(Fault::new("/day_hundredths", FaultCode::ForeignToKind).with("kind", kind));
        }
    }

    /// Whether the entries of this engagement say themselves which share of a day they are.
    pub fn says_days(&self) -> bool {
        self.terms().is_some_and(|terms| terms.day_mode == Some(DayMode::Explicit))
    }

    /// Whether work of this date may be noted in the engagement.
    pub fn check_open_on(&self, date: Date, pointer: &str) -> Result<()> {
        let (Some(status), Some(starts_on)) = (self.engagement_status, self.starts_on) else { return Ok(()) };
        let (paused_on, ended_on) = (self.paused_on, self.ended_on);
        OpenDays { status, starts_on, ends_on: self.ends_on, paused_on, ended_on }.check(date, pointer)
    }

    /// New work on this date: also the client must not be archived.
    pub fn check_new_work(&self, date: Date, pointer: &str) -> Result<()> {
        self.check_client()?;
        self.check_open_on(date, pointer)
    }

    /// An archived client takes no new work.
    pub fn check_client(&self) -> Result<()> {
        match self.client_archived_at {
            Some(_) => Err(Error::new(Code::ClientArchived)),
            None => Ok(()),
        }
    }

    /// A timer can only be started now, so the engagement must be active now.
    pub fn check_startable(&self, today: Date, pointer: &str) -> Result<()> {
        self.check_new_work(today, pointer)?;
        match self.engagement_status {
            Some(status) if status != EngagementStatus::Active => Err(Error::new(Code::EngagementNotActive)
                .with("status", status)
                .member("engagement_status", status)
                .member("last_open_on", self.ended_on.or(self.paused_on))),
            _ => Ok(()),
        }
    }

    /// Says where the entry belongs.
    pub fn place(&self, row: &mut EntryRow) {
        row.client_id = self.client_id;
        row.engagement_id = self.engagement_id;
        row.task_id = self.task_id;
        let client = || self.client_currency.clone();
        let agreed = self.terms().map(|terms| terms.currency.clone());
        row.currency = agreed.or_else(client).unwrap_or_else(|| self.workspace_currency.clone());
    }

    /// Says whether the entry is billable: as it says itself, else its task; work is billable where nobody says no.
    pub fn decide_billable(&self, row: &mut EntryRow, given: Option<bool>) {
        row.billable_given = given;
        row.billable = given.or(self.task_billable).unwrap_or(true);
    }

    /// Gives the entry the rate of the highest rung of the ladder that has one.
    pub fn decide_rate(&self, row: &mut EntryRow, given: Option<i64>) {
        let hourly = |terms: &NewTerms| terms.rate_minor.filter(|_| terms.kind == EngagementKind::Hourly);
        let client = self.client_terms.as_ref().and_then(|terms| hourly(&terms.0));
        let member = self.member_rate_minor.filter(|_| row.currency == self.workspace_currency);
        let snapshot = rate(given, self.task_rate_minor, self.terms(), client, member);
        row.rate_minor = snapshot.map(|rate| rate.rate_minor);
        row.rate_unit = snapshot.map(|rate| rate.unit);
        row.rate_source = snapshot.map(|rate| rate.source);
    }
}
