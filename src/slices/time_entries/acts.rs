//! What is done with entries, in the caller's transaction: the same steps for one request, for a bulk of them, for the
//! timer, and for other slices. Each act checks who acts, decides, accounts, writes and records its event.

mod account;
mod apply;
mod create;
mod event;
mod of_task;
mod overlaps;
mod timer;

use super::{
    Basis, EntryAction, EntryRow, EntrySpan, NewSplit, OverlappingEntry, TimeEntryFields,
    edit::{Edit, Moved, edited_span},
    long_running, may_write, require_action, store,
};
use crate::db::Tx;
use crate::hours::{Span, SplitPoint, share, work_date};
use crate::kernel::error::{Code, Error, FaultCode, Result};
use crate::kernel::{Date, EngagementId, MemberId, TaskId, TimeEntryId};
use crate::platform::auth::{Caller, Scope};
use crate::platform::events::record;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::{Body, Changes};

use account::{Writing, account_written, basis_of, judge_days, reaccount, reaccount_left, write_or_refuse};
pub use apply::apply_terms;
pub use create::create;
use event::tell;
pub use event::{Batch, EntryEvent};
pub use of_task::follow_task;
pub use timer::{TimerStart, current, end, pause, resume, start, stop, stop_all};

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    pub scope: Scope,
    pub member: MemberId,
    pub is_owner: bool,
    /// Whether a program acts for them.
    pub by_key: bool,
    /// Whether work of closed periods is noted late.
    pub notes_late: bool,
    /// Whether it is only tried what would come of it: nothing is refused for what a package has left.
    pub only_tries: bool,
    /// Whether entries are accounted for by themselves at first and nothing is recorded yet, because many things are
    /// done at once and [`Batch::finish`] follows.
    pub puts_off: bool,
}

impl From<&Caller> for Writer {
    fn from(caller: &Caller) -> Self {
        Self {
            scope: caller.scope(),
            member: caller.member,
            is_owner: caller.is_owner(),
            by_key: caller.api_key.is_some(),
            notes_late: false,
            only_tries: false,
            puts_off: false,
        }
    }
}

impl Writer {
    /// Assistants write their own entries, the owner anyone's.
    pub fn check_may_write(self, member: MemberId) -> Result<()> {
        match may_write(self.member, self.is_owner, member) {
            true => Ok(()),
            false => Err(Error::new(Code::Forbidden).with_both(
                "who",
                "The member in person or the owner",
                "der Person selbst und dem Inhaber",
            )),
        }
    }
}

/// An entry as written, and what lies in the same time where the policy is to say so.
#[derive(Debug)]
pub struct Written {
    pub row: EntryRow,
    pub overlaps: Vec<OverlappingEntry>,
    /// What is still to be recorded, where that is put off.
    pub events: Vec<EntryEvent>,
}

impl From<EntryRow> for Written {
    /// An entry as it stands.
    fn from(row: EntryRow) -> Self {
        Self { row, overlaps: Vec::new(), events: Vec::new() }
    }
}

