//! The operations on accounts, workspaces and their members.

use crate::kernel::error::Code::{
    ActionNotAllowed, AlreadyMember, ClientArchived, CurrencyFixed, EmailTaken, InvalidCredentials, InvalidToken,
    InvitationClosed, LastOwner, NotAnAssistant, NotFound, RegistrationClosed, TokenExpired,
};
use crate::platform::auth::ScopeName::{WorkspaceRead, WorkspaceWrite};
use crate::platform::events::raising;
use crate::slices::accounts::api_keys::ApiKeyEvent;
use crate::slices::accounts::api_keys::api as api_keys;
use crate::slices::accounts::invitations::InvitationEvent;
use crate::slices::accounts::invitations::api as invitations;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::members::api as members;
use crate::slices::accounts::sessions::api as sessions;
use crate::slices::accounts::users::api as users;
use crate::slices::accounts::workspaces::WorkspaceEvent;
use crate::slices::accounts::workspaces::api as workspaces;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("auth", "Registering, logging in, passwords, sessions."),
    ("me", "Who calls, and what they may do."),
    ("workspace", "The business itself and its settings."),
    ("members", "Who is in the workspace."),
    ("invitations", "How colleagues and clients' contacts become members."),
    ("api-keys", "What automations call with."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("auth", [
            post("/v1/auth/register", users::register_account).refuses(&[EmailTaken, RegistrationClosed]).about("Register an account")
                .notes("The setting `registration` says who may: everybody, only the first, or nobody. Whoever has an account but is in no workspace any more proves who they are by its password, and keeps account and name.")
                .raises(raising![WorkspaceEvent::Created, MemberEvent::Joined]),
            post("/v1/auth/login", users::log_in).refuses(&[InvalidCredentials]).about("Log in"),
            post("/v1/auth/refresh", users::refresh_session).refuses(&[InvalidToken]).about("Refresh a session")
                .notes("Each refresh token is good once; using it twice ends its session. `workspace_id` switches the workspace."),
            post("/v1/auth/logout", users::log_out).about("Log out"),
            post("/v1/auth/password/forgot", users::request_password_reset).about("Request a password reset")
                .notes("The answer is the same whether or not there is such an account."),
            post("/v1/auth/password/reset", users::reset_password).refuses(&[TokenExpired]).about("Reset a password")
                .notes("Ends every session and every API key of the account.").raises(raising![MemberEvent::Updated, ApiKeyEvent::Revoked]),
            post("/v1/auth/password/change", users::change_password).person().unrepeatable().about("Change a password")
                .notes("This session stays, every other one ends. API keys stay: revoke those that you do not know."),
            post("/v1/auth/email/confirm", users::confirm_email).refuses(&[EmailTaken, TokenExpired]).about("Confirm an email address")
                .raises(raising![MemberEvent::Updated]),
            get("/v1/sessions", sessions::list_sessions).person().about("List sessions"),
            delete("/v1/sessions/{session_id}", sessions::revoke_session).person().about("Revoke a session")
                .notes("Its access tokens fail at once.").conditional(),
        ]),
        group("me", [
            get("/v1/me", users::get_me).logged_in().about("Get me: who calls, where, with which scopes"),
            patch("/v1/me", users::update_me).person().about("Update me: name or e-mail address")
                .notes("A new address is `pending_email` until the token that is mailed to it is confirmed.")
                .conditional().raises(raising![MemberEvent::Updated]),
        ]),
        group("workspace", [
            get("/v1/workspace", workspaces::get_workspace).both(WorkspaceRead).about("Get the workspace"),
            patch("/v1/workspace", workspaces::update_workspace).refuses(&[CurrencyFixed]).owner().about("Update the workspace")
                .conditional().raises(raising![WorkspaceEvent::Updated]),
            delete("/v1/workspace", workspaces::delete_workspace).owner().about("Delete the workspace")
                .notes("Nobody gets in any more, by log-in or API key.").conditional().raises(raising![WorkspaceEvent::Deleted]),
            get("/v1/workspaces", workspaces::list_workspaces).person().about("List workspaces"),
            post("/v1/workspaces", workspaces::create_workspace).refuses(&[RegistrationClosed]).person().about("Create a workspace")
                .notes("Whoever owns a workspace may always; anybody else while registration is open.").raises(raising![WorkspaceEvent::Created, MemberEvent::Joined]),
            get("/v1/workspaces/{workspace_id}", workspaces::get_other_workspace).person().about("Get an other workspace"),
        ]),
        group("members", [
            get("/v1/members", members::list_members).both(WorkspaceRead).about("List members")
                .notes("A client sees the names of the assistants, and the contacts of their own client."),
            get("/v1/members/{member_id}", members::get_member).both(WorkspaceRead).about("Get a member"),
            patch("/v1/members/{member_id}", members::update_member).owner().about("Update a member")
                .conditional().raises(raising![MemberEvent::Updated]),
            delete("/v1/members/{member_id}", members::remove_member).refuses(&[LastOwner]).moves_accounts().person().about("Remove a member")
                .notes("The owner removes anybody; everybody else only themselves. Their API keys and their open invitations end with it, and their timer stops.")
                .conditional().raises(raising![MemberEvent::Removed, ApiKeyEvent::Revoked, InvitationEvent::Revoked, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/members/{member_id}/make-owner", members::make_owner).refuses(&[NotAnAssistant]).owner().about("Make a member owner")
                .notes("Whoever sends it again, also with its `Idempotency-Key`, is the owner no more (403).")
                .conditional().raises(raising![MemberEvent::Updated]),
        ]),
        group("invitations", [
            get("/v1/invitations", invitations::list_invitations).assistant(WorkspaceRead).about("List invitations"),
            post("/v1/invitations", invitations::create_invitation).refuses(&[AlreadyMember, ClientArchived]).assistant_in_person().about("Create an invitation")
                .notes("It is mailed, and the answer holds a token to be sent by any channel. Colleagues are invited by the owner. It ends when the inviter leaves.")
                .raises(raising![InvitationEvent::Created]),
            get("/v1/invitations/{invitation_id}", invitations::get_invitation).assistant(WorkspaceRead).about("Get an invitation"),
            post("/v1/invitations/{invitation_id}/revoke", invitations::revoke_invitation).refuses(&[ActionNotAllowed]).assistant(WorkspaceWrite)
                .about("Revoke an invitation").conditional().raises(raising![InvitationEvent::Revoked]),
            post("/v1/invitations/accept", invitations::accept_invitation).refuses(&[InvalidCredentials, InvitationClosed, NotFound]).about("Accept an invitation")
                .notes("Whoever has an account with the invited address proves who they are by its password; anybody else gets one. Come with the mailed token, which shows that the address is theirs.")
                .raises(raising![MemberEvent::Joined, InvitationEvent::Accepted, MemberEvent::Updated]),
        ]),
        group("api-keys", [
            get("/v1/api-keys", api_keys::list_api_keys).person().about("List API keys")
                .notes("Your own; the owner sees everybody's."),
            post("/v1/api-keys", api_keys::create_api_key).person().about("Create an API key")
                .notes("It can do no more than you can. The secret is shown only here.").raises(raising![ApiKeyEvent::Created]),
            get("/v1/api-keys/{api_key_id}", api_keys::get_api_key).person().about("Get an API key"),
            delete("/v1/api-keys/{api_key_id}", api_keys::revoke_api_key).person().about("Revoke an API key")
                .notes("It fails at once.").conditional().raises(raising![ApiKeyEvent::Revoked]),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
