//! Time entries over HTTP.

mod bulk;
mod export;
mod terms;
mod timer;

pub use bulk::{BulkOperation, BulkResult, BulkTimeEntries, BulkTimeEntryResults, bulk_time_entries};
pub use export::export_time_entries;
pub use terms::apply_terms;
pub use timer::{get_timer, pause_timer, resume_timer, start_timer, stop_time_entry, stop_timer};

use super::{
    Asked, EntryRow, NewSplit, NewTimeEntry, SplitTimeEntry, TimeEntryFields, TimeEntryFilter, TimeEntryRecord,
    TimeEntryView,
    acts::{self, Writer, Written},
    filter::{LateBooking, TimeEntryExpansion},
    store,
    view::Overlapping,
};
use crate::db::{Conn, Tx};
use crate::hours::TimeTotals;
use crate::kernel::Timestamp;
use crate::kernel::error::{Error, Result};
use crate::platform::auth::Caller;
use crate::platform::cx::{Cx, Snapshot};
use crate::platform::entity::Entity;
use crate::platform::kit::{self, Addressed, Writing};
use crate::slices::{clients, engagements, tasks};
use crate::web::{
    Changed, Created, Deleted, DryRun, Found, Include, Json, List, MergePatch, Plain, Query, Totalled, invalid,
};

impl Addressed for EntryRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("time_entry_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/time-entries/{}", self.id)
    }

    fn check_writer(&self, caller: &Caller, _: Writing) -> Result<()> {
        Writer::from(caller).check_may_write(self.member_id)
    }
}

type TimeEntryPage = Totalled<TimeEntryRecord, TimeTotals>;

pub async fn list_time_entries(cx: Cx, list: List<TimeEntryFilter>) -> Result<TimeEntryPage> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let asked = ask(&cx, &mut conn, list.filter.clone(), list.include).await?;
    let page = store::list(&mut conn, scope, &asked, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, &asked, &list.slice).await;
    let mut answer = kit::list(&cx, &list, page, count).await?;
    expand(&cx, &mut conn, &mut answer.data, |name| list.expand.contains(&name.as_str())).await?;
    let totals = match list.include.totals {
        true => Some(store::totals(&mut conn, scope, &asked, &list.slice).await?),
        false => None,
    };
    Totalled::new(answer, totals)
}

pub async fn create_time_entry(
    cx: Cx,
    query: Query<LateBooking>,
    body: Json<NewTimeEntry>,
) -> Result<Created<TimeEntryRecord>> {
    let who = Writer { notes_late: query.read(&cx)?.is_wanted(), ..Writer::from(cx.caller()) };
    let new = body.read(&cx).await?;
    let form = new.faults.refusal();
    let mut tx = cx.begin().await?;
    let written = Error::first(form, acts::create(&mut tx, who, new).await)?;
    let answer = Created { location: written.row.location(), body: show(&cx, written) };
    cx.commit(tx, answer).await
}

pub async fn get_time_entry(cx: Cx, query: Query<TimeEntryView>) -> Result<Found<TimeEntryRecord>> {
    let asked = query.read(&cx)?.expand.map_or(Vec::new(), |asked| asked.0);
    kit::show_with::<EntryRow>(&cx, !asked.is_empty(), async |conn, entries| {
        expand(&cx, conn, entries, |name| asked.contains(&name)).await
    })
    .await
}

pub async fn update_time_entry(cx: Cx, body: MergePatch<TimeEntryFields>) -> Result<Changed<TimeEntryRecord>> {
    let changes = kit::changes::<EntryRow, _>(&cx, body).await?;
    let who = Writer::from(cx.caller());
    let change = async |tx: &mut Tx, before| acts::change(tx, who, before, &changes).await;
    let (tx, written) = kit::write(&cx, Writing::Change, changes.refusal(), change).await?;
    let answer = Changed(show(&cx, written));
    cx.commit(tx, answer).await
}

pub async fn delete_time_entry(cx: Cx) -> Result<Deleted> {
    let who = Writer::from(cx.caller());
    let remove = async |tx: &mut Tx, before: EntryRow| acts::remove(tx, who, &before).await;
    let (tx, _removed) = kit::write(&cx, Writing::Deletion, None, remove).await?;
    cx.commit(tx, Deleted).await
}

pub async fn split_time_entry(
    cx: Cx,
    query: Query<DryRun>,
    body: Json<NewSplit>,
) -> Result<Plain<SplitTimeEntry>> {
    let dry_run = query.read(&cx)?.is_wanted();
    let new = kit::said::<EntryRow, _>(&cx, body).await?;
    let (form, who) = (new.faults.refusal(), Writer::from(cx.caller()));
    let split = async |tx: &mut Tx, before| acts::split(tx, who, before, new).await;
    let (tx, (first, second)) = kit::write(&cx, Writing::Change, form, split).await?;
    let answer = Plain(SplitTimeEntry { first: show(&cx, first), second: show(&cx, second) });
    cx.commit_unless(dry_run, tx, answer).await
}

/// A filter as it is asked now. Totals go by the entries' own dates, which local ones would contradict.
async fn ask(cx: &Cx, conn: &mut Snapshot, filter: TimeEntryFilter, include: Include) -> Result<Asked> {
    let by_days = filter.local_date_from.is_some() || filter.local_date_until.is_some();
    if filter.time_zone.is_some() && !by_days {
        return Err(invalid(
            "time_zone",
            "it goes only with local_date_from or local_date_until.",
            "er geht nur zusammen mit local_date_from oder local_date_until.",
        ));
    }
    if include.totals && by_days {
        return Err(invalid(
            "include",
            "totals go by each entry's own dates, not by those of another zone: use work_date_from and \
             work_date_until with them.",
            "totals gilt nach den eigenen Tagen der Einträge, nicht nach denen einer anderen Zone: Nehmen Sie dazu \
             work_date_from und work_date_until.",
        ));
    }
    store::ask(conn, cx.scope(), filter, cx.app().clock.now()).await
}

/// An entry as it was written, with what lies in the same time where that is to be told.
fn show(cx: &Cx, written: Written) -> TimeEntryRecord {
    let overlaps = Some(written.overlaps).filter(|overlaps| !overlaps.is_empty());
    let overlapping = overlaps.map(|overlaps| Overlapping { overlaps });
    TimeEntryRecord { overlapping, ..written.row.view(&cx.viewer()) }
}

/// Puts what was asked for into the entries, with one question for each kind.
async fn expand(
    cx: &Cx,
    conn: &mut Snapshot,
    entries: &mut [TimeEntryRecord],
    asked: impl Fn(TimeEntryExpansion) -> bool,
) -> Result<()> {
    let at = conn.recorded_at;
    if asked(TimeEntryExpansion::Client) {
        clients::expand(conn, cx, entries, |entry| entry.client_id, |entry| &mut entry.client).await?;
    }
    if asked(TimeEntryExpansion::Engagement) {
        engagements::expand(conn, cx, entries, |entry| entry.engagement_id, |entry| &mut entry.engagement, at)
            .await?;
    }
    if asked(TimeEntryExpansion::Task) {
        tasks::expand(conn, cx, entries, |entry| entry.task_id, |entry| &mut entry.task).await?;
    }
    Ok(())
}
