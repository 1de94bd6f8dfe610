//! Bringing entries and events of before days were counted in ten-thousandths to their present form. Billed time, days
//! and amounts stay as they were shown.

use super::line;
use crate::db::{Tx, sql};
use crate::hours::{BillingLine, Quantity, RateUnit, Span, TimeAllocation, share};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Columns, Date, EngagementId, EventId, JsonText, TermsId, TimeZone, Timestamp, WorkspaceId};
use crate::platform::upgrades::Upgrade;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Entries over midnight get the parts that fall on each date.
pub static ALLOCATIONS: Upgrade = Upgrade {
    name: "allocations",
    advance: |tx, after| Box::pin(async move { noted(lay_on_dates(tx, position(after)?).await?) }),
};

/// Events of entries are written as entries look today.
pub static EVENTS_OF_ENTRIES: Upgrade = Upgrade {
    name: "events_of_entries",
    advance: |tx, after| Box::pin(async move { noted(reshape_events(tx, position(after)?).await?) }),
};

/// How many rows one transaction changes.
const ROWS: i64 = 500;

/// The last row that was done.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Position {
    workspace: Uuid,
    id: Uuid,
}

impl Position {
    /// Before every row.
    const START: Self = Self { workspace: Uuid::nil(), id: Uuid::nil() };
}

/// Where a change goes on.
fn position(after: Option<Value>) -> Result<Position> {
    after.map_or(Ok(Position::START), |after| serde_json::from_value(after).map_err(Error::internal))
}

fn noted(last: Option<Position>) -> Result<Option<Value>> {
    last.map(serde_json::to_value).transpose().map_err(Error::internal)
}

#[derive(Columns)]
struct ClockedRow {
    workspace_id: WorkspaceId,
    ended_at: Option<Timestamp>,
    time_zone: TimeZone,
    break_seconds: i64,
    #[columns(flatten)]
    line: BillingLine,
}

/// Lays the next entries with clock times on their local dates; the last one of them, none when all are done.
async fn lay_on_dates(tx: &mut Tx, after: Position) -> Result<Option<Position>> {
    let mut query = sql(concat!("SELECT workspace_id, ended_at, time_zone, break_seconds, ", line!()));
    query.push(
        " FROM time_entries WHERE started_at IS NOT NULL AND duration_seconds IS NOT NULL AND deleted_at IS NULL",
    );
    query.push(" AND (workspace_id, id) > (").push_bind(after.workspace).push(", ").push_bind(after.id);
    query.push(") ORDER BY workspace_id, id LIMIT ").push_bind(ROWS);
    let rows: Vec<ClockedRow> = tx.all(query).await?;
    let last = rows.last().map(|row| Position { workspace: row.workspace_id.0, id: row.line.id.0 });
    for row in rows {
        let (workspace, id) = (row.workspace_id, row.line.id);
        let Some(parts) = parts(row) else { continue };
        let mut update = sql("UPDATE time_entries SET last_work_date = ");
        update.push_bind(parts[parts.len() - 1].date).push(", allocations = ").push_bind(JsonText(parts));
        update.push(" WHERE workspace_id = ").push_bind(workspace).push(" AND id = ").push_bind(id);
        tx.execute(update).await?;
    }
    Ok(last)
}

/// The parts of an entry that lies on several dates.
fn parts(row: ClockedRow) -> Option<Vec<TimeAllocation>> {
    let line = row.line;
    let span = Span {
        started_at: line.started_at,
        ended_at: row.ended_at,
        work_date: line.work_date,
        time_zone: row.time_zone,
        duration_seconds: line.duration_seconds,
        break_seconds: row.break_seconds,
    };
    let by_date = span.seconds_by_date();
    let shown = Shown {
        billed_seconds: line.billed_seconds.unwrap_or(0),
        days: line.day_ten_thousandths,
        amount_minor: line.amount_minor,
        unit: line.rate_unit,
    };
    (by_date.len() > 1).then(|| shown.over(&by_date))
}

/// What was shown of an entry as a whole.
struct Shown {
    billed_seconds: i64,
    days: Option<i64>,
    amount_minor: Option<i64>,
    unit: Option<RateUnit>,
}

