//! A new address counts once it is shown to be theirs.

use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::SecretKind;
use crate::platform::cx::Cx;
use crate::slices::accounts::members;
use crate::slices::accounts::users::{
    mails,
    model::EmailConfirmation,
    store::{self, Purpose},
};
use crate::slices::accounts::workspaces;
use crate::web::{Deleted, Json};

pub async fn confirm_email(cx: Cx, body: Json<EmailConfirmation>) -> Result<Deleted> {
    let given = body.read(&cx).await?.checked()?;
    cx.count_try(None)?;
    let void = || Error::new(Code::TokenExpired);
    let hash = SecretKind::Mailed.hash(&given.token).ok_or_else(void)?;
    let now = cx.app().clock.now();
    let user = store::find_token(&mut cx.read().await?, &hash, Purpose::EmailChange, now).await?;
    let mut tx = cx.open().await?;
    let before = store::lock(&mut tx, user).await?;
    let (_, email) = store::use_token(&mut tx, &hash, Purpose::EmailChange).await?;
    let held = members::hold(&mut tx, user).await?;
    store::set_email(&mut tx, user, &email.ok_or_else(void)?).await?;
    store::void_tokens(&mut tx, user, None).await?;
    members::announce(&mut tx, held).await?;
    let place = workspaces::store::membership(&mut tx, user, None).await?;
    let german = place.map_or(cx.about().german, |place| place.workspace.speaks_german());
    cx.app().mailer.enqueue(&mut tx, mails::email_changed(before.email, german)).await?;
    tx.commit().await?;
    cx.app().callers.forget();
    Ok(Deleted)
}
