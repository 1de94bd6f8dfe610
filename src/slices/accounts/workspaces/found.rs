//! Founding a workspace: it comes with its owner.

use super::{
    model::{Membership, NewWorkspace},
    store,
};
use crate::db::{Actor, Tx};
use crate::kernel::error::Result;
use crate::kernel::{Name, UserId};
use crate::platform::auth::MemberRole;
use crate::platform::auth::Role;
use crate::platform::events::record;
use crate::slices::accounts::members;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::workspaces::WorkspaceEvent;

/// Makes a workspace that the user owns. The transaction enters it, and acts as its owner from then on.
pub async fn found(tx: &mut Tx, (user, name): (UserId, &Name), new: &NewWorkspace) -> Result<Membership> {
    let workspace = store::insert(tx, new).await?;
    let owner = members::store::insert(tx, user, MemberRole::Owner).await?;
    let request_id = tx.actor().request_id.clone();
    tx.set_actor(Actor {
        user: Some(user),
        member: Some(owner.id),
        api_key: None,
        name: name.to_string(),
        request_id,
    });
    record(tx, WorkspaceEvent::Created, None, &workspace).await?;
    record(tx, MemberEvent::Joined, None, &owner).await?;
    Ok(Membership { workspace, member_id: owner.id, role: Role::Assistant, is_owner: true, client_id: None })
}
