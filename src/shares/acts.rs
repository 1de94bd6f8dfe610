//! What is done with share links, in the caller's transaction.

use super::{
    expiry,
    model::{NewShareLink, ShareLinkRow, effective_expiry},
    secrets::{Sealed, seal_fragment, seal_password},
    store,
    url::NormalUrl,
};
use crate::auth::{Role, Scope, Sealer};
use crate::clients::store as clients;
use crate::db::Tx;
use crate::engagements::store as engagements;
use crate::error::{Code, FaultCode, Faults, Result};
use crate::events::record;
use crate::tasks::store as tasks;
use crate::types::{ClientId, EngagementId, ShareLinkId};

/// Adds a link: what was given, whose it is, and where it leads.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    sealer: &Sealer,
    (new, client, url): (&NewShareLink, ClientId, &NormalUrl),
) -> Result<ShareLinkRow> {
    clients::find_for_work(tx, scope, client, "/client_id").await?;
    check_belongings(tx, scope, client, new).await?;
    let id = ShareLinkId(tx.new_id());
    let sealed = Sealed {
        fragment: url.fragment.as_ref().map(|fragment| seal_fragment(sealer, id, fragment)),
        password: new.password.as_ref().map(|password| seal_password(sealer, id, password)),
    };
    let default = url.provider.and_then(|provider| provider.default_lifetime_days);
    let end = effective_expiry(new.expires_at, None, default, tx.now());
    let added_by = if scope.is_client() { Role::Client } else { Role::Assistant };
    let row = store::insert(tx, store::Insertion { id, client, added_by, new, url, sealed, end }).await?;
    expiry::look_later(tx, None, &row).await?;
    record(tx, "share_link.created", None, &row).await?;
    Ok(row)
}

/// Engagement and task must be this client's, and the task, where it has an engagement, of this one.
pub async fn check_belongings(tx: &mut Tx, scope: Scope, client: ClientId, link: &NewShareLink) -> Result<()> {
    let mut faults = Faults::new();
    if let Some(id) = link.engagement_id {
        let row = found(engagements::find_row(tx, scope, id).await)?;
        if row.is_none_or(|row| row.fields.client_id != client) {
            faults.add("/engagement_id", FaultCode::ReferenceNotFound);
        }
    }
    if let Some(id) = link.task_id {
        let row = found(tasks::find(tx, scope, id).await)?;
        let other =
            |task: Option<EngagementId>| task.zip(link.engagement_id).is_some_and(|(its, this)| its != this);
        if row.is_none_or(|row| row.client_id != client || other(row.fields.engagement_id)) {
            faults.add("/task_id", FaultCode::ReferenceNotFound);
        }
    }
    faults.check()
}

/// What a body refers to may be missing.
fn found<T>(row: Result<T>) -> Result<Option<T>> {
    match row {
        Err(error) if error.code() == Code::NotFound => Ok(None),
        row => row.map(Some),
    }
}