/// Changes an entry: what follows from what changed is decided anew, the rest stays as it was saved.
pub async fn change(
    tx: &mut Tx,
    who: Writer,
    before: EntryRow,
    changes: &Changes<TimeEntryFields>,
) -> Result<Written> {
    who.check_may_write(before.member_id)?;
    let now = tx.wall_clock();
    let Body { value: edit, mut faults } = Edit::new(&before, changes, now)?;
    faults.absorb(require_action(EntryAction::Edit, before.status, before.lock()))?;
    let fields = &edit.fields;
    if !edit.moves_time() && !edit.says_else() {
        return faults.check().map(|()| before.into());
    }
    fields.check(&mut faults);
    let basis = basis(tx, before.member_id, fields.engagement_id, fields.task_id).await?;
    if edit.moves_place() {
        basis.check_references(fields, &mut faults);
    }
    let span = match edit.moves_time() {
        true => {
            faults.absorb(edited_span(&before, fields, &basis, now).map_err(|error| in_zone(error, fields)))?
        }
        false => None,
    };
    let said = || fields.span().date(&before.time_zone);
    let date = span.as_ref().map(EntrySpan::work_date).or_else(said).unwrap_or(before.work_date);
    // Another task of the same engagement is a correction, not new work.
    let place = |row: &EntryRow| (row.client_id, row.engagement_id);
    let moves_work = edit.moves_place() && (basis.client_id, basis.engagement_id) != place(&before);
    let basis = under_kept_terms(basis, &before, date, moves_work);
    let other_terms = !before.is_open() && basis.terms_id() != before.terms_id;
    let lacks_days = !before.is_open() && fields.day_ten_thousandths.is_none();
    let lacks_days = lacks_days && (moves_work || other_terms || edit.mentions_days);
    basis.check_days(fields, (edit.says_days(), lacks_days), &mut faults);
    let whole = if edit.moves_time() { span.clone() } else { before.entry_span() };
    let span = span.filter(|span| Some(span) != before.entry_span().as_ref());
    if span.is_none() && !edit.says_else() {
        return faults.check().map(|()| before.into()).map_err(|error| changes.at_sent(error));
    }
    // What only its texts say changes no money, whatever terms were agreed on meanwhile.
    let counts = span.is_some()
        || edit.moves_place()
        || edit.says_billable
        || edit.says_rate
        || (edit.mentions_days && fields.day_ten_thousandths != before.days_given);
    if counts && before.engagement_id.is_some() {
        let corrected = match moves_work {
            true => basis_of(tx, &before).await?.check_correction(before.work_date),
            false => basis.check_correction(before.work_date),
        };
        faults.absorb(corrected)?;
    }
    let reads = |error: Error| error.reading(fields.place()).reading(fields.date());
    let mut open = Ok(());
    if moves_work || date != before.work_date {
        let pointer = if date == before.work_date { edit.place_pointer() } else { date_pointer(fields) };
        open = match moves_work {
            true => basis.check_new_work(date, pointer),
            false => basis.check_open_on(date, pointer),
        };
    }
    // What was noted late stays late, and an open day counts by itself again.
    let is_late = before.booked_on.is_some() && !moves_work;
    if (moves_work || date != before.work_date) && !before.is_open() && !is_late {
        open = open.and_then(|()| basis.check_not_closed(date));
    }
    if let Some(EntrySpan::Done(done)) = whole
        && (moves_work || date != before.work_date || done.last_date() > before.last_work_date)
    {
        let pointer = reach_pointer(|name| changes.mentions(name));
        open = open.and_then(|()| basis.check_reach(date, done.last_date(), pointer));
    }
    faults.absorb(open.map_err(reads))?;
    if moves_work && before.is_open() {
        let zone = span.as_ref().map_or(&before.time_zone, EntrySpan::time_zone);
        let startable = basis.check_startable(work_date(now, zone), edit.place_pointer());
        faults.absorb(startable.map_err(reads))?;
    }
    let moved = Moved { work: moves_work, date: date != before.work_date, terms: other_terms };
    let mut row = edit.row(&before, &basis, span.as_ref(), (moved, now));
    if moves_work || date != before.work_date {
        row.booked_on = basis.booked_on(date).filter(|_| is_late);
    }
    let how = Writing { before: Some(&before), alone: who.puts_off, pointer: days_pointer(&edit, moves_work) };
    if counts && !faults.is_empty() {
        faults.absorb(judge_days(tx, &row, &basis, how).await.map_err(reads))?;
    }
    faults.check().map_err(|error| changes.at_sent(error))?;
    let reference = fields.external_source.as_ref().zip(fields.external_ref.as_ref());
    store::check_reference(tx, reference, Some(before.id)).await?;
    // What takes up the same time as before was judged then.
    let moves_clock = (row.started_at, row.ended_at) != (before.started_at, before.ended_at);
    let overlaps = match moves_clock || moves_work {
        true => overlaps::judge(tx, &row, &basis).await?,
        false => Vec::new(),
    };
    let row = match counts {
        true => write_or_refuse(tx, who, row, &basis, how).await?,
        false => store::update(tx, &before, &row).await?,
    };
    if row.is_open() && row.started_at != before.started_at {
        long_running::look_later(tx, &row).await?;
    }
    let mut told = Vec::new();
    if !row.is_open() {
        if !who.puts_off {
            reaccount_left(tx, &before, &row).await?;
        }
        if before.client_id != row.client_id {
            store::depart(tx, &before, &row).await?;
            told.extend(EntryEvent::moved(&before, &row));
        }
    }
    told.push(EntryEvent::new(TimeEntryEvent::Updated, Some(&before), &row, counts));
    let events = tell(tx, who, told).await?;
    Ok(Written { row, overlaps, events })
}

/// Deletes an entry; entries that were accounted for together with it are accounted for anew.
pub async fn remove(tx: &mut Tx, who: Writer, before: &EntryRow) -> Result<Written> {
    who.check_may_write(before.member_id)?;
    require_action(EntryAction::Delete, before.status, before.lock())?;
    let row = store::bury(tx, before).await?;
    if !before.is_open() && !who.puts_off {
        reaccount(tx, before).await?;
    }
    let events = tell(tx, who, vec![EntryEvent::new(TimeEntryEvent::Deleted, Some(before), &row, true)]).await?;
    Ok(Written { events, ..row.into() })
}

