//! Time entries as a file.

use super::super::{Asked, TimeEntryFilter, store};
use super::ask;
use crate::app::App;
use crate::auth::Scope;
use crate::db::{Arg, Keyed};
use crate::error::Result;
use crate::http::{
    Cx, Include, Query,
    csv::{Csv, Line},
};
use crate::types::Timestamp;
use futures_util::stream;
use std::sync::Arc;
use uuid::Uuid;

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
    "day_hundredths",
    "source",
];
/// What only assistants see.
const INTERNAL: &[&str] = &["tags", "internal_note", "needs_review", "external_source", "external_ref"];

pub async fn export_time_entries(cx: Cx, query: Query<TimeEntryFilter>) -> Result<Csv> {
    let asked = ask(&cx, &mut cx.read().await?, query.read(&cx)?, Include::default()).await?;
    let reader = Reader { app: cx.app().clone(), scope: cx.scope(), asked, after: None };
    let head = if reader.scope.is_client() { HEAD.to_vec() } else { [HEAD, INTERNAL].concat() };
    let parts = stream::try_unfold(Some(reader), |reader| async {
        match reader {
            Some(reader) => reader.part().await.map(Some),
            None => Ok(None),
        }
    });
    Ok(Csv::new("time-entries.csv", &head, parts))
}

/// Reads the export part by part, so that it holds no session while the caller takes her time.
struct Reader {
    app: Arc<App>,
    scope: Scope,
    asked: Asked,
    after: Option<(Arg, Uuid)>,
}

impl Reader {
    async fn part(mut self) -> Result<(String, Option<Self>)> {
        let mut conn = self.app.db.read().await?;
        let page = store::export(&mut conn, self.scope, &self.asked, self.after, PART).await?;
        self.after = page.rows.last().filter(|_| page.has_more).map(|row| (row.key("work_date"), Keyed::id(row)));
        let seen_at = (!self.scope.is_client()).then_some(self.asked.now);
        let text = page.rows.into_iter().map(|row| line(row, seen_at)).collect();
        Ok((text, page.has_more.then_some(self)))
    }
}

/// A row as an assistant sees it at an instant, or as its client does.
fn line(row: store::ExportRow, seen_at: Option<Timestamp>) -> String {
    let entry = row.entry;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
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
        .value(entry.day_hundredths)
        .value(Some(entry.source));
    let Some(now) = seen_at else { return line.end() };
    let tags: Vec<&str> = entry.tags.0.iter().map(|tag| &**tag).collect();
    line.text(&tags.join("; "))
        .text(entry.internal_note.as_deref().unwrap_or_default())
        .value(Some(entry.needs_review(now)))
        .text(entry.external_source.as_deref().unwrap_or_default())
        .text(entry.external_ref.as_deref().unwrap_or_default())
        .end()
}
