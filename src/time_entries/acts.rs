//! What is done with entries, in the caller's transaction: the same steps for one request, for a bulk of them, for the
//! timer, and for other slices. Each act checks who acts, decides, accounts, writes and records its event.

mod account;
mod timer;

use super::{
    EntryAction, EntryOrigin, EntryRow, EntrySpan, Ground, Interval, NewTimeEntry, OverlapPolicy,
    OverlappingEntry, Span, SplitPoint, TimeEntryFields,
    edit::{Edit, edited_span},
    long_running, may_write, require_action, share_seconds, store, work_date,
};
use crate::auth::{Caller, Scope};
use crate::db::Tx;
use crate::error::{Code, Error, FaultCode, Faults, Result};
use crate::events::{Recorded, record, store as events};
use crate::http::Changes;
use crate::types::{Date, EngagementId, MemberId, TaskId, TimeEntryId, Timestamp};

pub use account::account_together;
use account::{CHANGED, Writing, ground_of, reaccount, reaccount_left, write};
pub use timer::{current, end, make_way, pause, resume, start, stop, stop_of_client, stop_on_engagement};

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    pub scope: Scope,
    pub member: MemberId,
    pub is_owner: bool,
    /// Whether a program acts for her.
    pub by_key: bool,
    /// Whether entries are accounted for by themselves at first, because she does many things at once and
    /// [`account_together`] follows.
    pub puts_off: bool,
}

