//! What is done with clients, in the caller's transaction.

use super::{
    ClientEvent,
    model::{ClientAction, ClientRow, NewClient},
    store,
};
use crate::db::Tx;
use crate::kernel::ClientId;
use crate::kernel::error::{Error, Result};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::web::Body;

/// A client is archived and takes no work any more.
pub struct ClientArchival(pub ClientId);

/// Adds a client.
pub async fn create(tx: &mut Tx, new: Body<NewClient>) -> Result<Done<ClientRow>> {
    let (currency, time_zone, language) = store::workspace_defaults(tx).await?;
    let Body { value: new, mut faults } = new;
    let new = new.complete((&currency, &time_zone, &language), &mut faults);
    faults.check()?;
    store::check_ref(tx, &new, None).await?;
    let row = store::insert(tx, &new).await?;
    recorded(tx, ClientEvent::Created, None, row).await
}

/// Archives a client.
pub async fn archive(tx: &mut Tx, before: ClientRow) -> Result<Done<ClientRow>> {
    refuse_unless(ClientAction::Archive, &before, before.archived_at.is_none())?;
    tx.react_to(&mut ClientArchival(before.id)).await?;
    let row = store::set_archived(tx, before.id, true).await?;
    recorded(tx, ClientEvent::Archived, Some(&before), row).await
}

/// Brings a client back from the archive.
pub async fn unarchive(tx: &mut Tx, before: ClientRow) -> Result<Done<ClientRow>> {
    refuse_unless(ClientAction::Unarchive, &before, before.archived_at.is_some())?;
    let row = store::set_archived(tx, before.id, false).await?;
    recorded(tx, ClientEvent::Unarchived, Some(&before), row).await
}

fn refuse_unless(action: ClientAction, before: &ClientRow, allowed: bool) -> Result<()> {
    if allowed {
        return Ok(());
    }
    Err(Error::not_possible(action, before.status(), before.allowed_actions(false)))
}
