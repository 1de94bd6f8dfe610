//! What is done with share links, in the caller's transaction.

use super::{
    expiry,
    model::{NewShareLink, ShareLinkRow, effective_expiry},
    secrets::{Sealed, seal_fragment, seal_password},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{ClientId, Sealer, ShareLinkId};
use crate::platform::auth::{Role, Scope};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::shares::ShareLinkEvent;
use crate::slices::tasks::store as tasks;
use crate::web::Body;

/// Adds a link.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    sealer: &Sealer,
    new: Body<NewShareLink>,
) -> Result<Done<ShareLinkRow>> {
    let Body { value: mut new, mut faults } = new;
    let (client, url) = new.complete(scope.client, tx.wall_clock(), &mut faults);
    if let Some(client) = client {
        faults.absorb(clients::find_for_work(tx, scope, client, "/client_id").await)?;
    }
    settle_belongings(tx, scope, (client, None), &mut new, &mut faults).await?;
    faults.check()?;
    let (client, url) = client.zip(url).ok_or_else(|| Error::internal("a link without faults is complete"))?;
    let (new, url) = (&new, &url);
    let id = ShareLinkId(tx.new_id());
    let sealed = Sealed {
        fragment: url.fragment.as_ref().map(|fragment| seal_fragment(sealer, id, fragment)),
        password: new.password.as_ref().map(|password| seal_password(sealer, id, password)),
    };
    let default = url.provider.and_then(|provider| provider.default_lifetime_days);
    let end = effective_expiry(new.expires_at, None, default, tx.wall_clock());
    let added_by = if scope.is_client() { Role::Client } else { Role::Assistant };
    let row = store::insert(tx, store::Insertion { id, client, added_by, new, url, sealed, end }).await?;
    expiry::look_later(tx, None, &row).await?;
    recorded(tx, ShareLinkEvent::Created, None, row).await
}

/// Engagement and task must be this client's, and the task, where it has an engagement, of this one. Of a link that is
/// there already only another reference than before is looked at; what its client does not see of it stays, and gives
/// way without a word where it does not go together with what they choose.
pub async fn settle_belongings(
    tx: &mut Tx,
    scope: Scope,
    (client, before): (Option<ClientId>, Option<&ShareLinkRow>),
    link: &mut NewShareLink,
    faults: &mut Faults,
) -> Result<()> {
    let hidden = before.filter(|_| scope.is_client()).map(ShareLinkRow::hidden).unwrap_or_default();
    link.engagement_id = link.engagement_id.or(hidden.engagement_id);
    link.task_id = link.task_id.or(hidden.task_id);
    let stood = before.map(|row| (row.engagement_id, row.task_id)).unwrap_or_default();
    if (link.engagement_id, link.task_id) == stood {
        return Ok(());
    }
    // Whose it must be is unknown where that is at fault.
    let is_others = |owner: ClientId| client.is_some_and(|client| client != owner);
    if let Some(id) = link.engagement_id.filter(|id| stood.0 != Some(*id)) {
        let row = found(engagements::find_row(tx, scope, id).await)?;
        if row.is_none_or(|row| is_others(row.fields.client_id)) {
            faults.add("/engagement_id", FaultCode::ReferenceNotFound);
        }
    }
    if let Some(id) = link.task_id {
        // What stood already is known to be there, though perhaps not to them.
        let scope = if stood.1 == Some(id) { Scope::workspace(scope.workspace) } else { scope };
        let row = found(tasks::find(tx, scope, id).await)?.filter(|row| !is_others(row.client_id));
        let its = row.as_ref().and_then(|row| row.fields.engagement_id);
        let apart = its.zip(link.engagement_id).is_some_and(|(its, this)| its != this);
        match apart {
            true if hidden.task_id == Some(id) => link.task_id = None,
            true if hidden.engagement_id.is_some() && hidden.engagement_id == link.engagement_id => {
                link.engagement_id = None;
            }
            _ if row.is_none() => faults.add("/task_id", FaultCode::ReferenceNotFound),
            _ if apart => {
                let apart = Fault::new("/task_id", FaultCode::ReferenceNotFound);
                faults.push(apart.reads("/engagement_id"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a body refers to may be missing.
fn found<T>(row: Result<T>) -> Result<Option<T>> {
    match row {
        Err(error) if error.code() == Code::NotFound => Ok(None),
        row => row.map(Some),
    }
}