impl Shown {
    /// Shared over its dates, by what was worked on each.
    fn over(&self, by_date: &[(Date, i64)]) -> Vec<TimeAllocation> {
        let worked: Vec<i64> = by_date.iter().map(|(_, seconds)| *seconds).collect();
        let billed = share(self.billed_seconds, &worked);
        let days = self.days.map(|days| share(days, &worked));
        let measure = |i: usize| {
            let day_ten_thousandths = days.as_ref().map_or(0, |days| days[i]);
            let part = Quantity { billed_seconds: billed[i], day_ten_thousandths };
            part.measure(self.unit.unwrap_or(RateUnit::Hour))
        };
        let weights: Vec<i64> = (0..by_date.len()).map(measure).collect();
        let amounts = self.amount_minor.map(|amount| share(amount, &weights));
        let part = |(i, (date, duration_seconds)): (usize, &(Date, i64))| TimeAllocation {
            date: *date,
            duration_seconds: *duration_seconds,
            billed_seconds: billed[i],
            day_ten_thousandths: days.as_ref().map(|days| days[i]),
            amount_minor: amounts.as_ref().map(|amounts| amounts[i]),
        };
        by_date.iter().enumerate().map(part).collect()
    }
}

#[derive(Columns)]
struct PastEvent {
    workspace_id: WorkspaceId,
    id: EventId,
    data: JsonText<Value>,
    client_data: Option<JsonText<Value>>,
    changes: Option<JsonText<Value>>,
    /// What the entry is accounted under today, and where it belongs.
    terms_id: Option<TermsId>,
    engagement_id: Option<EngagementId>,
}

/// Writes the next events of entries in their present form; the last one of them, none when all are done.
async fn reshape_events(tx: &mut Tx, after: Position) -> Result<Option<Position>> {
    let mut query =
        sql("SELECT e.workspace_id, e.id, e.data, e.client_data, e.changes, t.terms_id, t.engagement_id \
         FROM events e LEFT JOIN time_entries t ON t.workspace_id = e.workspace_id AND t.id = e.resource_id \
         WHERE e.resource_type = 'time_entry' AND (e.workspace_id, e.id) > (");
    query.push_bind(after.workspace).push(", ").push_bind(after.id);
    query.push(") ORDER BY e.workspace_id, e.id LIMIT ").push_bind(ROWS);
    let events: Vec<PastEvent> = tx.all(query).await?;
    let last = events.last().map(|event| Position { workspace: event.workspace_id.0, id: event.id.0 });
    for event in events {
        let under = event.engagement_id.zip(event.terms_id);
        let data = JsonText(reshape(event.data.0, under));
        let client_data = event.client_data.map(|data| JsonText(reshape(data.0, under)));
        let changes = event.changes.map(|changes| JsonText(reshape_changes(changes.0, &data.0)));
        let mut update = sql("UPDATE events SET data = ");
        update.push_bind(&data).push(", client_data = ").push_bind(client_data.as_ref());
        update.push(", changes = ").push_bind(changes.as_ref());
        update.push(" WHERE workspace_id = ").push_bind(event.workspace_id).push(" AND id = ").push_bind(event.id);
        tx.execute(update).await?;
    }
    Ok(last)
}

/// An entry as an event shows it. One in the present form stays as it is.
fn reshape(entry: Value, under: Option<(EngagementId, TermsId)>) -> Value {
    let Value::Object(entry) = entry else { return entry };
    if !entry.contains_key("day_hundredths") {
        return Value::Object(entry);
    }
    let same = |(engagement, terms): (EngagementId, TermsId)| {
        (entry["engagement_id"] == json!(engagement) && !entry["duration_seconds"].is_null()).then_some(terms)
    };
    let terms_id = json!(under.and_then(same));
    let shown = Shown {
        billed_seconds: entry["billed_seconds"].as_i64().unwrap_or(0),
        days: entry["day_hundredths"].as_i64().map(|days| days * 100),
        amount_minor: entry["amount_minor"].as_i64(),
        unit: entry["rate_unit"].as_str().and_then(|unit| unit.parse().ok()),
    };
    let mut shaped = Map::new();
    for (name, value) in entry {
        match name.as_str() {
            "day_hundredths" => drop(shaped.insert("day_ten_thousandths".to_owned(), json!(shown.days))),
            "allocations" => drop(shaped.insert(name, reshape_allocations(&value, &shown))),
            "task" => {
                shaped.insert(name, value);
                shaped.insert("terms_id".to_owned(), terms_id.clone());
            }
            _ => drop(shaped.insert(name, value)),
        }
    }
    Value::Object(shaped)
}

