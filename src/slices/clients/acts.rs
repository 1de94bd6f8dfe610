//! What is done with clients, in the caller's transaction.

use super::{
    model::{ClientAction, ClientRow, NewClient},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::events::record;
use crate::slices::time_entries::stop_of_client;

/// Adds a client.
pub async fn create(tx: &mut Tx, new: NewClient) -> Result<ClientRow> {
    let (currency, time_zone, language) = store::workspace_defaults(tx).await?;
    let new = new.complete(&currency, &time_zone, &language)?;
    store::check_ref(tx, &new, None).await?;
    let row = store::insert(tx, &new).await?;
    record(tx, "client.created", None, &row).await?;
    Ok(row)
}

/// Archives a client: her timers stop, as she takes no work any more.
pub async fn archive(tx: &mut Tx, before: &ClientRow) -> Result<ClientRow> {
    refuse_unless(ClientAction::Archive, before, before.archived_at.is_none())?;
    stop_of_client(tx, before.id).await?;
    let row = store::set_archived(tx, before.id, true).await?;
    record(tx, "client.archived", Some(before), &row).await?;
    Ok(row)
}

/// Brings a client back from the archive.
pub async fn unarchive(tx: &mut Tx, before: &ClientRow) -> Result<ClientRow> {
    refuse_unless(ClientAction::Unarchive, before, before.archived_at.is_some())?;
    let row = store::set_archived(tx, before.id, false).await?;
    record(tx, "client.unarchived", Some(before), &row).await?;
    Ok(row)
}

fn refuse_unless(action: ClientAction, before: &ClientRow, allowed: bool) -> Result<()> {
    if allowed {
        return Ok(());
    }
    let allowed = before.clone().view(false).allowed_actions;
    let refusal = Error::new(Code::ActionNotAllowed).with("action", action).with("status", before.status());
    Err(refusal.member("allowed_actions", allowed))
}
