//! Bodies about accounts, workspaces, members, invitations and keys.

use super::{
    Case,
    breaks::{REMOVED, rule},
    world::{UNKNOWN, World},
};
use crate::people::PASSWORD;
use serde_json::json;

pub fn cases(world: &World) -> Vec<Case> {
    let (nobody, anna, klara) = (&world.nobody, &world.anna, &world.klara);
    let common = |place: &str| rule(json!({place: "Passwort123!"}), &[]);
    let token = "vz_mail_3kTq0000000000000000000000000000000000000";
    let workspace = json!({"name": "Büro", "time_zone": "Europe/Berlin", "areas": ["Reisen", "Post"]});
    let repeated = || rule(json!({"/areas": ["Reisen", "reisen"]}), &[]);
    let case = |operation, by: &crate::client::TestClient, path: &str, body, rules| Case {
        operation,
        by: by.clone(),
        path: path.to_owned(),
        body,
        rules,
    };
    vec![
        case(
            "register_account",
            nobody,
            "/v1/auth/register",
            json!({"email": "neu@example.com", "password": PASSWORD, "name": "Neu", "workspace_name": "Büro"}),
            vec![common("/password")],
        ),
        case(
            "log_in",
            nobody,
            "/v1/auth/login",
            json!({"email": "anna@example.com", "password": PASSWORD}),
            vec![],
        ),
        case(
            "refresh_session",
            nobody,
            "/v1/auth/refresh",
            json!({"refresh_token": world.refresh_token}),
            vec![rule(json!({"/workspace_id": UNKNOWN}), &["/refresh_token"])],
        ),
        case("log_out", nobody, "/v1/auth/logout", json!({"refresh_token": world.refresh_token}), vec![]),
        case(
            "request_password_reset",
            nobody,
            "/v1/auth/password/forgot",
            json!({"email": "anna@example.com"}),
            vec![],
        ),
        case(
            "reset_password",
            nobody,
            "/v1/auth/password/reset",
            json!({"token": token, "password": PASSWORD}),
            vec![common("/password")],
        ),
        case(
            "change_password",
            anna,
            "/v1/auth/password/change",
            json!({"current_password": PASSWORD, "new_password": "Herbstlaub-an-der-Elbe8"}),
            vec![common("/new_password"), rule(json!({"/current_password": "Falsch-aber-lang"}), &[])],
        ),
        case("confirm_email", nobody, "/v1/auth/email/confirm", json!({"token": token}), vec![]),
        case("update_me", anna, "/v1/me", json!({"name": "Anna Vogt"}), vec![]),
        case("update_workspace", anna, "/v1/workspace", workspace.clone(), vec![repeated()]),
        case("create_workspace", anna, "/v1/workspaces", workspace, vec![repeated()]),
        case(
            "update_member",
            anna,
            &format!("/v1/members/{}", world.member),
            json!({}),
            vec![rule(json!({"/rate_minor": 5000}), &[])],
        ),
        case(
            "create_invitation",
            anna,
            "/v1/invitations",
            json!({"email": "udo@example.com", "role": "client", "client_id": world.client}),
            vec![
                rule(json!({"/client_id": UNKNOWN}), &["/role"]),
                rule(json!({"/client_id": REMOVED}), &["/role"]),
                rule(json!({"/role": "assistant"}), &["/client_id"]),
            ],
        ),
        case(
            "accept_invitation",
            nobody,
            "/v1/invitations/accept",
            json!({"token": world.invitation, "name": "Tom", "password": PASSWORD}),
            vec![
                common("/password"),
                rule(json!({"/password": "kurz"}), &[]),
                rule(json!({"/name": REMOVED}), &["/token"]),
            ],
        ),
        case(
            "create_api_key",
            anna,
            "/v1/api-keys",
            json!({"name": "Zapier", "scopes": ["clients:read", "time:read"]}),
            vec![
                rule(json!({"/scopes/1": "clients:read"}), &["/scopes/0"]),
                rule(json!({"/expires_at": "2026-03-02T09:00:00Z"}), &[]),
            ],
        ),
        case(
            "create_api_key",
            klara,
            "/v1/api-keys",
            json!({"name": "Zapier", "scopes": ["clients:read"]}),
            vec![
                rule(json!({"/scopes/0": "clients:write"}), &[]),
                rule(json!({"/expires_at": "2026-03-02T09:00:00Z"}), &[]),
            ],
        ),
    ]
}
