//! Noting work that was done.

use super::{
    super::{
        Basis, EntryOrigin, EntryRow, EntrySource, EntrySpan, NewTimeEntry, TimeEntryEvent, TimeEntryFields, store,
    },
    EntryEvent, Writer, Written,
    account::{Writing, judge_days, write_or_refuse},
    basis, date_pointer, in_zone, overlaps, reach_pointer, tell,
};
use crate::db::Tx;
use crate::hours::{Span, work_date};
use crate::kernel::error::{Error, Result};
use crate::kernel::{MemberId, TimeEntryId};
use crate::web::Body;

/// What decides beside place and date how much of a date is taken.
const SHARED: &[&str] = &["/member_id", "/task_id", "/billable", "/ended_at", "/ended_local", "/duration_seconds"];

/// Notes work that was done.
pub async fn create(tx: &mut Tx, who: Writer, new: Body<NewTimeEntry>) -> Result<Written> {
    let Body { value: new, mut faults } = new;
    let member = new.member_id.unwrap_or(who.member);
    who.check_may_write(member)?;
    let by_hand = if who.by_key { EntryOrigin::Api } else { EntryOrigin::Manual };
    let source = new.source.unwrap_or(by_hand).into();
    let (fields, now) = (TimeEntryFields::from(new), tx.wall_clock());
    let (engagement, task) = (fields.engagement_id, fields.task_id);
    let basis = match faults.absorb(basis(tx, member, engagement, task).await)? {
        Some(basis) => basis,
        // Nobody's work: all else is judged as if it were the caller's.
        None => basis(tx, who.member, engagement, task).await?,
    };
    fields.check(&mut faults);
    basis.check_member(&mut faults);
    basis.check_engagement(&fields, &mut faults);
    basis.check_references(&fields, &mut faults);
    let span = Span::from_input(&fields.span(), basis.zone(), now);
    let span = faults.absorb(span.map_err(|error| in_zone(error, &fields)))?;
    let date = span.as_ref().map(|span| span.work_date).or_else(|| fields.span().date(basis.zone()));
    let today = work_date(now, basis.zone());
    let basis = basis.on(date.unwrap_or(today));
    let days = fields.day_ten_thousandths.is_some();
    basis.check_days(&fields, (days, !days), &mut faults);
    if let Some(date) = date {
        let sent = |name: &str| match name {
            "ended_at" => fields.ended_at.is_some(),
            "ended_local" => fields.ended_local.is_some(),
            _ => name == "duration_seconds",
        };
        let last = span.as_ref().map_or(date, Span::last_date);
        let open = basis.check_new_work(date, date_pointer(&fields));
        let open = open.and_then(|()| basis.check_reach(date, last, reach_pointer(sent)));
        let open = open
            .and_then(|()| if who.notes_late { basis.check_bookable(date) } else { basis.check_not_closed(date) });
        faults.absorb(open.map_err(|error| error.reading(fields.place()).reading(fields.date())))?;
    }
    let row = span.map(|span| new_row(tx, (member, source), &fields, span, &basis));
    let how = Writing { before: None, alone: who.puts_off, pointer: "/day_ten_thousandths" };
    if let (Some(row), false) = (&row, faults.is_empty()) {
        let room = judge_days(tx, row, &basis, how).await;
        let room = room.map_err(|error| error.reading(fields.place()).reading(fields.date()).reading(SHARED));
        faults.absorb(room)?;
    }
    faults.check()?;
    let row = row.ok_or_else(Error::not_found)?;
    store::check_reference(tx, fields.external_source.as_ref().zip(fields.external_ref.as_ref()), None).await?;
    let overlaps = overlaps::judge(tx, &row, &basis).await?;
    let row = write_or_refuse(tx, who, row, &basis, how).await?;
    let events = tell(tx, who, vec![EntryEvent::new(TimeEntryEvent::Created, None, &row, true)]).await?;
    Ok(Written { row, overlaps, events })
}

/// The entry of work that was done.
fn new_row(
    tx: &Tx,
    (member, source): (MemberId, EntrySource),
    fields: &TimeEntryFields,
    span: Span,
    basis: &Basis,
) -> EntryRow {
    let id = TimeEntryId(tx.new_id());
    let span = EntrySpan::Done(span);
    let mut row = EntryRow::new(id, member, source, basis.workspace_currency.clone(), &span, tx.now());
    row.set_texts(fields);
    row.days_given = fields.day_ten_thousandths;
    row.terms_id = basis.terms_id();
    row.booked_on = basis.booked_on(row.work_date);
    basis.place(&mut row);
    basis.decide_billable(&mut row, fields.billable);
    basis.decide_rate(&mut row, fields.rate_minor);
    row
}
