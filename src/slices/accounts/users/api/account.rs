//! Registering, logging in, refreshing, logging out.

use super::{check_new_password, wrong_credentials};
use crate::db::Conn;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::SecretKind;
use crate::platform::config::Registration;
use crate::platform::cx::{Cx, challenge};
use crate::slices::accounts::sessions::{
    self, Refreshed,
    model::TokenAnswer,
    store::{self as session_store, Because},
};
use crate::slices::accounts::users::{
    model::{Login, Logout, NewAccount, Refresh, UserRow},
    store,
};
use crate::slices::accounts::workspaces;
use crate::web::{Body, Deleted, Issued, Json};

/// Who registers.
enum Founder {
    /// Somebody who is in no workspace any more and has proved who they are.
    Returning(UserRow),
    /// Somebody new, with the hash of their password.
    New(String),
}

pub async fn register_account(cx: Cx, body: Json<NewAccount>) -> Result<Issued<TokenAnswer, 201>> {
    require_open(&cx, &mut cx.read().await?).await?;
    let new = body.read(&cx).await?;
    if new.faults.is_empty() {
        cx.count_try(None)?;
    }
    let new = new.judged(|new, faults| check_new_password(&new.password, "/password", faults))?;
    let workspace = new.workspace();
    let founder = match returning(&cx, &new).await? {
        Some(user) => Founder::Returning(user),
        None => Founder::New(cx.app().hasher.hash(&new.password).await?),
    };
    let mut tx = cx.open().await?;
    if cx.app().config.registration == Registration::FirstOnly {
        workspaces::store::lock_registration(&mut tx).await?;
        require_open(&cx, &mut tx).await?;
    }
    let user = match founder {
        Founder::Returning(user) => store::lock_proven(&mut tx, &user).await?.ok_or_else(taken)?,
        Founder::New(hash) => store::insert(&mut tx, (&new.email, &new.name), hash, false).await?,
    };
    let place = workspaces::found(&mut tx, (user.id, &user.name), &workspace).await?;
    let (tokens, now) = (cx.app().callers.tokens(), tx.wall_clock());
    let answer = sessions::open(&mut tx, tokens, cx.user_agent(), (user, place), now).await?;
    tx.commit().await?;
    Ok(Issued(answer))
}

/// Whoever is in no workspace any more can neither log in nor be new: with their password they may found another.
async fn returning(cx: &Cx, new: &NewAccount) -> Result<Option<UserRow>> {
    let Some(user) = store::by_email(&mut cx.read().await?, &new.email).await? else { return Ok(None) };
    if workspaces::store::membership(&mut cx.read().await?, user.id, None).await?.is_some() {
        return Err(taken());
    }
    let account = new.email.key();
    cx.count_try_at(&account)?;
    if !cx.app().hasher.verify(&new.password, Some(user.password_hash.clone())).await? {
        return Err(taken());
    }
    cx.forget_tries(&account);
    Ok(Some(user))
}

fn taken() -> Error {
    Error::new(Code::EmailTaken)
}

async fn require_open(cx: &Cx, conn: &mut Conn) -> Result<()> {
    let open = match cx.app().config.registration {
        Registration::Open => true,
        Registration::FirstOnly => !workspaces::store::exists_any(conn).await?,
        Registration::Closed => false,
    };
    if open { Ok(()) } else { Err(Error::new(Code::RegistrationClosed)) }
}

pub async fn log_in(cx: Cx, body: Json<Login>) -> Result<Issued<TokenAnswer, 200>> {
    let given = body.read(&cx).await?.checked()?;
    let account = given.email.key();
    cx.count_try(Some(&account))?;
    let user = store::by_email(&mut cx.read().await?, &given.email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let proven = cx.app().hasher.verify(&given.password.into(), hash).await?;
    let proven = user.filter(|_| proven).ok_or_else(wrong_credentials)?;
    cx.forget_tries(&account);
    let mut tx = cx.open().await?;
    let user = store::lock_proven(&mut tx, &proven).await?.ok_or_else(wrong_credentials)?;
    let place = workspaces::store::membership(&mut tx, user.id, given.workspace_id).await?;
    let place = place.ok_or_else(wrong_credentials)?;
    let (tokens, now) = (cx.app().callers.tokens(), tx.wall_clock());
    let answer = sessions::open(&mut tx, tokens, cx.user_agent(), (user, place), now).await?;
    tx.commit().await?;
    Ok(Issued(answer))
}

pub async fn refresh_session(cx: Cx, body: Json<Refresh>) -> Result<Issued<TokenAnswer, 200>> {
    let Body { value: given, mut faults } = body.read(&cx).await?;
    let form = faults.refusal();
    let mut tx = cx.open().await?;
    let (tokens, now) = (cx.app().callers.tokens(), tx.wall_clock());
    let refreshed = sessions::refresh(&mut tx, tokens, &given.refresh_token, given.workspace_id, now).await;
    // Whatever a body at fault would do is undone.
    let refreshed = faults.absorb(refreshed).and_then(|refreshed| faults.check().map(|()| refreshed));
    match Error::first(form, refreshed).map_err(challenge)? {
        Some(Refreshed::Tokens(answer)) => {
            tx.commit().await?;
            Ok(Issued(*answer))
        }
        Some(Refreshed::Revoked) => {
            tx.commit().await?;
            cx.app().callers.forget();
            Err(challenge(Error::new(Code::InvalidToken)))
        }
        None => Err(Error::internal("no tokens without a fault")),
    }
}

pub async fn log_out(cx: Cx, body: Json<Logout>) -> Result<Deleted> {
    let given = body.read(&cx).await?.checked()?;
    let Some(hash) = SecretKind::Refresh.hash(&given.refresh_token) else { return Ok(Deleted) };
    let session = session_store::of_token(&mut cx.read().await?, &hash).await?;
    let Some(session) = session else { return Ok(Deleted) };
    let mut tx = cx.open().await?;
    let ended = session_store::revoke(&mut tx, session, Because::LoggedOut).await?;
    tx.commit().await?;
    // Whatever ended nothing must not cost others what is remembered of them.
    if ended {
        cx.app().callers.forget();
    }
    Ok(Deleted)
}