/// Makes two entries of one. Together they take up no more time than it did, so that what lies in it is only told.
pub async fn split(tx: &mut Tx, who: Writer, before: EntryRow, new: Body<NewSplit>) -> Result<(Written, Written)> {
    who.check_may_write(before.member_id)?;
    let Body { value: new, mut faults } = new;
    faults.absorb(require_action(EntryAction::Split, before.status, before.lock()))?;
    let point = faults.absorb(SplitPoint::from_members(new.split_at, new.split_after_seconds))?;
    let parts = point.zip(before.span()).map(|(point, whole)| whole.split(point));
    let parts = parts.and_then(|parts| faults.absorb(parts).transpose()).transpose()?;
    let basis = basis_of(tx, &before).await?;
    faults.absorb(basis.check_correction(before.work_date))?;
    if let (Some(point), Some((_, second))) = (point, &parts) {
        faults.absorb(basis.check_open_on(second.work_date, point.pointer()))?;
    }
    faults.check()?;
    let (point, (first, second)) = point.zip(parts).ok_or_else(Error::not_found)?;
    // Both parts keep terms, rate and whether they are billable; given days go by what was worked.
    let (mut earlier, mut later) = (before.clone(), before.clone());
    if let Some(days) = before.days_given {
        let shares = given_shares(&before, days, &first);
        (earlier.days_given, later.days_given) = (Some(shares), Some(days - shares));
    }
    earlier.set_span(&EntrySpan::Done(first));
    (later.id, later.created_at) = (TimeEntryId(tx.new_id()), tx.now());
    later.set_span(&EntrySpan::Done(second));
    // One reference names one entry.
    (later.external_source, later.external_ref) = (None, None);
    let mut parts = [earlier, later];
    let how = Writing { before: Some(&before), alone: false, pointer: point.pointer() };
    account_written(tx, &mut parts, &basis, how).await?;
    let (first, second) = (store::update(tx, &before, &parts[0]).await?, store::insert(tx, &parts[1]).await?);
    if basis.may_refuse_work() {
        tx.settle_or_refuse().await?;
    }
    let beside = [overlaps::tell(tx, &first, &basis).await?, overlaps::tell(tx, &second, &basis).await?];
    record(tx, TimeEntryEvent::Split, Some(&before), &first).await?;
    record(tx, TimeEntryEvent::Created, None, &second).await?;
    let written = |row, overlaps| Written { row, overlaps, events: Vec::new() };
    let [first_beside, second_beside] = beside;
    Ok((written(first, first_beside), written(second, second_beside)))
}

/// What is wrong with times, where the zone follows from the engagement unless it is given.
fn in_zone(error: Error, fields: &TimeEntryFields) -> Error {
    match fields.time_zone {
        Some(_) => error,
        None => error.reading_for("/time_zone", fields.place()),
    }
}

async fn basis(
    tx: &mut Tx,
    member: MemberId,
    engagement: Option<EngagementId>,
    task: Option<TaskId>,
) -> Result<Basis> {
    let basis = store::basis(tx, member, engagement, task).await?;
    basis.ok_or_else(|| Error::fault("/member_id", FaultCode::ReferenceNotFound))
}

/// An entry stays under the terms that it is accounted under, unless it goes to another engagement or to a date on which
/// another version is in force than on its old one.
fn under_kept_terms(basis: Basis, before: &EntryRow, date: Date, moves_work: bool) -> Basis {
    let keeps = !before.is_open() && !moves_work && basis.in_force(date) == basis.in_force(before.work_date);
    match before.terms_id.filter(|_| keeps) {
        Some(kept) => basis.under(Some(kept)),
        None => basis.on(date),
    }
}

/// What the first of two parts keeps of the days that were given: on each local date by what was worked.
fn given_shares(whole: &EntryRow, days: i64, first: &Span) -> i64 {
    let seconds =
        |span: &Span| -> Vec<i64> { span.seconds_by_date().iter().map(|(_, seconds)| *seconds).collect() };
    let Some(span) = whole.span() else { return days };
    let by_date = share(days, &seconds(&span));
    let firsts = seconds(first);
    let last = firsts.len() - 1;
    // The dates before the split are the first part's as a whole; that of the split is shared.
    let (kept, worked) = (by_date[..last].iter().sum::<i64>(), seconds(&span)[last]);
    kept + share(by_date[last], &[firsts[last], (worked - firsts[last]).max(0)])[0]
}

/// The member that is at fault when a date has no room for the days that were given.
fn days_pointer(edit: &Edit, moves_work: bool) -> &'static str {
    match () {
        () if edit.mentions_days => "/day_ten_thousandths",
        () if moves_work => "/engagement_id",
        () if edit.moves_time() => date_pointer(&edit.fields),
        () => "/billable",
    }
}

/// The member that says how far an entry reaches: the first of those that were sent.
fn reach_pointer(sent: impl Fn(&str) -> bool) -> &'static str {
    let members =
        ["/ended_at", "/ended_local", "/duration_seconds", "/started_at", "/started_local", "/time_zone"];
    let others = ["/work_date", "/break_seconds", "/task_id"];
    members.into_iter().chain(others).find(|pointer| sent(&pointer[1..])).unwrap_or("/engagement_id")
}

/// The member that says which date is meant.
fn date_pointer(fields: &TimeEntryFields) -> &'static str {
    match fields {
        TimeEntryFields { work_date: Some(_), .. } => "/work_date",
        TimeEntryFields { started_local: Some(_), .. } => "/started_local",
        TimeEntryFields { started_at: None, time_zone: Some(_), .. } => "/time_zone",
        _ => "/started_at",
    }
}
