//! Time entries over HTTP.

mod bulk;
mod export;
mod timer;

pub use bulk::{BulkOperation, BulkResult, BulkTimeEntries, BulkTimeEntryResults, BulkVerb, bulk_time_entries};
pub use export::export_time_entries;
pub use timer::{get_timer, pause_timer, resume_timer, start_timer, stop_time_entry, stop_timer};

use super::{
    Asked, NewSplit, NewTimeEntry, SplitPoint, SplitTimeEntry, TimeEntryFields, TimeEntryFilter, TimeEntryRecord,
    TimeEntryView, TimeTotals, Viewer,
    acts::{self, Writer, Written},
    filter::TimeEntryExpansion,
    store,
    view::Overlapping,
};
use crate::kernel::TimeEntryId;
use crate::kernel::error::Result;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::tasks::store as tasks;
use crate::web::{
    Changed, Created, Cx, Deleted, DryRun, Found, Include, Json, List, MergePatch, Plain, Query, Snapshot,
    Totalled, invalid,
};

type TimeEntryPage = Totalled<TimeEntryRecord, TimeTotals>;

pub async fn list_time_entries(cx: Cx, list: List<TimeEntryFilter>) -> Result<TimeEntryPage> {
    let mut list = list.read(&cx)?;
    let (scope, viewer, mut conn) = (cx.scope(), viewer(&cx), list.snapshot(&cx).await?);
    let asked = ask(&cx, &mut conn, list.filter.clone(), list.include).await?;
    let page = store::list(&mut conn, scope, &asked, &list.slice).await?;
    let mut answer = list.answer(&cx, page, |row| row.view(viewer));
    expand(&cx, &mut conn, &mut answer.data, |name| list.expand.contains(&name.as_str())).await?;
    if list.include.total_count {
        answer.total_count = Some(store::count(&mut conn, scope, &asked, &list.slice).await?);
    }
    let totals = match list.include.totals {
        true => Some(store::totals(&mut conn, scope, &asked, &list.slice).await?),
        false => None,
    };
    Totalled::new(answer, totals)
}

pub async fn create_time_entry(cx: Cx, body: Json<NewTimeEntry>) -> Result<Created<TimeEntryRecord>> {
    let new = body.read_judged(&cx, NewTimeEntry::judge).await?;
    let mut tx = cx.begin().await?;
    let written = acts::create(&mut tx, Writer::from(cx.caller()), new).await?;
    let answer = Created { location: location(written.row.id), body: show(&cx, written) };
    cx.commit(tx, answer).await
}

pub async fn get_time_entry(cx: Cx, query: Query<TimeEntryView>) -> Result<Found<TimeEntryRecord>> {
    let asked = query.read(&cx)?.expand;
    let mut conn = cx.snapshot_if(asked.is_some()).await?;
    let row = store::find(&mut conn, cx.scope(), cx.id("time_entry_id")?).await?;
    let mut view = row.view(viewer(&cx));
    if let Some(asked) = asked {
        expand(&cx, &mut conn, std::slice::from_mut(&mut view), |name| asked.0.contains(&name)).await?;
    }
    Ok(Found(view))
}

pub async fn update_time_entry(cx: Cx, body: MergePatch<TimeEntryFields>) -> Result<Changed<TimeEntryRecord>> {
    let (id, who) = (cx.id("time_entry_id")?, Writer::from(cx.caller()));
    let known = store::find(&mut cx.read().await?, cx.scope(), id).await?;
    who.check_may_write(known.member_id)?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let written = acts::change(&mut tx, who, before, &changes).await?;
    let answer = Changed(show(&cx, written));
    cx.commit(tx, answer).await
}

pub async fn delete_time_entry(cx: Cx) -> Result<Deleted> {
    let id = cx.id("time_entry_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    let who = Writer::from(cx.caller());
    who.check_may_write(before.member_id)?;
    cx.judge(&before)?;
    acts::remove(&mut tx, who, &before).await?;
    cx.commit(tx, Deleted).await
}

pub async fn split_time_entry(
    cx: Cx,
    query: Query<DryRun>,
    body: Json<NewSplit>,
) -> Result<Plain<SplitTimeEntry>> {
    let dry_run = query.read(&cx)?.is_wanted();
    let (id, who) = (cx.id("time_entry_id")?, Writer::from(cx.caller()));
    let known = store::find(&mut cx.read().await?, cx.scope(), id).await?;
    who.check_may_write(known.member_id)?;
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let point = SplitPoint::from_members(new.split_at, new.split_after_seconds)?;
    let (first, second) = acts::split(&mut tx, who, before, point).await?;
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

/// Who looks at entries, and when.
fn viewer(cx: &Cx) -> Viewer {
    let caller = cx.caller();
    match caller.is_client() {
        true => Viewer::Client,
        false => Viewer::Assistant { member: caller.member, is_owner: caller.is_owner, now: cx.app().clock.now() },
    }
}

/// An entry as it was written, with what lies in the same time where that is to be told.
fn show(cx: &Cx, written: Written) -> TimeEntryRecord {
    let overlaps = Some(written.overlaps).filter(|overlaps| !overlaps.is_empty());
    let overlapping = overlaps.map(|overlaps| Overlapping { overlaps });
    TimeEntryRecord { overlapping, ..written.row.view(viewer(cx)) }
}

/// Puts what was asked for into the entries, with one question for each kind.
async fn expand(
    cx: &Cx,
    conn: &mut Snapshot,
    entries: &mut [TimeEntryRecord],
    asked: impl Fn(TimeEntryExpansion) -> bool,
) -> Result<()> {
    let (scope, now) = (cx.scope(), cx.app().clock.now());
    let for_client = scope.is_client();
    if asked(TimeEntryExpansion::Client) {
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.client_id).collect();
        let found = clients::find_all(conn, scope, &ids).await?;
        for entry in entries.iter_mut() {
            let row = entry.client_id.and_then(|id| found.get(&id));
            entry.client = row.cloned().map(|row| Box::new(row.view(for_client)));
        }
    }
    if asked(TimeEntryExpansion::Engagement) {
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.engagement_id).collect();
        let at = conn.recorded_at;
        let found = engagements::find_all(conn, scope, &ids, at).await?;
        for entry in entries.iter_mut() {
            let row = entry.engagement_id.and_then(|id| found.get(&id));
            entry.engagement = row.cloned().map(|row| Box::new(row.view(for_client)));
        }
    }
    if asked(TimeEntryExpansion::Task) {
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.task_id).collect();
        let found = tasks::find_all(conn, scope, &ids).await?;
        for entry in entries.iter_mut() {
            let row = entry.task_id.and_then(|id| found.get(&id));
            entry.task = row.cloned().map(|row| Box::new(row.view(for_client, now)));
        }
    }
    Ok(())
}

fn location(id: TimeEntryId) -> String {
    format!("/v1/time-entries/{id}")
}
