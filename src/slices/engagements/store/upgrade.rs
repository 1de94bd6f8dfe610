//! Bringing engagements of before pauses were kept to their present form, from their events: the pauses that are over, and
//! what each event shows of pauses and billing periods. An instant is a day by the engagement's time zone, which SQL does not
//! know.

use crate::db::{Tx, sql};
use crate::hours::Pauses;
use crate::kernel::error::{Error, Result};
use crate::kernel::{Columns, Date, EngagementId, EventId, JsonText, TimeZone, Timestamp, WorkspaceId};
use crate::platform::upgrades::Upgrade;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Engagements keep their past pauses, and events show what engagements and terms show today.
pub static PAUSES: Upgrade =
    Upgrade { name: "pauses", advance: |tx, after| Box::pin(async move { recall(tx, after).await }) };

/// How many engagements one transaction changes.
const ROWS: i64 = 50;

/// The last engagement that was done.
#[derive(Serialize, Deserialize)]
struct Position {
    workspace: Uuid,
    id: Uuid,
}

#[derive(Columns)]
struct PausedRow {
    workspace_id: WorkspaceId,
    id: EngagementId,
    time_zone: TimeZone,
    pauses: JsonText<Pauses>,
}

#[derive(Columns)]
struct PastEvent {
    id: EventId,
    kind: String,
    occurred_at: Timestamp,
    data: JsonText<Value>,
    client_data: Option<JsonText<Value>>,
}

/// Does the next engagements; the last one of them, none when all are done.
async fn recall(tx: &mut Tx, after: Option<Value>) -> Result<Option<Value>> {
    let start = Position { workspace: Uuid::nil(), id: Uuid::nil() };
    let after = after.map_or(Ok(start), |after| serde_json::from_value(after).map_err(Error::internal))?;
    let mut query =
        sql("SELECT workspace_id, id, time_zone, pauses FROM engagements WHERE (workspace_id, id) > (");
    query.push_bind(after.workspace).push(", ").push_bind(after.id);
    query.push(") ORDER BY workspace_id, id LIMIT ").push_bind(ROWS);
    let rows: Vec<PausedRow> = tx.all(query).await?;
    let last = rows.last().map(|row| json!(Position { workspace: row.workspace_id.0, id: row.id.0 }));
    for row in rows {
        recall_one(tx, row).await?;
    }
    Ok(last)
}

async fn recall_one(tx: &mut Tx, row: PausedRow) -> Result<()> {
    let mut pauses = Pauses::default();
    for event in events(tx, &row).await? {
        pauses = followed(&pauses, &event, &row.time_zone);
        let data = JsonText(reshape(&event.data.0, &pauses));
        let client_data = event.client_data.as_ref().map(|data| JsonText(reshape(&data.0, &pauses)));
        if (&data, &client_data) == (&event.data, &event.client_data) {
            continue;
        }
        let mut update = sql("UPDATE events SET data = ");
        update.push_bind(&data).push(", client_data = ").push_bind(client_data.as_ref());
        update.push(" WHERE workspace_id = ").push_bind(row.workspace_id).push(" AND id = ").push_bind(event.id);
        tx.execute(update).await?;
    }
    // The pause that lasts is known, also where events are lacking.
    if pauses.paused_on() == row.pauses.0.paused_on() && pauses != row.pauses.0 {
        let mut update = sql("UPDATE engagements SET pauses = ");
        update.push_bind(JsonText(pauses)).push(" WHERE workspace_id = ").push_bind(row.workspace_id);
        update.push(" AND id = ").push_bind(row.id);
        tx.execute(update).await?;
    }
    Ok(())
}

/// What happened to an engagement and to its terms, in order.
async fn events(tx: &mut Tx, row: &PausedRow) -> Result<Vec<PastEvent>> {
    let mut query =
        sql("SELECT id, type AS kind, occurred_at, data, client_data FROM events WHERE workspace_id = ");
    query.push_bind(row.workspace_id).push(" AND (resource_id = ").push_bind(row.id);
    query.push(" OR resource_id IN (SELECT id FROM engagement_terms WHERE workspace_id = ");
    query.push_bind(row.workspace_id).push(" AND engagement_id = ").push_bind(row.id).push(")) ORDER BY seq");
    tx.all(query).await
}

/// The pauses after an event.
fn followed(pauses: &Pauses, event: &PastEvent, zone: &TimeZone) -> Pauses {
    match event.kind.as_str() {
        "engagement.paused" => {
            let last = event.data.0["paused_on"].as_str().and_then(|last| last.parse().ok());
            last.map_or_else(|| pauses.clone(), |last| pauses.begin(last))
        }
        "engagement.resumed" => pauses.end(Date::of(event.occurred_at, zone.tz())),
        _ => pauses.clone(),
    }
}

/// An engagement or its terms as an event shows them. What is in the present form stays as it is.
fn reshape(shown: &Value, pauses: &Pauses) -> Value {
    let Value::Object(shown) = shown else { return shown.clone() };
    let has_pauses = shown.contains_key("pauses");
    let mut shaped = Map::new();
    for (name, value) in shown {
        let value = if name == "terms" { reshape_terms(value) } else { value.clone() };
        shaped.insert(name.clone(), value);
        if name == "paused_on" && !has_pauses {
            shaped.insert("pauses".to_owned(), json!(pauses));
        }
    }
    Value::Object(shaped)
}

/// One unit from January on, as all terms were counted.
fn reshape_terms(terms: &Value) -> Value {
    let Value::Object(terms) = terms else { return terms.clone() };
    let (has_count, months) = (terms.contains_key("period_count"), terms.get("period") != Some(&json!("quarter")));
    let mut shaped = Map::new();
    for (name, value) in terms {
        shaped.insert(name.clone(), value.clone());
        if name == "period" && !has_count {
            shaped.insert("period_count".to_owned(), json!(1));
        } else if name == "anchor_day" && !has_count {
            shaped.insert("anchor_month".to_owned(), if months { Value::Null } else { json!(1) });
        }
    }
    Value::Object(shaped)
}
