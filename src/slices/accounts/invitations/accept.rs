//! Accepting: the invited person proves who they are, or becomes a user, and takes their place.

use super::{
    model::{InvitationRow, InvitationStatus, closed_because},
    store,
};
use crate::db::{Actor, Tx};
use crate::kernel::Name;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::slices::accounts::invitations::InvitationEvent;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::members::{self, model::MemberRow};
use crate::slices::accounts::users::{self, model::UserRow};

/// Who accepts.
pub enum Acceptor {
    /// Somebody with an account, who has proved who they are.
    Known(UserRow),
    /// Somebody new, with their name and the hash of their password.
    New(Name, String),
}

/// Makes the acceptor a member. `token` is the hash of the token that they came with.
pub async fn accept(
    tx: &mut Tx,
    invitation: &InvitationRow,
    token: &[u8],
    acceptor: Acceptor,
) -> Result<(UserRow, MemberRow)> {
    let known = match &acceptor {
        Acceptor::New(..) => None,
        Acceptor::Known(user) => users::store::lock_proven(tx, user).await?.map(Some).ok_or_else(wrong)?,
    };
    let verified = invitation.mailed_token_hash == token;
    if let Some(user) = known.as_ref().filter(|user| verified && user.email_verified_at.is_none()) {
        // The mail has reached them: every workspace of theirs learns that the address is theirs.
        let held = members::hold_with(tx, user.id, Some(invitation.workspace_id)).await?;
        users::store::verify_email(tx, user.id).await?;
        members::announce(tx, held).await?;
    }
    enter(tx, invitation).await?;
    let before = store::by_token(tx, token).await?;
    before.require_pending(tx.wall_clock())?;
    require_inviter(tx, &before).await?;
    let user = match (acceptor, known) {
        (Acceptor::New(name, hash), _) => users::store::insert(tx, (&before.email, &name), hash, verified).await?,
        (Acceptor::Known(user), known) => known.unwrap_or(user),
    };
    let member = members::store::insert(tx, user.id, before.place()).await?;
    let request_id = tx.actor().request_id.clone();
    let name = user.name.to_string();
    tx.set_actor(Actor { user: Some(user.id), member: Some(member.id), api_key: None, name, request_id });
    let after = store::accept(tx, before.id, member.id, verified).await?;
    record(tx, MemberEvent::Joined, None, &member).await?;
    record(tx, InvitationEvent::Accepted, Some(&before), &after).await?;
    Ok((user, member))
}

/// A workspace that was deleted has no invitations any more.
async fn enter(tx: &mut Tx, invitation: &InvitationRow) -> Result<()> {
    tx.enter(invitation.workspace_id).await.map_err(|error| match error.code() {
        Code::NotFound => closed_because(InvitationStatus::Revoked),
        _ => error,
    })
}

/// Whoever has left lets nobody in any more, themselves least of all. Their open invitations ended when they left; what they
/// sent then, while their token was still known, is found here.
async fn require_inviter(tx: &mut Tx, invitation: &InvitationRow) -> Result<()> {
    let scope = Scope::workspace(tx.workspace());
    members::store::find(tx, scope, invitation.invited_by).await.map(drop).map_err(|error| match error.code() {
        Code::NotFound => closed_because(InvitationStatus::Revoked),
        _ => error,
    })
}

fn wrong() -> Error {
    Error::new(Code::InvalidCredentials)
}
