//! Who may call what: every operation of the document stands in this table and behaves as it says, for nobody, for
//! tokens and keys that are void, for a client, for another client, for an assistant, for another workspace, and for a
//! key without the scope.

mod world;

use crate::{
    client::{Reply, TestClient},
    people::{id, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Who an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// Everybody, without credentials.
    Everybody,
    /// Everybody who is logged in, and every key.
    LoggedIn,
    /// Both roles; a key with the scope.
    Both(&'static str),
    /// Both roles, a client only as a dry run; a key with the scope.
    ClientsTry(&'static str),
    /// Assistants; a key with the scope.
    Assistants(&'static str),
    /// Both roles, never a key. What has an id is somebody's own.
    People,
    /// Assistants, never a key.
    AssistantsInPerson,
    /// The owner, never a key.
    Owner,
}

use For::*;

/// The table.
const ACCESS: &[(&str, For)] = &[
    ("get_health", Everybody),
    ("get_readiness", Everybody),
    ("get_metrics", Everybody),
    ("get_jwks", Everybody),
    ("list_clients", Both("clients:read")),
    ("create_client", Assistants("clients:write")),
    ("get_client", Both("clients:read")),
    ("update_client", Assistants("clients:write")),
    ("delete_client", Assistants("clients:write")),
    ("upsert_client", Assistants("clients:write")),
    ("archive_client", Assistants("clients:write")),
    ("unarchive_client", Assistants("clients:write")),
    ("list_contacts", Both("clients:read")),
    ("create_contact", Assistants("clients:write")),
    ("get_contact", Both("clients:read")),
    ("update_contact", Assistants("clients:write")),
    ("delete_contact", Assistants("clients:write")),
    ("list_channel_kinds", Both("clients:read")),
    ("list_channels", Both("clients:read")),
    ("create_channel", Assistants("clients:write")),
    ("get_channel", Both("clients:read")),
    ("update_channel", Assistants("clients:write")),
    ("delete_channel", Assistants("clients:write")),
    ("list_engagements", Both("engagements:read")),
    ("create_engagement", Assistants("engagements:write")),
    ("get_engagement", Both("engagements:read")),
    ("update_engagement", Assistants("engagements:write")),
    ("delete_engagement", Assistants("engagements:write")),
    ("upsert_engagement", Assistants("engagements:write")),
    ("propose_engagement", Assistants("engagements:write")),
    ("withdraw_engagement", Assistants("engagements:write")),
    ("accept_engagement", Both("engagements:write")),
    ("decline_engagement", Both("engagements:write")),
    ("pause_engagement", Assistants("engagements:write")),
    ("resume_engagement", Assistants("engagements:write")),
    ("end_engagement", Assistants("engagements:write")),
    ("archive_engagement", Assistants("engagements:write")),
    ("list_terms", Both("engagements:read")),
    ("propose_terms", Assistants("engagements:write")),
    ("get_terms", Both("engagements:read")),
    ("accept_terms", Both("engagements:write")),
    ("decline_terms", Both("engagements:write")),
    ("withdraw_terms", Assistants("engagements:write")),
    ("apply_terms", ClientsTry("engagements:write")),
    ("list_tasks", Both("tasks:read")),
    ("create_task", Both("tasks:write")),
    ("get_task", Both("tasks:read")),
    ("update_task", Both("tasks:write")),
    ("delete_task", Assistants("tasks:write")),
    ("upsert_task", Assistants("tasks:write")),
    ("accept_task", Assistants("tasks:write")),
    ("decline_task", Assistants("tasks:write")),
    ("start_task", Assistants("tasks:write")),
    ("wait_for_client", Assistants("tasks:write")),
    ("answer_task", Both("tasks:write")),
    ("submit_task", Assistants("tasks:write")),
    ("approve_task", Both("tasks:write")),
    ("return_task", Both("tasks:write")),
    ("complete_task", Assistants("tasks:write")),
    ("cancel_task", Both("tasks:write")),
    ("reopen_task", Assistants("tasks:write")),
    ("list_comments", Both("tasks:read")),
    ("create_comment", Both("tasks:write")),
    ("get_comment", Both("tasks:read")),
    ("update_comment", Both("tasks:write")),
    ("delete_comment", Both("tasks:write")),
    ("list_time_entries", Both("time:read")),
    ("export_time_entries", Both("time:read")),
    ("create_time_entry", Assistants("time:write")),
    ("bulk_time_entries", Assistants("time:write")),
    ("get_time_entry", Both("time:read")),
    ("update_time_entry", Assistants("time:write")),
    ("delete_time_entry", Assistants("time:write")),
    ("stop_time_entry", Assistants("time:write")),
    ("split_time_entry", Assistants("time:write")),
    ("get_timer", Assistants("time:read")),
    ("start_timer", Assistants("time:write")),
    ("stop_timer", Assistants("time:write")),
    ("pause_timer", Assistants("time:write")),
    ("resume_timer", Assistants("time:write")),
    ("list_events", Both("events:read")),
    ("get_event", Both("events:read")),
    ("list_event_types", Both("events:read")),
    ("register_account", Everybody),
    ("log_in", Everybody),
    ("refresh_session", Everybody),
    ("log_out", Everybody),
    ("request_password_reset", Everybody),
    ("reset_password", Everybody),
    ("change_password", People),
    ("confirm_email", Everybody),
    ("list_sessions", People),
    ("revoke_session", People),
    ("get_me", LoggedIn),
    ("update_me", People),
    ("get_workspace", Both("workspace:read")),
    ("update_workspace", Owner),
    ("delete_workspace", Owner),
    ("list_workspaces", People),
    ("create_workspace", People),
    ("get_other_workspace", People),
    ("list_members", Both("workspace:read")),
    ("get_member", Both("workspace:read")),
    ("update_member", Owner),
    ("remove_member", People),
    ("make_owner", Owner),
    ("list_invitations", Assistants("workspace:read")),
    ("create_invitation", AssistantsInPerson),
    ("get_invitation", Assistants("workspace:read")),
    ("revoke_invitation", Assistants("workspace:write")),
    ("accept_invitation", Everybody),
    ("list_api_keys", People),
    ("create_api_key", People),
    ("get_api_key", People),
    ("revoke_api_key", People),
    ("list_share_links", Both("shares:read")),
    ("create_share_link", Both("shares:write")),
    ("get_share_link", Both("shares:read")),
    ("update_share_link", Both("shares:write")),
    ("delete_share_link", Assistants("shares:write")),
    ("revoke_share_link", Both("shares:write")),
    ("get_share_link_secret", Both("shares:read")),
    ("list_mails", Owner),
    ("list_share_providers", Both("shares:read")),
    ("get_balance", Both("engagements:read")),
    ("list_periods", Both("engagements:read")),
    ("get_period", Both("engagements:read")),
    ("list_ledger_lines", Both("engagements:read")),
    ("get_coverage", Both("engagements:read")),
    ("get_plan_comparison", Both("engagements:read")),
    ("list_adjustments", Both("engagements:read")),
    ("create_adjustment", Assistants("engagements:write")),
    ("get_adjustment", Both("engagements:read")),
    ("list_milestones", Both("engagements:read")),
    ("get_milestone", Both("engagements:read")),
    ("accept_milestone", Both("engagements:write")),
    ("list_blocks", Both("engagements:read")),
    ("create_block", Both("engagements:write")),
    ("get_block", Both("engagements:read")),
    ("offer_block", Assistants("engagements:write")),
    ("accept_block", Both("engagements:write")),
    ("decline_block", Both("engagements:write")),
    ("withdraw_block", Both("engagements:write")),
    ("void_block", Assistants("engagements:write")),
    ("preview_work", Assistants("engagements:read")),
    ("close_period", Assistants("engagements:write")),
    ("reopen_period", Owner),
    ("list_alerts", Both("engagements:read")),
    ("get_alert", Both("engagements:read")),
    ("acknowledge_alert", Assistants("engagements:write")),
    ("list_balance_links", Assistants("engagements:read")),
    ("create_balance_link", Assistants("engagements:write")),
    ("get_balance_link", Assistants("engagements:read")),
    ("rotate_balance_link", Assistants("engagements:write")),
    ("revoke_balance_link", Assistants("engagements:write")),
    ("get_shared_balance", Everybody),
    ("get_balance_badge", Everybody),
    ("list_extensions", Both("engagements:read")),
    ("create_extension", Both("engagements:write")),
    ("get_extension", Both("engagements:read")),
    ("approve_extension", Both("engagements:write")),
    ("decline_extension", Both("engagements:write")),
    ("withdraw_extension", Both("engagements:write")),
];

/// An operation as the document knows it.
struct Operation {
    name: String,
    method: String,
    path: String,
    example: Option<Value>,
    roles: Option<Value>,
    scopes: Option<Value>,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            let content = operation["requestBody"]["content"].as_object();
            operations.push(Operation {
                name: operation["operationId"].as_str().expect("an operation id").to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                example: content.and_then(|content| content.values().next()).map(|media| media["example"].clone()),
                roles: operation.get("x-roles").cloned(),
                scopes: operation.get("x-scopes").cloned(),
            });
        }
    }
    operations
}

impl Operation {
    async fn call(&self, caller: &TestClient, ids: &BTreeMap<&str, String>) -> Reply {
        let path =
            self.path.split('/').map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                Some(name) => ids.get(name).cloned().unwrap_or_else(|| NOBODY.to_owned()),
                None => part.to_owned(),
            });
        let request = caller.request(&self.method, &path.collect::<Vec<_>>().join("/"));
        match &self.example {
            Some(example) => request.json(example).send().await,
            None => request.send().await,
        }
    }

    fn has_ids(&self) -> bool {
        self.path.contains("_id}")
    }
}

