//! The people of a test: an assistant with her workspace, her clients with their log-ins, automations with keys.

use crate::{client::TestClient, server::Server};
use serde_json::{Value, json};

/// What everybody's password is.
pub const PASSWORD: &str = "Sommerregen-am-Nordsee7";

impl Server {
    /// A new workspace and its owner, logged in.
    pub async fn assistant(&self, name: &str) -> TestClient {
        let answer = self.register(name).await;
        self.client.with_bearer(answer["access_token"].as_str().expect("an access token"))
    }

    /// Registers; the whole token answer.
    pub async fn register(&self, name: &str) -> Value {
        let body = json!({
            "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "workspace_name": format!("Büro {name}"),
        });
        self.client.post("/v1/auth/register").json(&body).send().await.expect(201).json()
    }

    /// Somebody at a client of the assistant's, logged in with the client role.
    pub async fn client_member(&self, assistant: &TestClient, client_id: &str, name: &str) -> TestClient {
        let invitation = json!({"email": format!("{name}@example.com"), "role": "client", "client_id": client_id});
        self.invited(assistant, invitation, name).await
    }

    /// A colleague of the owner's, logged in.
    pub async fn colleague(&self, owner: &TestClient, name: &str) -> TestClient {
        let invitation = json!({"email": format!("{name}@example.com"), "role": "assistant"});
        self.invited(owner, invitation, name).await
    }

    async fn invited(&self, by: &TestClient, invitation: Value, name: &str) -> TestClient {
        let made = by.post("/v1/invitations").json(&invitation).send().await.expect(201).json();
        let body = json!({"token": made["token"], "name": name, "password": PASSWORD});
        let answer = self.client.post("/v1/invitations/accept").json(&body).send().await.expect(201).json();
        self.client.with_bearer(answer["access_token"].as_str().expect("an access token"))
    }

    /// An automation of this member with these scopes.
    pub async fn automation(&self, member: &TestClient, scopes: &[&str]) -> TestClient {
        let body = json!({"name": "Automation", "scopes": scopes});
        let key = member.post("/v1/api-keys").json(&body).send().await.expect(201).json();
        self.client.with_bearer(key["secret"].as_str().expect("the secret, once"))
    }
}

/// A new client of the assistant's.
pub async fn new_client(assistant: &TestClient, name: &str) -> Value {
    assistant.post("/v1/clients").json(&json!({"name": name})).send().await.expect(201).json()
}

/// An object's id.
#[track_caller]
pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_else(|| panic!("no id in {object}")).to_owned()
}

/// The ids of a list, in its order.
#[track_caller]
pub fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap_or_else(|| panic!("no list: {list}")).iter().map(id).collect()
}

/// The pointers of a 422, sorted.
pub fn pointers(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    let mut pointers: Vec<_> =
        errors.map(|fault| fault["pointer"].as_str().unwrap_or_default().to_owned()).collect();
    pointers.sort();
    pointers
}

/// What an event says of changes: each member with its value before and after.
pub fn changes_of(event: &Value) -> Value {
    let changes = event["changes"].as_array().unwrap_or_else(|| panic!("no changes in {event}")).iter();
    let change = |change: &Value| {
        let name = change["member"].as_str().expect("a member's name").to_owned();
        (name, json!({"before": change["before"], "after": change["after"]}))
    };
    Value::Object(changes.map(change).collect())
}
