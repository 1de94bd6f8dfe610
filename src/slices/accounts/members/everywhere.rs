//! A user's change is a change of each of their memberships: every workspace that shows them learns of it.

use super::{model::MemberRow, store};
use crate::db::{Actor, Tx};
use crate::kernel::error::{Code, Result};
use crate::kernel::{UserId, WorkspaceId};
use crate::platform::events::record;
use crate::slices::accounts::api_keys;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::workspaces;

/// Enters every workspace of a user, always in the same order, and gives their memberships as they stand.
pub async fn hold(tx: &mut Tx, user: UserId) -> Result<Vec<(WorkspaceId, MemberRow)>> {
    hold_with(tx, user, None).await
}

/// As [`hold`], with one workspace more, which is to be entered for another reason: the order must hold for all.
pub async fn hold_with(
    tx: &mut Tx,
    user: UserId,
    more: Option<WorkspaceId>,
) -> Result<Vec<(WorkspaceId, MemberRow)>> {
    let places = workspaces::store::memberships(tx, user).await?;
    let mut ids: Vec<_> = places.iter().map(|place| place.workspace.id).chain(more).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut held = Vec::new();
    for workspace in ids {
        match tx.enter(workspace).await {
            // Deleted meanwhile.
            Err(error) if error.code() == Code::NotFound => continue,
            entered => entered?,
        }
        if let Some(member) = store::of_user(tx, user).await? {
            held.push((workspace, member));
        }
    }
    Ok(held)
}

/// Tells every workspace that the user behind these memberships has changed.
pub async fn announce(tx: &mut Tx, held: Vec<(WorkspaceId, MemberRow)>) -> Result<()> {
    for (workspace, before) in held {
        tx.enter(workspace).await?;
        let after = store::touch(tx, before.id).await?;
        act_as(tx, &after);
        record(tx, MemberEvent::Updated, Some(&before), &after).await?;
    }
    Ok(())
}

/// Ends every API key of these memberships.
pub async fn end_api_keys(tx: &mut Tx, held: &[(WorkspaceId, MemberRow)]) -> Result<()> {
    for (workspace, member) in held {
        tx.enter(*workspace).await?;
        act_as(tx, member);
        api_keys::store::revoke_all_of(tx, member.id).await?;
    }
    Ok(())
}

fn act_as(tx: &mut Tx, member: &MemberRow) {
    let request_id = tx.actor().request_id.clone();
    tx.set_actor(Actor {
        user: Some(member.user_id),
        member: Some(member.id),
        api_key: None,
        name: member.name.to_string(),
        request_id,
    });
}
