//! Time entries as a file.

use super::super::{TimeEntryFilter, store};
use super::ask;
use crate::kernel::Timestamp;
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::web::{
    Include, Query,
    csv::{Csv, Line},
};

/// So many rows are read at once.
const PART: i64 = 500;

const HEAD: &[&str] = &[
    "id",
    "work_date",
    "started_at",
    "ended_at",
    "time_zone",
    "member_name",
    "client_name",
    "engagement_title",
    "task_title",
    "description",
    "service",
    "status",
    "duration_seconds",
    "break_seconds",
    "billable",
    "billed_seconds",
    "rate_minor",
    "rate_unit",
    "amount_minor",
    "currency",
    "day_ten_thousandths",
    "source",
    "area",
];
/// What only assistants see.
const INTERNAL: &[&str] = &["tags", "internal_note", "needs_review", "external_source", "external_ref"];

pub async fn export_time_entries(cx: Cx, query: Query<TimeEntryFilter>) -> Result<Csv> {
    let (scope, filter) = (cx.scope(), query.read(&cx)?);
    let head = if scope.is_client() { HEAD.to_vec() } else { [HEAD, INTERNAL].concat() };
    let mut table = cx.app().spools.open(scope.workspace, &cx.app().clock).await?;
    Csv::begin(&mut table, &head).await?;
    let (mut conn, mut after) = (cx.snapshot_apart().await?, None);
    let asked = ask(&cx, &mut conn, filter, Include::default()).await?;
    let seen_at = (!scope.is_client()).then_some(asked.now);
    loop {
        let page = store::export(&mut conn, scope, &asked, after, PART).await?;
        after = page.next;
        let lines: String = page.rows.into_iter().map(|row| line(row, seen_at)).collect();
        table.write(lines).await?;
        if after.is_none() {
            return Ok(Csv::new("time-entries.csv", table));
        }
        conn.renew();
    }
}

/// A row as an assistant sees it at an instant, or as its client does.
fn line(row: store::ExportRow, seen_at: Option<Timestamp>) -> String {
    let entry = row.entry;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let area = entry.area.as_deref().filter(|_| seen_at.is_some() || entry.shows_task());
    let line = Line::default()
        .value(Some(entry.id))
        .value(Some(entry.work_date))
        .value(entry.started_at)
        .value(entry.ended_at)
        .value(Some(&*entry.time_zone))
        .text(&text(&entry.member_name))
        .text(&text(&row.client_name))
        .text(&text(&row.engagement_title))
        .text(&text(&row.task_title))
        .text(entry.description.as_deref().unwrap_or_default())
        .text(entry.service.as_deref().unwrap_or_default())
        .value(Some(entry.status))
        .value(entry.duration_seconds)
        .value(Some(entry.break_seconds))
        .value(Some(entry.billable))
        .value(entry.billed_seconds)
        .value(entry.rate_minor)
        .value(entry.rate_unit)
        .value(entry.amount_minor)
        .value(Some(&*entry.currency))
        .value(entry.day_ten_thousandths)
        .value(Some(entry.source))
        .text(area.unwrap_or_default());
    let Some(now) = seen_at else { return line.end() };
    let tags: Vec<&str> = entry.tags.0.iter().map(|tag| &**tag).collect();
    line.text(&tags.join("; "))
        .text(entry.internal_note.as_deref().unwrap_or_default())
        .value(Some(entry.needs_review(now)))
        .text(entry.external_source.as_deref().unwrap_or_default())
        .text(entry.external_ref.as_deref().unwrap_or_default())
        .end()
}
