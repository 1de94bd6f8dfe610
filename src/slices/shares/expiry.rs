//! Links whose end has passed: announced once per end. That they have ended, a read says without it.

use super::{
    model::{ShareLinkRow, ShareStatus},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::platform::jobs::{JobKind, enqueue_anew};
use crate::slices::shares::ShareLinkEvent;
use serde_json::{Value, json};

/// Looks whether a share link has ended.
pub static SHARE_LINK_END: JobKind =
    JobKind { name: "share_link.end", run: |tx, task| Box::pin(judge(tx, task.payload)) };

/// Has a link looked at when it ends, where an end is known that nobody waits for yet.
pub async fn look_later(tx: &mut Tx, before: Option<&ShareLinkRow>, row: &ShareLinkRow) -> Result<()> {
    match row.expires_at() {
        Some(end) if before.and_then(ShareLinkRow::expires_at) != Some(end) => {
            enqueue_anew(tx, &SHARE_LINK_END, &json!({"share_link_id": row.id}), end).await
        }
        _ => Ok(()),
    }
}

/// Looks at a link: one that is gone or was taken back is left alone, and so is one that was told of; one that ends
/// later, as when the clock was set back, is looked at again.
pub async fn judge(tx: &mut Tx, payload: &Value) -> Result<()> {
    let id = payload["share_link_id"].as_str().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::internal("the job names no share link"))?;
    let scope = Scope::workspace(tx.workspace());
    let before = match store::find(tx, scope, id).await {
        Err(error) if error.code() == Code::NotFound => return Ok(()),
        row => row?,
    };
    match before.status(tx.wall_clock()) {
        ShareStatus::Expired if before.told_end != Some(before.ends_at) => {}
        ShareStatus::Active => return look_later(tx, None, &before).await,
        ShareStatus::Expired | ShareStatus::Revoked => return Ok(()),
    }
    let row = store::tell_end(tx, id).await?;
    record(tx, ShareLinkEvent::Expired, Some(&before), &row).await
}