impl From<&Caller> for Writer {
    fn from(caller: &Caller) -> Self {
        Self {
            scope: caller.scope(),
            member: caller.member,
            is_owner: caller.is_owner,
            by_key: caller.api_key.is_some(),
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
                "The member herself or the owner",
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
    /// Whether it was accounted for, and with it those it is accounted for with.
    pub counts: bool,
}

/// Notes work that was done.
pub async fn create(tx: &mut Tx, who: Writer, new: NewTimeEntry) -> Result<Written> {
    let member = new.member_id.unwrap_or(who.member);
    who.check_may_write(member)?;
    let by_hand = if who.by_key { EntryOrigin::Api } else { EntryOrigin::Manual };
    let source = new.source.unwrap_or(by_hand).into();
    let fields = TimeEntryFields::from(new);
    let guess = latest_date(&fields, tx.now());
    let ground = ground(tx, member, fields.engagement_id, fields.task_id, guess).await?;
    let mut faults = Faults::new();
    fields.check(&mut faults);
    ground.check_member(&mut faults);
    ground.check_engagement(&fields, &mut faults);
    ground.check_references(&fields, &mut faults);
    let span = Span::from_input(&fields.span(), ground.zone(), tx.now());
    let span = faults.absorb(span)?;
    let ground = match &span {
        Some(span) => on_date(tx, ground, member, &fields, span.work_date).await?,
        None => ground,
    };
    let days = fields.day_hundredths.is_some();
    ground.check_days(days, !days, &mut faults);
    faults.check()?;
    let span = span.ok_or_else(Error::not_found)?;
    ground.check_new_work(span.work_date, date_pointer(&fields))?;
    store::check_reference(tx, fields.external_source.as_ref().zip(fields.external_ref.as_ref()), None).await?;
    let id = TimeEntryId(tx.new_id());
    let span = EntrySpan::Done(span);
    let mut row = EntryRow::new(id, member, source, ground.workspace_currency.clone(), &span, tx.now());
    row.set_texts(&fields);
    row.day_hundredths = fields.day_hundredths;
    ground.place(&mut row);
    ground.decide_billable(&mut row, fields.billable);
    ground.decide_rate(&mut row, fields.rate_minor);
    let overlaps = judge_overlaps(tx, &row, ground.overlap()).await?;
    let row = write(tx, row, &ground, Writing { is_new: true, alone: who.puts_off }).await?;
    record(tx, "time_entry.created", None, &row).await?;
    Ok(Written { row, overlaps, counts: true })
}

/// Changes an entry: what follows from what changed is decided anew, the rest stays as it was saved.
pub async fn change(
    tx: &mut Tx,
    who: Writer,
    before: EntryRow,
    changes: &Changes<TimeEntryFields>,
) -> Result<Written> {
    who.check_may_write(before.member_id)?;
    require_action(EntryAction::Edit, before.status, before.lock())?;
    let edit = Edit::new(&before, changes, tx.wall_clock())?;
    let fields = &edit.fields;
    let unchanged = |before| Ok(Written { row: before, overlaps: Vec::new(), counts: false });
    if !edit.moves_time() && !edit.says_else() {
        return unchanged(before);
    }
    let mut faults = Faults::new();
    fields.check(&mut faults);
    let guess = if edit.moves_time() { latest_date(fields, tx.now()) } else { before.work_date };
    let guess = guess.max(before.work_date);
    let ground = ground(tx, before.member_id, fields.engagement_id, fields.task_id, guess).await?;
    if edit.moves_place() {
        ground.check_references(fields, &mut faults);
    }
    let span = match edit.moves_time() {
        true => faults.absorb(edited_span(&before, fields, &ground, tx.now()))?,
        false => None,
    };
    let date = span.as_ref().map_or(before.work_date, EntrySpan::work_date);
    let ground = on_date(tx, ground, before.member_id, fields, date).await?;
    // Another task of the same engagement is a correction, not new work.
    let place = |row: &EntryRow| (row.client_id, row.engagement_id);
    let moves_work = edit.moves_place() && (ground.client_id, ground.engagement_id) != place(&before);
    let lacks_days = !before.is_open() && fields.day_hundredths.is_none() && (moves_work || edit.mentions_days);
    ground.check_days(edit.says_days(), lacks_days, &mut faults);
    faults.check().map_err(|error| changes.at_sent(error))?;
    let span = span.filter(|span| Some(span) != before.entry_span().as_ref());
    if span.is_none() && !edit.says_else() {
        return unchanged(before);
    }
    if moves_work || date != before.work_date {
        let pointer = if date == before.work_date { edit.place_pointer() } else { date_pointer(fields) };
        match moves_work {
            true => ground.check_new_work(date, pointer)?,
            false => ground.check_open_on(date, pointer)?,
        }
    }
    if moves_work && before.is_open() {
        let zone = span.as_ref().map_or(&before.time_zone, EntrySpan::time_zone);
        ground.check_startable(work_date(tx.wall_clock(), zone), edit.place_pointer())?;
    }
    let reference = fields.external_source.as_ref().zip(fields.external_ref.as_ref());
    store::check_reference(tx, reference, Some(before.id)).await?;

    let mut row = before.clone();
    row.set_texts(fields);
    if let Some(wanted) = fields.needs_review {
        row.set_needs_review(wanted, tx.wall_clock(), tx.now());
    }
    if moves_work || edit.mentions_days {
        row.day_hundredths = fields.day_hundredths;
    }
    if let Some(span) = &span {
        row.set_span(span);
    }
    if edit.moves_place() {
        ground.place(&mut row);
    }
    if edit.moves_place() || edit.says_billable {
        ground.decide_billable(&mut row, fields.billable);
    }
    if edit.moves_place() || edit.says_rate || date != before.work_date {
        ground.decide_rate(&mut row, fields.rate_minor);
    }
    // What takes up the same time as before was judged then.
    let moves_clock = (row.started_at, row.ended_at) != (before.started_at, before.ended_at);
    let overlaps = match moves_clock || moves_work {
        true => judge_overlaps(tx, &row, ground.overlap()).await?,
        false => Vec::new(),
    };
    // What only its texts say changes no money, whatever terms were agreed on meanwhile.
    let counts = span.is_some()
        || edit.moves_place()
        || edit.says_billable
        || edit.says_rate
        || row.day_hundredths != before.day_hundredths;
    let row = match counts {
        true => write(tx, row, &ground, Writing { is_new: false, alone: who.puts_off }).await?,
        false => store::update(tx, &row).await?,
    };
    if row.is_open() && row.started_at != before.started_at {
        long_running::look_later(tx, &row).await?;
    }
    if !row.is_open() {
        if !who.puts_off {
            reaccount_left(tx, &before, &row).await?;
        }
        if before.client_id != row.client_id {
            leave(tx, &before, &row).await?;
        }
    }
    record(tx, "time_entry.updated", Some(&before), &row).await?;
    Ok(Written { row, overlaps, counts })
}

/// A finished entry goes from one client to another: the first is told that it is gone, and what it was goes out of
/// her sight, the past of it too.
async fn leave(tx: &mut Tx, before: &EntryRow, after: &EntryRow) -> Result<()> {
    store::depart(tx, before, after).await?;
    let Some(client) = before.client_id else { return Ok(()) };
    events::withhold(tx, [after.id.0]).await?;
    let gone = before.clone().tombstone(after.version, after.updated_at);
    events::record_for(tx, "time_entry.moved", client, Some(before), after, gone.shown_to_client()).await
}

/// Deletes an entry; entries that were accounted for together with it are accounted for anew.
pub async fn remove(tx: &mut Tx, who: Writer, before: &EntryRow) -> Result<EntryRow> {
    who.check_may_write(before.member_id)?;
    require_action(EntryAction::Delete, before.status, before.lock())?;
    let row = store::bury(tx, before.id).await?;
    if !before.is_open() && !who.puts_off {
        reaccount(tx, before).await?;
    }
    record(tx, "time_entry.deleted", Some(before), &row).await?;
    Ok(row)
}

/// Makes two entries of one.
pub async fn split(tx: &mut Tx, who: Writer, before: EntryRow, point: SplitPoint) -> Result<(EntryRow, EntryRow)> {
    who.check_may_write(before.member_id)?;
    require_action(EntryAction::Split, before.status, before.lock())?;
    let whole = before.span().ok_or_else(Error::not_found)?;
    let (first, second) = whole.split(point)?;
    let ground = ground_of(tx, &before).await?;
    // The second part may fall on a day under other terms.
    let later_ground = match second.work_date == before.work_date {
        true => ground.clone(),
        false => {
            self::ground(tx, before.member_id, before.engagement_id, before.task_id, second.work_date).await?
        }
    };
    later_ground.check_open_on(second.work_date, point.pointer())?;
    let (mut earlier, mut later) = (before.clone(), before.clone());
    if let Some(days) = before.day_hundredths {
        let shares = share_seconds(days, &[first.duration_seconds, second.duration_seconds]);
        (earlier.day_hundredths, later.day_hundredths) = (Some(shares[0]), Some(shares[1]));
    }
    earlier.set_span(&EntrySpan::Done(first));
    (later.id, later.created_at) = (TimeEntryId(tx.new_id()), tx.now());
    later.set_span(&EntrySpan::Done(second));
    if later.work_date != before.work_date {
        later_ground.decide_rate(&mut later, before.rate_given());
    }
    // One reference names one entry.
    (later.external_source, later.external_ref) = (None, None);
    let first = write(tx, earlier, &ground, CHANGED).await?;
    let second = write(tx, later, &later_ground, Writing { is_new: true, alone: false }).await?;
    // Accounting for the second may have touched the first.
    let first = if second.engagement_id.is_some() { store::find(tx, who.scope, first.id).await? } else { first };
    record(tx, "time_entry.split", Some(&before), &first).await?;
    record(tx, "time_entry.created", None, &second).await?;
    Ok((first, second))
}

/// Lists, allows or refuses what lies in the same time, as the policy says.
async fn judge_overlaps(tx: &mut Tx, row: &EntryRow, policy: OverlapPolicy) -> Result<Vec<OverlappingEntry>> {
    let now = tx.wall_clock();
    let Some(interval) = Interval::of_entry(row.started_at, row.ended_at, row.paused_at, now) else {
        return Ok(Vec::new());
    };
    if policy == OverlapPolicy::Allow {
        return Ok(Vec::new());
    }
    let mut found = store::overlapping(tx, row.member_id, interval, row.id, now).await?;
    found.truncate(100);
    match policy {
        OverlapPolicy::Reject if !found.is_empty() => {
            Err(Error::new(Code::TimeEntryOverlaps).member("conflicts", found))
        }
        _ => Ok(found),
    }
}

async fn ground(
    tx: &mut Tx,
    member: MemberId,
    engagement: Option<EngagementId>,
    task: Option<TaskId>,
    on: Date,
) -> Result<Ground> {
    let ground = store::ground(tx, member, engagement, task, on).await?;
    ground.ok_or_else(|| Error::fault("/member_id", FaultCode::ReferenceNotFound))
}

/// The ground with the terms of this date, when those of the guess came into force only later.
async fn on_date(
    tx: &mut Tx,
    known: Ground,
    member: MemberId,
    fields: &TimeEntryFields,
    date: Date,
) -> Result<Ground> {
    match known.terms_from {
        Some(from) if from > date => ground(tx, member, fields.engagement_id, fields.task_id, date).await,
        _ => Ok(known),
    }
}

/// No later date can be meant: what is said of the time, a day ahead for zones where it is tomorrow.
fn latest_date(fields: &TimeEntryFields, now: Timestamp) -> Date {
    let at = fields.started_at.unwrap_or(now).min(now).plus_seconds(86_400);
    fields.work_date.unwrap_or_else(|| Date::of(at, chrono_tz::UTC))
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
