//! Ownership and leaving: what counts is who owns the workspace when a change is made, and what ends with a member.

use crate::{
    client::TestClient,
    people::{PASSWORD, id, ids, new_client, pointers},
    server::{FreshServer, Server},
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use vorzimmer::db::{Tx, sql};

async fn member_of(caller: &TestClient) -> String {
    caller.get("/v1/me").send().await.expect(200).json()["member_id"].as_str().expect("a member").to_owned()
}

impl Server {
    /// What another server would write: this one learns of it only when it looks again.
    async fn write(&self, statement: &'static str) {
        let mut tx = Tx::open(&self.app.db, &self.app.clock, Default::default()).await.expect("a transaction");
        tx.execute(sql(statement)).await.expect("a change");
        tx.commit().await.expect("it is durable");
    }

    async fn accept(&self, token: &Value, name: &str) -> crate::client::Reply {
        let body = json!({"token": token, "name": name, "password": PASSWORD});
        self.client.post("/v1/invitations/accept").json(&body).send().await
    }
}

#[on_both]
async fn who_has_handed_over_does_no_owners_work_that_was_on_its_way(server: Server) {
    let anna = server.assistant("anna").await;
    let of_berta = server.colleague(&anna, "berta").await;
    let berta = member_of(&of_berta).await;
    let colleague = json!({"email": "tom@example.com", "role": "assistant"});
    let key = json!({"name": "Zapier", "scopes": ["tasks:read"]});
    let key = of_berta.post("/v1/api-keys").json(&key).send().await.expect(201).json();
    let open = anna.post("/v1/invitations").json(&colleague).send().await.expect(201).json();
    // The gate remembers the owner; the change itself looks again.
    server.write("UPDATE members SET is_owner = (1 = 0)").await;
    let refused = [
        anna.delete("/v1/workspace").send().await,
        anna.patch("/v1/workspace").json(&json!({"name": "Mine"})).send().await,
        anna.patch(&format!("/v1/members/{berta}")).json(&json!({"rate_minor": 1})).send().await,
        anna.delete(&format!("/v1/members/{berta}")).send().await,
        anna.post(&format!("/v1/members/{berta}/make-owner")).send().await,
        anna.post("/v1/invitations").json(&colleague).send().await,
        anna.post(&format!("/v1/invitations/{}/revoke", id(&open))).send().await,
        anna.delete(&format!("/v1/api-keys/{}", id(&key))).send().await,
    ];
    assert_eq!(refused.each_ref().map(|reply| reply.status), [403; 8]);
    assert_eq!(anna.get("/v1/workspace").send().await.expect(200).json()["version"], 1);
}

#[on_both]
async fn invitations_end_with_whoever_made_them(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let client = id(&new_client(&anna, "Hers").await);
    let member = member_of(&berta).await;
    let contact = json!({"email": "evil@example.com", "role": "client", "client_id": client});
    let made = berta.post("/v1/invitations").json(&contact).send().await.expect(201).json();
    let other = anna.post("/v1/invitations").json(&contact).send().await.expect(201).json();
    anna.delete(&format!("/v1/members/{member}")).send().await.expect(204);
    assert_eq!(
        anna.get(&format!("/v1/invitations/{}", id(&made))).send().await.expect(200).json()["status"],
        "revoked"
    );
    let events = anna.get("/v1/events?type=invitation.revoked").send().await.expect(200).json();
    assert_eq!(events["data"][0]["resource"]["id"], made["id"]);
    let closed = server.accept(&made["token"], "Evil").await.expect(410).json();
    assert_eq!((&closed["code"], &closed["reason"]), (&json!("invitation_closed"), &json!("revoked")));
    // One that she made while another server still knew her.
    server.write("UPDATE invitations SET revoked_at = NULL").await;
    assert_eq!(server.accept(&made["token"], "Evil").await.expect(410).json()["reason"], "revoked");
    server.accept(&other["token"], "Eva").await.expect(201);
}

#[on_both]
async fn the_timer_of_who_is_removed_stops(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let running = berta.post("/v1/timer/start").send().await.expect(200).json()["running"].clone();
    server.pass(600);
    let anna = server.caller(&server.log_in("anna").await);
    anna.delete(&format!("/v1/members/{}", member_of(&berta).await)).send().await.expect(204);
    let entry = anna.get(&format!("/v1/time-entries/{}", id(&running))).send().await.expect(200).json();
    assert_eq!((&entry["status"], &entry["duration_seconds"]), (&json!("recorded"), &json!(600)));
    let events = anna.get("/v1/events?type=time_entry.stopped,member.removed").send().await.expect(200).json();
    assert_eq!(ids(&events).len(), 2);
    assert_eq!(events["data"][1]["actor"]["member_id"], json!(member_of(&anna).await));
    let back = server.colleague(&anna, "berta").await;
    assert_eq!(back.get("/v1/timer").send().await.expect(200).json()["running"], Value::Null);
}

#[on_both]
async fn a_tombstone_says_nothing_of_who_has_left(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let key = json!({"name": "Geheimes Vorhaben", "scopes": ["tasks:read"]});
    let key = berta.post("/v1/api-keys").json(&key).send().await.expect(201).json();
    let member = member_of(&berta).await;
    let as_of = anna.get("/v1/members").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    anna.delete(&format!("/v1/members/{member}")).send().await.expect(204);
    let gone = anna.get(&format!("/v1/members?updated_since={as_of}")).send().await.expect(200).json();
    let gone = gone["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["id"] == json!(member))
        .expect("a tombstone")
        .clone();
    assert_eq!(
        (&gone["name"], &gone["email"], &gone["email_verified"]),
        (&json!(""), &Value::Null, &json!(false))
    );
    let keys = anna.get(&format!("/v1/api-keys?updated_since={as_of}")).send().await.expect(200).json();
    assert_eq!((&keys["data"][0]["id"], &keys["data"][0]["name"]), (&key["id"], &json!("")));
}

#[on_both]
async fn what_can_be_done_is_what_the_caller_can_do(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let colleague = json!({"email": "tom@example.com", "role": "assistant"});
    let made = anna.post("/v1/invitations").json(&colleague).send().await.expect(201).json();
    assert_eq!((&made["allowed_actions"], &made["lock"]["locked"]), (&json!(["revoke"]), &json!(false)));
    let path = format!("/v1/invitations/{}", id(&made));
    assert_eq!(berta.get(&path).send().await.expect(200).json()["allowed_actions"], json!([]));
    assert_eq!(
        berta.get("/v1/invitations?status=pending").send().await.expect(200).json()["data"][0]["allowed_actions"],
        json!([])
    );
    berta.post(&format!("{path}/revoke")).send().await.expect(403);
}

#[on_both]
async fn an_act_without_members_takes_none(server: Server) {
    let anna = server.assistant("anna").await;
    let member = member_of(&server.colleague(&anna, "berta").await).await;
    let act = |key: &str| anna.post(&format!("/v1/members/{member}/make-owner")).header("idempotency-key", key);
    for (key, bad, status) in [("a", "{\"x\": 1", 400), ("b", "{\"x\": 1}", 422), ("c", "[]", 422)] {
        act(key).body("application/json", bad).send().await.expect(status);
        let plain = anna.post(&format!("/v1/members/{member}/make-owner")).body("application/json", bad);
        let reply = plain.send().await.expect(status);
        if bad == "{\"x\": 1}" {
            assert_eq!(pointers(&reply.json()), ["/x"]);
        }
    }
    act("d").body("text/plain", "{}").send().await.expect(415);
    anna.post("/v1/members/01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90/make-owner")
        .body("application/json", "")
        .send()
        .await
        .expect(404);
    act("e").body("application/json", "{}").undocumented().send().await.expect(200);
}

#[on_both]
async fn who_owns_a_workspace_anywhere_makes_one_more(server: FreshServer) {
    let server = server.0;
    let anna = server.assistant("anna").await;
    let other = anna.post("/v1/workspaces").json(&json!({"name": "Zweites"})).send().await.expect(201).json();
    let login = json!({"email": "anna@example.com", "password": PASSWORD, "workspace_id": other["id"]});
    let log_in =
        async || server.caller(&server.client.post("/v1/auth/login").json(&login).send().await.expect(200).json());
    let there = log_in().await;
    let berta = member_of(&server.colleague(&there, "berta").await).await;
    there.post(&format!("/v1/members/{berta}/make-owner")).send().await.expect(200);
    there.post("/v1/workspaces").json(&json!({"name": "Drittes"})).send().await.expect(201);
    // Without a workspace of her own she is like anybody else.
    server.write("UPDATE members SET is_owner = (1 = 0)").await;
    let refused = there.post("/v1/workspaces").json(&json!({"name": "Viertes"})).send().await.expect(403).json();
    assert_eq!(refused["code"], "registration_closed");
}

#[on_both]
async fn ten_parallel_repetitions_make_one_workspace(server: Server) {
    let anna = server.assistant("anna").await;
    let make =
        |name: &str| anna.post("/v1/workspaces").header("idempotency-key", "once").json(&json!({"name": name}));
    let replies = join_all((0..10).map(|_| make("Zweites").send())).await;
    assert!(replies.iter().all(|reply| reply.status == 201 && reply.json() == replies[0].json()));
    assert_eq!(replies.iter().filter(|reply| reply.header("idempotent-replayed") == Some("true")).count(), 9);
    assert_eq!(make("Drittes").send().await.expect(422).json()["code"], "idempotency_key_reused");
    assert_eq!(ids(&anna.get("/v1/workspaces").send().await.expect(200).json()).len(), 1);
}
