//! What an entry is based on: its engagement with the terms of its date, its client, task, member and workspace. From
//! these follow its zone, its rate, whether it is billable, and whether it may be noted at all.

use super::{EntryRow, TimeEntryFields};
use crate::hours::{
    DayMode, DeficitPolicy, EngagementKind, EngagementStatus, NewTerms, OpenDays, OverlapPolicy, Pauses,
    RateSource, Terms, check_not_closed, not_active, rate, terms_in_force,
};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{
    ClientId, Columns, Currency, Date, EngagementId, JsonText, Label, TaskId, TermsId, TimeZone, Timestamp,
};
use crate::platform::auth::Role;
use std::ops::Deref;

/// Everything that an entry's own values are derived from, under one version of the terms.
#[derive(Clone, Debug)]
pub struct Basis {
    facts: Facts,
    /// Every accepted version of the engagement's terms.
    versions: Vec<Version>,
    /// The version that counts for the entry.
    under: Option<TermsId>,
}

/// A version of the terms: the day from which it counts, its place among the accepted ones, and what it says.
type Version = (Date, Option<Timestamp>, (TermsId, Terms));

/// A row of the question: what an entry is based on, with one accepted version of the terms.
#[derive(Columns)]
pub struct BasisRow {
    #[columns(flatten)]
    facts: Facts,
    terms_id: Option<TermsId>,
    effective_from: Option<Date>,
    acceptance: Option<Timestamp>,
    terms: Option<JsonText<Terms>>,
}

/// What an entry is based on but for the terms.
#[derive(Clone, Debug, Columns)]
pub struct Facts {
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
    pub engagement_version: Option<i64>,
    pub engagement_zone: Option<TimeZone>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub pauses: Option<JsonText<Pauses>>,
    pub ended_on: Option<Date>,
    /// The last day of its closed periods.
    pub closed_on: Option<Date>,
    pub task_id: Option<TaskId>,
    pub task_client_id: Option<ClientId>,
    pub task_engagement_id: Option<EngagementId>,
    pub task_rate_minor: Option<i64>,
    pub task_billable: Option<bool>,
    pub task_area: Option<Label>,
}

impl Deref for Basis {
    type Target = Facts;
    fn deref(&self) -> &Facts {
        &self.facts
    }
}

impl Basis {
    /// From the answer: the same facts in each row, with one version each. None when there is no such member.
    pub fn new(rows: Vec<BasisRow>) -> Option<Self> {
        let facts = rows.first()?.facts.clone();
        let version = |row: BasisRow| {
            let terms = (row.terms_id?, row.terms?.0);
            Some((row.effective_from?, row.acceptance, terms))
        };
        Some(Self { facts, versions: rows.into_iter().filter_map(version).collect(), under: None })
    }

    /// The day that work of a date counts for because its own lies in a closed period: the first of the earliest period
    /// that is open. None where its own counts.
    pub fn booked_on(&self, date: Date) -> Option<Date> {
        let closed_on = self.closed_on.filter(|closed_on| date <= *closed_on)?;
        closed_on.0.succ_opt().map(Date)
    }

    /// Refuses work of a closed period (409) where no period is open any more in which it could be booked.
    pub fn check_bookable(&self, date: Date) -> Result<()> {
        let last = self.ends_on.into_iter().chain(self.ended_on).min();
        match self.booked_on(date).filter(|booked| last.is_some_and(|last| *booked > last)) {
            Some(_) => self.check_not_closed(date),
            None => Ok(()),
        }
    }

    /// Refuses work of a closed period (409).
    pub fn check_not_closed(&self, date: Date) -> Result<()> {
        check_not_closed(self.closed_on, date)
    }

    /// Whether terms of the engagement, of whatever day, allow no work beyond a package.
    pub fn may_refuse_work(&self) -> bool {
        self.versions.iter().any(|(_, _, (_, terms))| terms.deficit == Some(DeficitPolicy::Block))
    }

    /// As if this version were accepted, with those that are.
    #[must_use]
    pub fn as_if_accepted(mut self, id: TermsId, effective_from: Date, terms: &Terms, at: Timestamp) -> Self {
        if self.version(Some(id)).is_none() {
            self.versions.push((effective_from, Some(at), (id, terms.clone())));
        }
        self
    }

    /// The first day on which this version counts no more, after the day on which it begins.
    pub fn ends_before(&self, effective_from: Date) -> Option<Date> {
        self.versions.iter().map(|(from, ..)| *from).filter(|from| *from > effective_from).min()
    }

    /// Under the version that is in force on a date.
    #[must_use]
    pub fn on(self, date: Date) -> Self {
        Self { under: self.in_force(date), ..self }
    }

    /// Under this version.
    #[must_use]
    pub fn under(self, terms: Option<TermsId>) -> Self {
        Self { under: terms, ..self }
    }

    /// The version that is in force on a date.
    pub fn in_force(&self, date: Date) -> Option<TermsId> {
        terms_in_force(&self.versions, date).map(|(id, _)| *id)
    }

    /// The version that counts for the entry.
    pub fn terms_id(&self) -> Option<TermsId> {
        self.under
    }

    /// What a version says.
    pub fn version(&self, id: Option<TermsId>) -> Option<&Terms> {
        let version = self.versions.iter().find(|(_, _, (version, _))| Some(*version) == id);
        version.map(|(_, _, (_, terms))| terms)
    }