/// An id that nobody has.
const NOBODY: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";

#[on_both]
async fn every_operation_keeps_to_the_access_table(server: Server) {
    let document = server.client.get("/openapi.json").undocumented().send().await.expect(200).json();
    let operations = operations(&document);
    let table: BTreeMap<&str, For> = ACCESS.iter().copied().collect();
    let missing: Vec<_> =
        operations.iter().filter(|o| !table.contains_key(o.name.as_str())).map(|o| &o.name).collect();
    assert!(missing.is_empty(), "without a row in the access table: {missing:?}");
    assert_eq!(table.len(), operations.len(), "a row without an operation");
    assert_eq!(table.len(), ACCESS.len(), "an operation stands twice");

    let dora = server.register("dora").await;
    let expired = server.caller(&dora);
    server.pass(900);
    let owner = server.assistant("anna").await;
    let client = new_client(&owner, "Hers").await;
    let other = new_client(&owner, "Other").await;
    let own = server.client_member(&owner, &id(&client), "klara").await;
    let stranger = server.client_member(&owner, &id(&other), "karl").await;
    let colleague = server.colleague(&owner, "berta").await;
    let foreign = server.assistant("carla").await;
    let reader = server.automation(&owner, &["workspace:read"]).await;
    let scopes = owner.get("/v1/me").send().await.expect(200).json()["scopes"].clone();
    let everything = json!({"name": "Everything", "scopes": scopes});
    let make_key = async || owner.post("/v1/api-keys").json(&everything).send().await.expect(201).json();
    let (robot, ended) = (make_key().await, make_key().await);
    owner.delete(&format!("/v1/api-keys/{}", id(&ended))).send().await.expect(204);
    let left = server.log_in("berta").await;
    server
        .client
        .post("/v1/auth/logout")
        .json(&json!({"refresh_token": left["refresh_token"]}))
        .send()
        .await
        .expect(204);
    let [robot, ended] =
        [robot, ended].map(|key| server.client.with_bearer(key["secret"].as_str().expect("a secret")));
    let void = [
        ("nobody", server.client.clone()),
        ("garbage", server.client.with_bearer("garbage")),
        ("an expired token", expired),
        ("a token of an ended session", server.caller(&left)),
        ("a revoked key", ended),
    ];
    let mut ids = server.world(&owner, &own, &client).await;
    ids.insert("workspace_id", id(&dora["workspace"]));
    ids.insert("session_id", id(&colleague.get("/v1/sessions").send().await.expect(200).json()["data"][0]));
    ids.insert(
        "api_key_id",
        id(&colleague.post("/v1/api-keys").json(&everything).send().await.expect(201).json()),
    );

    for operation in &operations {
        let (name, access) = (&operation.name, table[operation.name.as_str()]);
        let told = (operation.roles.clone(), operation.scopes.clone());
        assert_eq!(told, documented(access), "{name}: x-roles and x-scopes");
        if access == Everybody {
            continue;
        }
        for (who, caller) in &void {
            assert_eq!(operation.call(caller, &ids).await.status, 401, "{name} for {who}");
        }
        if access == LoggedIn {
            for (who, caller) in [("a client", &own), ("a key", &reader)] {
                assert_eq!(operation.call(caller, &ids).await.status, 200, "{name} for {who}");
            }
            continue;
        }
        if matches!(access, People | AssistantsInPerson | Owner) {
            assert_eq!(operation.call(&robot, &ids).await.status, 403, "{name} for a key with every scope");
        }
        if access == People {
            if operation.has_ids() {
                for (who, caller) in [("another client", &stranger), ("another workspace", &foreign)] {
                    assert_eq!(operation.call(caller, &ids).await.status, 404, "{name} for {who}");
                }
            } else {
                let by_client = operation.call(&own, &ids).await.status;
                assert!((200..300).contains(&by_client), "{name} for a client: {by_client}");
            }
            continue;
        }
        let refused = operation.call(&reader, &ids).await;
        let without_scope = matches!(access, Both("workspace:read") | Assistants("workspace:read"));
        assert!(without_scope || refused.status == 403, "{name} for a key without the scope: {}", refused.status);
        let by_client = operation.call(&own, &ids).await.status;
        let closed = !matches!(access, Both(_));
        assert_eq!(by_client == 403, closed, "{name} for a client: {by_client}");
        if operation.has_ids() {
            let (a, b) =
                (operation.call(&stranger, &ids).await.status, operation.call(&foreign, &ids).await.status);
            let told = closed && !matches!(access, ClientsTry(_));
            assert_eq!(a, if told { 403 } else { 404 }, "{name} for another client");
            assert_eq!(b, 404, "{name} for another workspace");
        }
        if access == Owner {
            assert_eq!(operation.call(&colleague, &ids).await.status, 403, "{name} for a colleague");
        }
    }
}

fn documented(access: For) -> (Option<Value>, Option<Value>) {
    let (roles, scopes) = match access {
        Everybody => return (None, None),
        LoggedIn => return (Some(json!(["assistant", "client"])), None),
        Both(scope) | ClientsTry(scope) => (json!(["assistant", "client"]), json!([scope])),
        Assistants(scope) => (json!(["assistant"]), json!([scope])),
        People => (json!(["assistant", "client"]), json!([])),
        AssistantsInPerson => (json!(["assistant"]), json!([])),
        Owner => (json!(["owner"]), json!([])),
    };
    (Some(roles), Some(scopes))
}
