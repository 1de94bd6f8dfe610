//! A user's change is a change of each of her memberships: every workspace that shows her learns of it.

use super::{model::MemberRow, store};
use crate::db::{Actor, Tx};
use crate::error::Result;
use crate::events::record;
use crate::types::{UserId, WorkspaceId};
use crate::workspaces;

/// Enters every workspace of a user, always in the same order, and gives her memberships as they stand.
pub async fn hold(tx: &mut Tx, user: UserId) -> Result<Vec<(WorkspaceId, MemberRow)>> {
    let mut held = Vec::new();
    for place in workspaces::store::memberships(tx, user).await? {
        let workspace = place.workspace.id;
        tx.enter(workspace).await?;
        if let Some(member) = store::of_user(tx, user).await? {
            held.push((workspace, member));
        }
    }
    Ok(held)
}

/// Tells every workspace that the user behind these memberships has changed.
pub async fn announce(tx: &mut Tx, held: Vec<(WorkspaceId, MemberRow)>) -> Result<()> {
    let request_id = tx.actor().request_id.clone();
    for (workspace, before) in held {
        tx.enter(workspace).await?;
        let after = store::touch(tx, before.id).await?;
        tx.set_actor(Actor {
            user: Some(after.user_id),
            member: Some(after.id),
            api_key: None,
            name: after.name.to_string(),
            request_id: request_id.clone(),
        });
        record(tx, "member.updated", Some(&before), &after).await?;
    }
    Ok(())
}
