//! The caller's own account.

use crate::db::{Conn, Tx};
use crate::kernel::Email;
use crate::kernel::error::{Error, Result};
use crate::platform::auth::SecretKind;
use crate::platform::cx::{Cx, workspace_gone};
use crate::slices::accounts::members;
use crate::slices::accounts::users::{
    mails,
    model::{Me, Profile, UserRow},
    store::{self, Purpose},
};
use crate::slices::accounts::workspaces;
use crate::web::{Changed, Found, MergePatch};

/// The token that confirms a new address is good for so many seconds.
const EMAIL_CHANGE_SECONDS: i64 = 24 * 3600;

pub async fn get_me(cx: Cx) -> Result<Found<Me>> {
    let mut conn = cx.snapshot().await?;
    let user = store::find(&mut conn, cx.caller().user).await?;
    Ok(Found(me(&cx, &mut conn, user).await?))
}

pub async fn update_me(cx: Cx, body: MergePatch<Profile>) -> Result<Changed<Me>> {
    let changes = body.read(&cx).await?;
    changes.refusal().map_or(Ok(()), Err)?;
    let mut tx = cx.open().await?;
    let before = store::lock(&mut tx, cx.caller().user).await?;
    cx.judge_version(before.version)?;
    let wanted = changes.apply(&before.profile())?.checked()?;
    let moves = wanted.email.key() != before.email.key();
    if changes.mentions("email") {
        // Only the last new address waits for its confirmation.
        store::void_tokens(&mut tx, before.id, Some(Purpose::EmailChange)).await?;
    }
    if moves {
        ask_new_address(&cx, &mut tx, &wanted.email).await?;
    }
    let profile = Profile { email: if moves { before.email.clone() } else { wanted.email }, ..wanted };
    let user = if profile == before.profile() && !moves {
        before
    } else {
        store_profile(&mut tx, &before, &profile).await?
    };
    let answer = Changed(me(&cx, &mut tx, user).await?);
    tx.commit().await?;
    cx.app().callers.forget();
    Ok(answer)
}

/// Keeps a token for a new address and mails it there. Nobody learns whether the address is taken.
async fn ask_new_address(cx: &Cx, tx: &mut Tx, email: &Email) -> Result<()> {
    let (user, app) = (cx.caller().user, cx.app());
    cx.count_try(Some(&format!("mail for {user}")))?;
    let token = SecretKind::Mailed.make();
    store::insert_token(tx, user, (Purpose::EmailChange, Some(email)), token.hash, EMAIL_CHANGE_SECONDS).await?;
    let german = workspaces::store::find(tx, cx.caller().workspace).await?.speaks_german();
    let expires_at = tx.wall_clock().plus_seconds(EMAIL_CHANGE_SECONDS);
    let letter = match store::by_email(tx, email).await? {
        Some(_) => mails::email_taken(email.clone(), german),
        None => mails::email_change((email.clone(), expires_at), app.public_url(), &token.text, german),
    };
    app.mailer.enqueue(tx, letter).await
}

async fn store_profile(tx: &mut Tx, before: &UserRow, profile: &Profile) -> Result<UserRow> {
    if *profile == before.profile() {
        return store::set_profile(tx, before.id, &profile.name, &profile.email).await;
    }
    let held = members::hold(tx, before.id).await?;
    let user = store::set_profile(tx, before.id, &profile.name, &profile.email).await?;
    members::announce(tx, held).await?;
    Ok(user)
}

/// The caller as they see themselves with these credentials.
async fn me(cx: &Cx, conn: &mut Conn, user: UserRow) -> Result<Me> {
    let caller = cx.caller();
    let pending_email = store::pending_email(conn, caller.user, cx.app().clock.now()).await?;
    let place = workspaces::store::membership(conn, caller.user, Some(caller.workspace)).await?;
    let place = place.ok_or_else(Error::not_found).map_err(workspace_gone)?;
    Ok(Me {
        user: user.view(),
        pending_email,
        role: place.role,
        is_owner: place.is_owner,
        member_id: place.member_id,
        client_id: place.client_id,
        scopes: caller.scopes().to_vec(),
        workspace: place.workspace.seen_as(place.role),
    })
}
