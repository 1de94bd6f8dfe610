//! Passwords: forgotten, reset by mailed token, changed by whoever knows the old one.

use super::check_new_password;
use crate::db::Tx;
use crate::kernel::Email;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::platform::app::App;
use crate::platform::auth::SecretKind;
use crate::platform::cx::Cx;
use crate::slices::accounts::members;
use crate::slices::accounts::sessions::store::{self as session_store, Because};
use crate::slices::accounts::users::{
    mails,
    model::{PasswordChange, PasswordForgotten, PasswordReset},
    store::{self, Purpose},
};
use crate::slices::accounts::workspaces;
use crate::web::{Accepted, Body, Deleted, Json};

/// The token that resets a password is good for so many seconds.
const RESET_SECONDS: i64 = 3600;

pub async fn request_password_reset(cx: Cx, body: Json<PasswordForgotten>) -> Result<Accepted> {
    let given = body.read(&cx).await?.checked()?;
    cx.count_try(Some(&format!("mail to {}", given.email.key())))?;
    let (app, german) = (cx.app().clone(), cx.about().german);
    // Beside the answer, which so takes as long for an address that nobody has.
    actix_web::rt::spawn(async move {
        if let Err(error) = mail_reset(&app, &given.email, german).await {
            tracing::error!(%error, "a password reset could not be mailed");
        }
    });
    Ok(Accepted)
}

async fn mail_reset(app: &App, email: &Email, german: bool) -> Result<()> {
    let Some(user) = store::by_email(&mut app.db.read().await?, email).await? else { return Ok(()) };
    let token = SecretKind::Mailed.make();
    let mut tx = Tx::open(&app.db, &app.clock, Default::default()).await?;
    store::lock(&mut tx, user.id).await?;
    store::insert_token(&mut tx, user.id, (Purpose::PasswordReset, None), token.hash, RESET_SECONDS).await?;
    let place = workspaces::store::membership(&mut tx, user.id, None).await?;
    let german = place.map_or(german, |place| place.workspace.speaks_german());
    let to = (user.email, tx.wall_clock().plus_seconds(RESET_SECONDS));
    app.mailer.enqueue(&mut tx, mails::password_reset(to, app.public_url(), &token.text, german)).await?;
    tx.commit().await
}

pub async fn reset_password(cx: Cx, body: Json<PasswordReset>) -> Result<Deleted> {
    let given = body.read(&cx).await?;
    if given.faults.is_empty() {
        cx.count_try(None)?;
    }
    let given = given.judged(|given, faults| check_new_password(&given.password, "/password", faults))?;
    let hash = SecretKind::Mailed.hash(&given.token).ok_or_else(|| Error::new(Code::TokenExpired))?;
    let now = cx.app().clock.now();
    let id = store::find_token(&mut cx.read().await?, &hash, Purpose::PasswordReset, now).await?;
    let password_hash = cx.app().hasher.hash(&given.password).await?;
    let mut tx = cx.open().await?;
    let user = store::lock(&mut tx, id).await?;
    store::use_token(&mut tx, &hash, Purpose::PasswordReset).await?;
    store::set_password(&mut tx, id, password_hash).await?;
    session_store::revoke_all(&mut tx, id, None, Because::PasswordReset).await?;
    // Somebody else may have had the account: whatever they made to come back by ends as well.
    let held = members::hold(&mut tx, id).await?;
    members::end_api_keys(&mut tx, &held).await?;
    if user.email_verified_at.is_none() {
        // The mail has reached them: the address is theirs.
        store::verify_email(&mut tx, id).await?;
        members::announce(&mut tx, held).await?;
    }
    tx.commit().await?;
    cx.app().callers.forget();
    cx.forget_tries(&user.email.key());
    Ok(Deleted)
}

pub async fn change_password(cx: Cx, body: Json<PasswordChange>) -> Result<Deleted> {
    let Body { value: given, mut faults } = body.read(&cx).await?;
    let caller = cx.caller();
    let user = store::find(&mut cx.read().await?, caller.user).await?;
    let account = user.email.key();
    check_new_password(&given.new_password, "/new_password", &mut faults);
    let wrong = || Error::fault("/current_password", FaultCode::WrongPassword);
    if faults.may_read("/current_password") {
        cx.count_try(Some(&account))?;
        let known = Some(user.password_hash.clone());
        match cx.app().hasher.verify(&given.current_password.into(), known).await? {
            true => cx.forget_tries(&account),
            false => faults.push(Fault::new("/current_password", FaultCode::WrongPassword)),
        }
    }
    faults.check()?;
    let password_hash = cx.app().hasher.hash(&given.new_password).await?;
    let mut tx = cx.open().await?;
    store::lock_proven(&mut tx, &user).await?.ok_or_else(wrong)?;
    store::set_password(&mut tx, user.id, password_hash).await?;
    session_store::revoke_all(&mut tx, user.id, caller.session, Because::PasswordChanged).await?;
    tx.commit().await?;
    cx.app().callers.forget();
    Ok(Deleted)
}
