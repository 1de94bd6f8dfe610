//! What a user is, and what they send to become one, to log in and to change their account.

use crate::kernel::{
    ClientId, Columns, Currency, Email, GivenPassword, Language, MemberId, Name, Password, SecretToken, TimeZone,
    Timestamp, UserId, WorkspaceId,
};
use crate::platform::auth::{Role, ScopeName};
use crate::slices::accounts::workspaces::model::{NewWorkspace, Workspace};
use crate::web::{Patchable, Resource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new account with its workspace.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "email": "jana@example.com", "password": "Sommerregen-am-Nordsee7", "name": "Jana Vogt",
    "workspace_name": "Büro Vogt"
})))]
pub struct NewAccount {
    /// The address to log in with.
    pub email: Email,
    pub password: Password,
    /// The person's name.
    #[schema(examples("Jana Vogt"))]
    pub name: Name,
    /// What the business is called.
    #[schema(examples("Büro Vogt"))]
    pub workspace_name: Name,
    /// Where its days begin and end; default `Europe/Berlin`.
    #[serde(default)]
    pub time_zone: TimeZone,
    /// The currency of its rates; default `EUR`.
    #[serde(default)]
    pub currency: Currency,
    /// The language of its mails; default `de`.
    #[serde(default)]
    pub language: Language,
}

impl NewAccount {
    /// The workspace that comes with it.
    pub fn workspace(&self) -> NewWorkspace {
        let Self { workspace_name, time_zone, currency, language, .. } = self.clone();
        NewWorkspace::usual(workspace_name, time_zone, currency, language)
    }
}

/// Who logs in.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"email": "jana@example.com", "password": "Sommerregen-am-Nordsee7"})))]
pub struct Login {
    pub email: Email,
    pub password: GivenPassword,
    /// The workspace to work in; default: the one that was used last.
    #[serde(default)]
    pub workspace_id: Option<WorkspaceId>,
}

/// A refresh token for new tokens.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"refresh_token": "vz_ref_3kTq0000000000000000000000000000000000000"})))]
pub struct Refresh {
    pub refresh_token: SecretToken,
    /// Another workspace of yours to work in.
    #[serde(default)]
    pub workspace_id: Option<WorkspaceId>,
}

/// The session that is to end.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"refresh_token": "vz_ref_3kTq0000000000000000000000000000000000000"})))]
pub struct Logout {
    /// Any refresh token of the session.
    pub refresh_token: SecretToken,
}

/// A user's row. Not to be logged.
#[derive(Clone, Columns)]
pub struct UserRow {
    pub id: UserId,
    pub email: Email,
    pub email_verified_at: Option<Timestamp>,
    pub name: Name,
    pub password_hash: String,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A user: a person with a login, in one workspace or several.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    pub id: UserId,
    /// The address to log in with.
    pub email: Email,
    /// Whether they have shown that the address is theirs.
    pub email_verified: bool,
    /// The person's name.
    #[schema(examples("Jana Vogt"))]
    pub name: Name,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl UserRow {
    /// What they can change of their account, as it stands.
    pub fn profile(&self) -> Profile {
        Profile { name: self.name.clone(), email: self.email.clone() }
    }

    /// The user as they see themselves.
    pub fn view(self) -> User {
        User {
            id: self.id,
            email: self.email,
            email_verified: self.email_verified_at.is_some(),
            name: self.name,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// Who calls, in which workspace, and what they may do there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    pub user: User,
    /// The address that `email` becomes once it is confirmed.
    pub pending_email: Option<Email>,
    /// What they are in this workspace.
    pub role: Role,
    /// Whether the workspace is theirs.
    pub is_owner: bool,
    /// Their membership of this workspace.
    pub member_id: MemberId,
    /// The client whose contact they are; null for assistants.
    pub client_id: Option<ClientId>,
    /// What these credentials may do.
    pub scopes: Vec<ScopeName>,
    /// The workspace that the credentials are for.
    pub workspace: Workspace,
}

impl Resource for Me {
    const PROJECTED: bool = false;
    fn version(&self) -> i64 {
        self.user.version
    }
}

/// What a person can change of their account.
#[derive(Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"name": "Jana Vogt-Peters"})))]
pub struct Profile {
    /// The person's name.
    pub name: Name,
    /// The address to log in with. A new one counts once the token that is mailed to it is confirmed.
    pub email: Email,
}

impl Patchable for Profile {
    const PATCH: &'static str = "MePatch";
}

/// Who forgot their password.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"email": "jana@example.com"})))]
pub struct PasswordForgotten {
    pub email: Email,
}

/// A new password, by mailed token.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "token": "vz_mail_3kTq0000000000000000000000000000000000000", "password": "Sommerregen-am-Nordsee7"
})))]
pub struct PasswordReset {
    /// The mailed token, good once and for an hour.
    pub token: SecretToken,
    /// The new password.
    pub password: Password,
}

/// A new password, by the current one.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "current_password": "Sommerregen-am-Nordsee7", "new_password": "Herbstlaub-an-der-Elbe8"
})))]
pub struct PasswordChange {
    pub current_password: GivenPassword,
    pub new_password: Password,
}

/// The proof that a new address is theirs.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"token": "vz_mail_3kTq0000000000000000000000000000000000000"})))]
pub struct EmailConfirmation {
    /// The token that was mailed to the new address.
    pub token: SecretToken,
}
