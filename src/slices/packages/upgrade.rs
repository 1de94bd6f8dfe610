//! Bringing engagements of before checkpoints were kept to their present form: each account is settled once. What was used
//! already is no news, so nobody is told.

use super::settlement::settle;
use crate::db::{Tx, Unsettled, sql};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Columns, Date, EngagementId, WorkspaceId};
use crate::platform::upgrades::Upgrade;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What periods leave is kept for every engagement.
pub static CHECKPOINTS: Upgrade =
    Upgrade { name: "checkpoints", advance: |tx, after| Box::pin(async move { advance(tx, after).await }) };

/// Periods of what was agreed before close by themselves as well.
pub static CLOSING_DAYS: Upgrade =
    Upgrade { name: "closing_days", advance: |tx, after| Box::pin(async move { advance(tx, after).await }) };

/// How many engagements one transaction settles.
const ROWS: i64 = 50;

/// The last engagement that was settled.
#[derive(Serialize, Deserialize)]
struct Position {
    workspace: Uuid,
    id: Uuid,
}

#[derive(Columns)]
struct Place {
    workspace_id: WorkspaceId,
    id: EngagementId,
}

/// Settles the next engagements, all of one workspace; the last one of them, none when all are done.
async fn advance(tx: &mut Tx, after: Option<Value>) -> Result<Option<Value>> {
    let start = Position { workspace: Uuid::nil(), id: Uuid::nil() };
    let after = after.map_or(Ok(start), |after| serde_json::from_value(after).map_err(Error::internal))?;
    let mut query = sql("SELECT workspace_id, id FROM engagements WHERE deleted_at IS NULL \
        AND workspace_id IN (SELECT w.id FROM workspaces w WHERE w.deleted_at IS NULL) AND (workspace_id, id) > (");
    query.push_bind(after.workspace).push(", ").push_bind(after.id);
    query.push(") ORDER BY workspace_id, id LIMIT ").push_bind(ROWS);
    let places: Vec<Place> = tx.all(query).await?;
    let Some(workspace) = places.first().map(|place| place.workspace_id) else { return Ok(None) };
    tx.enter(workspace).await?;
    let mut last = None;
    for place in places.iter().take_while(|place| place.workspace_id == workspace) {
        tx.renew();
        settle(
            tx,
            &Unsettled {
                engagement: place.id,
                from: Date::FIRST,
                until: Date::LAST,
                worked: BTreeSet::new(),
                refuses: false,
            },
            false,
        )
        .await?;
        last = Some(json!(Position { workspace: workspace.0, id: place.id.0 }));
    }
    Ok(last)
}
