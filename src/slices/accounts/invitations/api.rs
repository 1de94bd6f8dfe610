//! Invitations over HTTP.

use super::{
    accept::{Acceptor, accept},
    mails,
    model::{
        Acceptance, Invitation, InvitationAction, InvitationFilter, InvitationRow, InvitationStatus,
        IssuedInvitation, NewInvitation,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::kernel::{Password, Timestamp};
use crate::platform::auth::{Caller, MemberRole, Role, SecretKind, is_common};
use crate::platform::cx::{Cx, challenge};
use crate::platform::entity::Entity;
use crate::platform::events::record;
use crate::platform::kit::{self, Addressed, Writing};
use crate::slices::accounts::invitations::InvitationEvent;
use crate::slices::accounts::members;
use crate::slices::accounts::sessions::{self, model::TokenAnswer};
use crate::slices::accounts::users;
use crate::slices::accounts::workspaces;
use crate::slices::clients;
use crate::web::{Body, Changed, Found, Issued, Json, List, Listed, Revealed};

impl Addressed for InvitationRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("invitation_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/invitations/{}", self.id)
    }

    fn check_writer(&self, caller: &Caller, _: Writing) -> Result<()> {
        require_right(caller, self.role)
    }
}

pub async fn list_invitations(cx: Cx, list: List<InvitationFilter>) -> Result<Listed<Invitation>> {
    let mut list = list.read(&cx)?;
    let (at, mut conn) = ((cx.scope(), cx.app().clock.now()), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, at, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, at, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn get_invitation(cx: Cx) -> Result<Found<Invitation>> {
    kit::show::<InvitationRow>(&cx).await
}

pub async fn create_invitation(cx: Cx, body: Json<NewInvitation>) -> Result<Revealed<IssuedInvitation>> {
    let new = body.read(&cx).await?;
    let form = new.faults.refusal();
    let (mut tx, new) = Error::first(form, begin(&cx, new).await)?;
    let (shown, mailed) = (SecretKind::Invitation.make(), SecretKind::Invitation.make());
    if members::store::by_email(&mut tx, cx.scope(), &new.email.key()).await?.is_some() {
        return Err(Error::new(Code::AlreadyMember));
    }
    let row = store::insert(&mut tx, cx.caller().member, &new, (shown.hash, mailed.hash)).await?;
    record(&mut tx, InvitationEvent::Created, None, &row).await?;
    let workspace = workspaces::store::find(&mut tx, cx.caller().workspace).await?;
    let expires_at = row.expires_at;
    let answer = Revealed {
        location: row.location(),
        body: IssuedInvitation {
            invitation: row.view(&cx.viewer()),
            accept_url: accept_url(&cx, &shown.text),
            token: shown.text,
        },
    };
    let names = (cx.caller().user_name.as_str(), &*workspace.name);
    let (link, german) = (accept_url(&cx, &mailed.text), workspace.speaks_german());
    let letter = mails::invitation((new.email, expires_at), names, (&link, &mailed.text), german);
    cx.app().mailer.enqueue(&mut tx, letter).await?;
    cx.commit(tx, answer).await
}

/// Begins to invite somebody whom the caller may invite.
async fn begin(cx: &Cx, new: Body<NewInvitation>) -> Result<(Tx, NewInvitation)> {
    let Body { value: new, mut faults } = new;
    require_right(cx.caller(), new.role)?;
    let place = new.place(&mut faults);
    if faults.is_empty() {
        cx.count_mail(&new.email)?;
    }
    let mut tx = cx.begin().await?;
    match place {
        Some(MemberRole::Client(client)) => {
            let found = clients::store::find_for_work(&mut tx, cx.scope(), client, "/client_id").await;
            faults.absorb(found.map_err(|error| error.reading(&["/role"])))?;
        }
        Some(MemberRole::Assistant | MemberRole::Owner) => members::require_owner(&mut tx, cx.caller()).await?,
        None => {}
    }
    faults.check().map(|()| (tx, new))
}

pub async fn revoke_invitation(cx: Cx) -> Result<Changed<Invitation>> {
    kit::act(&cx, async |tx, before: InvitationRow| {
        if before.role == Role::Assistant {
            members::require_owner(tx, cx.caller()).await?;
        }
        let status = before.status(tx.wall_clock());
        if status != InvitationStatus::Pending {
            return Err(Error::new(Code::ActionNotAllowed)
                .with("action", InvitationAction::Revoke)
                .with("status", status)
                .allowed_actions(before.view(&cx.viewer()).allowed_actions));
        }
        store::revoke(tx, &before).await
    })
    .await
}

pub async fn accept_invitation(cx: Cx, body: Json<Acceptance>) -> Result<Issued<TokenAnswer, 201>> {
    let given = body.read(&cx).await?;
    let form = given.faults.refusal();
    let (token, invitation, acceptor) = Error::first(form, acceptor(&cx, given).await)?;
    let mut tx = cx.open().await?;
    let (user, _) = accept(&mut tx, &invitation, &token, acceptor).await.map_err(challenge)?;
    let now = tx.wall_clock();
    let answer = first_tokens(&cx, &mut tx, user, now).await?;
    tx.commit().await?;
    Ok(Issued(answer))
}

/// Whoever has an account must prove who they are by its password; anybody else chooses one. What an account of either kind
/// must have is judged first and for both alike: refusals that leave no trace do not tell who has one.
async fn acceptor(cx: &Cx, given: Body<Acceptance>) -> Result<(Vec<u8>, InvitationRow, Acceptor)> {
    let Body { value: given, mut faults } = given;
    cx.count_try(None)?;
    let found = match faults.may_read("/token") {
        true => Some(pending(cx, &given.token).await?),
        false => None,
    };
    let known_name = || found.as_ref().and_then(|(_, invitation)| invitation.name.clone());
    let (password, name) = (Password::from(given.password), given.name.or_else(known_name));
    if name.is_none() {
        faults.push(Fault::new("/name", FaultCode::Required).reads("/token"));
    }
    if password.chars().count() < Password::MIN {
        faults.push(Fault::new("/password", FaultCode::TooShort).with("min", Password::MIN));
    } else if is_common(&password) {
        faults.add("/password", FaultCode::CommonPassword);
    }
    faults.check()?;
    let (token, invitation) = found.ok_or_else(Error::not_found)?;
    let user = users::store::by_email(&mut cx.read().await?, &invitation.email).await?;
    let Some(user) = user else {
        let name = name.ok_or_else(|| Error::fault("/name", FaultCode::Required))?;
        return Ok((token, invitation, Acceptor::New(name, cx.app().hasher.hash(&password).await?)));
    };
    let account = user.email.key();
    cx.count_try_at(&account)?;
    if !cx.app().hasher.verify(&password, Some(user.password_hash.clone())).await? {
        return Err(challenge(Error::new(Code::InvalidCredentials)));
    }
    cx.forget_tries(&account);
    Ok((token, invitation, Acceptor::Known(user)))
}

/// The invitation that a token opens, and the hash of the token.
async fn pending(cx: &Cx, token: &str) -> Result<(Vec<u8>, InvitationRow)> {
    let token = SecretKind::Invitation.hash(token).ok_or_else(Error::not_found)?;
    let invitation = store::by_token(&mut cx.read().await?, &token).await?;
    invitation.require_pending(cx.app().clock.now())?;
    Ok((token, invitation))
}

async fn first_tokens(cx: &Cx, tx: &mut Tx, user: users::model::UserRow, now: Timestamp) -> Result<TokenAnswer> {
    let workspace = tx.workspace();
    let place = workspaces::store::membership(tx, user.id, Some(workspace)).await?;
    let place = place.ok_or_else(|| Error::internal("a new member has no place"))?;
    let user = users::store::find(tx, user.id).await?;
    sessions::open(tx, cx.app().callers.tokens(), cx.user_agent(), (user, place), now).await
}

/// Colleagues are the owner's affair, in person.
fn require_right(caller: &Caller, role: Role) -> Result<()> {
    if role == Role::Client || (caller.is_owner() && caller.api_key.is_none()) {
        return Ok(());
    }
    Err(Error::new(Code::Forbidden).with_both("who", "The owner, logged in,", "die angemeldete Inhaberin"))
}

/// No front end comes with this server: whoever serves one at the public address finds the token in the fragment.
fn accept_url(cx: &Cx, token: &str) -> String {
    format!("{}/accept-invitation#token={token}", cx.app().public_url())
}
