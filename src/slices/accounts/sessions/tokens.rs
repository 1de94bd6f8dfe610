//! Giving tokens: when somebody logs in, and when they show their refresh token.

use super::{
    model::TokenAnswer,
    store::{self, Because, Shown},
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, FaultCode, Result};
use crate::kernel::{SessionId, Timestamp, WorkspaceId};
use crate::platform::auth::{ACCESS_SECONDS, SecretKind, Tokens};
use crate::slices::accounts::users::{self, model::UserRow};
use crate::slices::accounts::workspaces::{self, model::Membership};

/// How showing a refresh token ended.
pub enum Refreshed {
    Tokens(Box<TokenAnswer>),
    /// It had been used before, and its session has been revoked for that: to be committed.
    Revoked,
}

/// Opens a session for a user in a workspace, with its first tokens.
pub async fn open(
    tx: &mut Tx,
    tokens: &Tokens,
    user_agent: Option<String>,
    (user, place): (UserRow, Membership),
    now: Timestamp,
) -> Result<TokenAnswer> {
    let session = store::insert(tx, (user.id, place.workspace.id), user_agent, now).await?;
    give(tx, tokens, session, (user, place), now).await
}

/// Uses a refresh token up and gives the next tokens, for the same workspace or another of the user's.
pub async fn refresh(
    tx: &mut Tx,
    tokens: &Tokens,
    refresh_token: &str,
    wanted: Option<WorkspaceId>,
    now: Timestamp,
) -> Result<Refreshed> {
    let refuse = || Error::new(Code::InvalidToken);
    let hash = SecretKind::Refresh.hash(refresh_token).ok_or_else(refuse)?;
    let session = match store::use_token(tx, &hash, now).await? {
        Shown::Good(session) => session,
        Shown::Reused(session) => {
            store::revoke(tx, session, Because::Reuse).await?;
            return Ok(Refreshed::Revoked);
        }
        Shown::Unknown => return Err(refuse()),
    };
    let (user, current) = store::touch(tx, session, now).await?.ok_or_else(refuse)?;
    let place = workspaces::store::membership(tx, user, Some(wanted.unwrap_or(current))).await?;
    let place = place.ok_or_else(|| match wanted {
        Some(_) => Error::fault("/workspace_id", FaultCode::ReferenceNotFound),
        None => refuse(),
    })?;
    if place.workspace.id != current {
        store::switch(tx, session, place.workspace.id).await?;
    }
    let user = users::store::find(tx, user).await?;
    give(tx, tokens, session, (user, place), now).await.map(|answer| Refreshed::Tokens(Box::new(answer)))
}

async fn give(
    tx: &mut Tx,
    tokens: &Tokens,
    session: SessionId,
    (user, place): (UserRow, Membership),
    now: Timestamp,
) -> Result<TokenAnswer> {
    let refresh = SecretKind::Refresh.make();
    store::insert_token(tx, session, refresh.hash, now).await?;
    let (role, workspace) = (place.role, place.workspace);
    let access_token = tokens.mint(now, tx.new_id(), (user.id, session), (workspace.id, role, place.client_id))?;
    let scopes: Vec<&str> = role.scopes().iter().map(|scope| scope.as_str()).collect();
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_SECONDS,
        refresh_token: refresh.text,
        scope: scopes.join(" "),
        user: user.view(),
        workspace: workspace.seen_as(role),
    })
}