    /// The terms that count for the entry.
    pub fn terms(&self) -> Option<&Terms> {
        self.version(self.under)
    }

    /// The zone whose dates count where nothing else is said.
    pub fn zone(&self) -> &TimeZone {
        self.engagement_zone.as_ref().or(self.client_zone.as_ref()).unwrap_or(&self.workspace_zone)
    }

    /// What the workspace or the terms in force on a date make of entries in the same time.
    pub fn overlap_on(&self, date: Date) -> OverlapPolicy {
        self.version(self.in_force(date)).and_then(|terms| terms.overlap).unwrap_or(self.overlap_policy)
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
            // A task that is named is of no engagement.
            let fault = match fields.task_id {
                Some(_) => Fault::new("/engagement_id", FaultCode::Required),
                None => {
                    Fault::new("/engagement_id", FaultCode::OneOfRequired).with("names", "engagement_id, task_id")
                }
            };
            faults.push(fault.reads("/task_id"));
        }
    }

    /// Whether what the fields refer to is there and belongs together.
    pub fn check_references(&self, fields: &TimeEntryFields, faults: &mut Faults) {
        let is_unknown = fields.engagement_id.is_some() && self.engagement_id.is_none();
        if is_unknown {
            faults.add("/engagement_id", FaultCode::ReferenceNotFound);
        }
        let Some(_) = fields.task_id else { return };
        if self.task_id.is_none() {
            return faults.add("/task_id", FaultCode::ReferenceNotFound);
        }
        if is_unknown {
            return;
        }
        let elsewhere = self.task_engagement_id.is_some_and(|task| self.engagement_id != Some(task));
        let whose = match self.task_client_id != self.client_id {
            true => ("another client", "einem anderen Kunden"),
            false if elsewhere => ("another engagement", "einem anderen Auftrag"),
            false => return,
        };
        let fault = Fault::new("/task_id", FaultCode::TaskElsewhere).with_both("whose", whose.0, whose.1);
        faults.push(fault.with("other", "engagement_id"));
    }

    /// Where entries say themselves which share of a day they are it must not be lacking, and elsewhere not be said.
    /// `fields` say what that follows from.
    pub fn check_days(&self, fields: &TimeEntryFields, (is_said, is_lacking): (bool, bool), faults: &mut Faults) {
        let is_explicit = |(.., (_, terms)): &Version| terms.day_mode == Some(DayMode::Explicit);
        let date = if self.versions.iter().any(is_explicit) { fields.date() } else { &[] };
        let fault = |code| Fault::new("/day_ten_thousandths", code).reads_all(fields.place()).reads_all(date);
        if self.says_days() && is_lacking {
            faults.push(fault(FaultCode::Required));
        } else if is_said && !self.says_days() {
            let kind = self.terms().map_or_else(String::new, |terms| match terms.day_mode {
                Some(mode) => format!("{}, day_mode {}", terms.kind.as_str(), mode.as_str()),
                None => terms.kind.as_str().to_owned(),
            });
            faults.push(fault(FaultCode::ForeignToKind).with("kind", kind));
        }
    }

    /// Whether the entries of this engagement say themselves which share of a day they are.
    pub fn says_days(&self) -> bool {
        self.terms().is_some_and(|terms| terms.day_mode == Some(DayMode::Explicit))
    }

    /// Whether work of this date may be noted in the engagement.
    pub fn check_open_on(&self, date: Date, pointer: &str) -> Result<()> {
        self.open_days().map_or(Ok(()), |days| days.check(date, pointer))
    }

    /// Whether work of a date that may be noted may reach up to another.
    pub fn check_reach(&self, date: Date, last: Date, pointer: &str) -> Result<()> {
        self.open_days().map_or(Ok(()), |days| days.check_reach(date, last, pointer))
    }

    /// Whether time and money of an entry that lies on this date may be corrected.
    pub fn check_correction(&self, date: Date) -> Result<()> {
        self.open_days().map_or(Ok(()), |days| days.check_correction(date))
    }

    fn open_days(&self) -> Option<OpenDays<'_>> {
        let (status, starts_on) = self.engagement_status.zip(self.starts_on)?;
        let JsonText(pauses) = self.pauses.as_ref()?;
        Some(OpenDays { status, starts_on, ends_on: self.ends_on, pauses, ended_on: self.ended_on })
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
        match self.open_days() {
            Some(days) if days.status != EngagementStatus::Active => {
                Err(not_active(days.status, days.last_open_on()))
            }
            _ => Ok(()),
        }
    }

    /// Says where the entry belongs.
    pub fn place(&self, row: &mut EntryRow) {
        row.client_id = self.client_id;
        row.engagement_id = self.engagement_id;
        row.task_id = self.task_id;
        row.area.clone_from(&self.task_area);
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

    /// Takes over what another task of the same engagement says for itself; what it leaves open stays as it was noted. A
    /// task that is taken away takes its own rate along.
    pub fn follow_task(&self, row: &mut EntryRow) {
        let left = self.task_id.is_none();
        if row.billable_given.is_none() && (left || self.task_billable.is_some()) {
            self.decide_billable(row, None);
        }
        let has_rate = self.task_rate_minor.is_some() || (left && row.rate_source == Some(RateSource::Task));
        if row.rate_given().is_none() && has_rate {
            self.decide_rate(row, None);
        }
    }
}