fn reshape_allocations(parts: &Value, shown: &Shown) -> Value {
    let part = |part: &Value| {
        let date = part["date"].as_str().and_then(|date| date.parse().ok())?;
        Some((date, part["duration_seconds"].as_i64()?))
    };
    let by_date: Vec<(Date, i64)> = parts.as_array().into_iter().flatten().filter_map(part).collect();
    json!(shown.over(&by_date))
}

/// The changes of an entry: what stands before and after in each, in its present form.
fn reshape_changes(changes: Value, data: &Value) -> Value {
    let Value::Object(changes) = changes else { return changes };
    let value = |name: &str, side: &str| {
        changes.get(name).map_or_else(|| data[name].clone(), |change| change[side].clone())
    };
    let at = |side: &str| Shown {
        billed_seconds: value("billed_seconds", side).as_i64().unwrap_or(0),
        days: match changes.get("day_hundredths") {
            Some(change) => change[side].as_i64().map(|days| days * 100),
            None => data["day_ten_thousandths"].as_i64(),
        },
        amount_minor: value("amount_minor", side).as_i64(),
        unit: value("rate_unit", side).as_str().and_then(|unit| unit.parse().ok()),
    };
    let sides = ["before", "after"];
    let mut shaped = Map::new();
    for (name, change) in &changes {
        match name.as_str() {
            "day_hundredths" => {
                let sides = sides.map(|side| (side.to_owned(), json!(at(side).days)));
                shaped.insert("day_ten_thousandths".to_owned(), Value::Object(sides.into_iter().collect()));
            }
            "allocations" if is_of_old(change) => {
                let sides = sides.map(|side| (side.to_owned(), reshape_allocations(&change[side], &at(side))));
                shaped.insert(name.clone(), Value::Object(sides.into_iter().collect()));
            }
            _ => drop(shaped.insert(name.clone(), change.clone())),
        }
    }
    Value::Object(shaped)
}

fn is_of_old(change: &Value) -> bool {
    let parts = ["before", "after"].into_iter().flat_map(|side| change[side].as_array().into_iter().flatten());
    parts.into_iter().all(|part| part.get("billed_seconds").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_old_takes_its_present_form_once() {
        let old = json!({
            "engagement_id": null, "task": null, "duration_seconds": 36000, "billed_seconds": 36000, "rate_unit": "day",
            "amount_minor": 50000, "day_hundredths": 100,
            "allocations": [
                {"date": "2026-03-09", "duration_seconds": 14400}, {"date": "2026-03-10", "duration_seconds": 21600}
            ],
        });
        let part = |date: &str, seconds: i64, days: i64, amount: i64| {
            json!({
                "date": date, "duration_seconds": seconds, "billed_seconds": seconds, "day_ten_thousandths": days,
                "amount_minor": amount,
            })
        };
        let parts = json!([part("2026-03-09", 14400, 4000, 20_000), part("2026-03-10", 21600, 6000, 30_000)]);
        let shaped = reshape(old.clone(), None);
        assert_eq!(shaped["allocations"], parts);
        assert_eq!((&shaped["day_ten_thousandths"], &shaped["terms_id"]), (&json!(10_000), &Value::Null));
        assert_eq!(shaped.get("day_hundredths"), None);
        assert_eq!(reshape(shaped.clone(), None), shaped);
        let changes = json!({
            "day_hundredths": {"before": 50, "after": 100}, "amount_minor": {"before": 20000, "after": 50000},
            "allocations": {"before": [], "after": old["allocations"]},
        });
        let changes = reshape_changes(changes, &shaped);
        assert_eq!(changes["day_ten_thousandths"], json!({"before": 5000, "after": 10_000}));
        assert_eq!(changes["allocations"], json!({"before": [], "after": parts}));
        assert_eq!(reshape_changes(changes.clone(), &shaped), changes);
    }
}
