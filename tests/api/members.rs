//! Members: who sees whom, rates, ownership, leaving.

use crate::{
    client::TestClient,
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::json;

async fn member_of(caller: &TestClient) -> String {
    let me = caller.get("/v1/me").send().await.expect(200).json();
    me["member_id"].as_str().expect("a member").to_owned()
}

#[on_both]
async fn a_client_sees_the_names_of_the_assistants_and_her_own_people(server: Server) {
    let anna = server.assistant("anna").await;
    let (hers, other) = (id(&new_client(&anna, "Hers").await), id(&new_client(&anna, "Other").await));
    let klara = server.client_member(&anna, &hers, "klara").await;
    let kurt = server.client_member(&anna, &hers, "kurt").await;
    let karl = server.client_member(&anna, &other, "karl").await;
    let seen = klara.get("/v1/members?sort=name&include=total_count").send().await.expect(200).json();
    let names: Vec<_> = seen["data"].as_array().unwrap().iter().map(|member| member["name"].clone()).collect();
    assert_eq!((names, &seen["total_count"]), (vec![json!("anna"), json!("klara"), json!("kurt")], &json!(3)));
    let text = seen.to_string();
    assert!(!text.contains("email") && !text.contains("rate_minor"), "{text}");
    klara.get(&format!("/v1/members/{}", member_of(&kurt).await)).send().await.expect(200);
    klara.get(&format!("/v1/members/{}", member_of(&karl).await)).send().await.expect(404);
    assert!(
        ids(&klara.get("/v1/members?q=example.com").send().await.expect(200).json()).is_empty(),
        "no search by address"
    );
    assert!(ids(&klara.get(&format!("/v1/members?client_id={other}")).send().await.expect(200).json()).is_empty());
    let all = anna.get("/v1/members?q=example.com&role=client").send().await.expect(200).json();
    assert_eq!(ids(&all).len(), 3);
    assert_eq!(all["data"][0]["email"], "karl@example.com");
}

#[on_both]
async fn the_owner_settles_rates(server: Server) {
    let anna = server.assistant("anna").await;
    let (client, berta) = (id(&new_client(&anna, "Hers").await), server.colleague(&anna, "berta").await);
    let path = format!("/v1/members/{}", member_of(&berta).await);
    let tag = anna.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
    let changed = anna
        .patch(&path)
        .header("if-match", &tag)
        .json(&json!({"rate_minor": 4500}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changed["rate_minor"], 4500);
    anna.patch(&path).header("if-match", &tag).json(&json!({"rate_minor": 1})).send().await.expect(412);
    anna.patch(&path).json(&json!({"rate_minor": -1})).send().await.expect(422);
    assert_eq!(
        anna.patch(&path).json(&json!({"rate_minor": null})).send().await.expect(200).json()["rate_minor"],
        json!(null)
    );
    berta.patch(&path).json(&json!({"rate_minor": 9900})).send().await.expect(403);
    let klara = server.client_member(&anna, &client, "klara").await;
    let hers = format!("/v1/members/{}", member_of(&klara).await);
    anna.patch(&hers).json(&json!({"rate_minor": 1})).send().await.expect(422);
    server.assistant("carla").await.patch(&path).json(&json!({"rate_minor": 1})).send().await.expect(404);
}

#[on_both]
async fn ownership_is_handed_over_and_the_last_owner_stays(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let (berta, klara) =
        (server.colleague(&anna, "berta").await, server.client_member(&anna, &client, "klara").await);
    let (a, b, k) = (member_of(&anna).await, member_of(&berta).await, member_of(&klara).await);
    assert_eq!(anna.delete(&format!("/v1/members/{a}")).send().await.expect(409).json()["code"], "last_owner");
    let refused = anna.post(&format!("/v1/members/{k}/make-owner")).send().await.expect(409).json();
    assert_eq!((&refused["code"], refused.get("allowed_actions")), (&json!("not_an_assistant"), None));
    berta.post(&format!("/v1/members/{b}/make-owner")).send().await.expect(403);
    assert_eq!(
        anna.post(&format!("/v1/members/{a}/make-owner")).send().await.expect(200).json()["is_owner"],
        true
    );
    assert_eq!(
        anna.post(&format!("/v1/members/{b}/make-owner")).send().await.expect(200).json()["is_owner"],
        true
    );
    anna.patch("/v1/workspace").json(&json!({"name": "Mine"})).send().await.expect(403);
    berta.patch("/v1/workspace").json(&json!({"name": "Mine"})).send().await.expect(200);
    berta.delete(&format!("/v1/members/{b}")).send().await.expect(409);
    anna.delete(&format!("/v1/members/{a}")).send().await.expect(204);
    anna.get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn ownership_goes_to_one_of_many(server: Server) {
    let anna = server.assistant("anna").await;
    let mut heirs = Vec::new();
    for name in ["berta", "carla", "doris"] {
        heirs.push(member_of(&server.colleague(&anna, name).await).await);
    }
    let acts = (0..30).map(|i| {
        let request = anna.post(&format!("/v1/members/{}/make-owner", heirs[i % 3]));
        async move { request.send().await.status }
    });
    let statuses = join_all(acts).await;
    assert!(statuses.iter().all(|status| matches!(status, 200 | 403)), "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let again = server.caller(&server.log_in("berta").await);
    let members = again.get("/v1/members").send().await.expect(200).json();
    let owners = members["data"].as_array().unwrap().iter().filter(|member| member["is_owner"] == true).count();
    assert_eq!(owners, 1);
}

#[on_both]
async fn who_is_removed_has_no_way_in(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let (berta, klara) =
        (server.colleague(&anna, "berta").await, server.client_member(&anna, &client, "klara").await);
    let key = server.automation(&berta, &["clients:read"]).await;
    key.get("/v1/clients").send().await.expect(200);
    let as_of = anna.get("/v1/members").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let path = format!("/v1/members/{}", member_of(&berta).await);
    klara.delete(&path).send().await.expect(403);
    anna.delete(&path).send().await.expect(204);
    anna.get(&path).send().await.expect(404);
    anna.delete(&path).send().await.expect(404);
    berta.get("/v1/me").send().await.expect(401);
    key.get("/v1/clients").send().await.expect(401);
    for follower in [&anna, &klara] {
        let changed = follower.get(&format!("/v1/members?updated_since={as_of}")).send().await.expect(200).json();
        let gone: Vec<_> =
            changed["data"].as_array().unwrap().iter().filter(|member| !member["deleted_at"].is_null()).collect();
        assert_eq!(gone.len(), 1, "{changed}");
        assert!(!gone[0].to_string().contains("@example.com"));
    }
    assert!(ids(&anna.get("/v1/api-keys").send().await.expect(200).json()).is_empty());
    // She may be invited anew, under a new membership.
    let again = server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "berta@example.com", "password": crate::people::PASSWORD}))
        .send()
        .await;
    again.expect(401);
    let back = server.colleague(&anna, "berta").await;
    assert_ne!(format!("/v1/members/{}", member_of(&back).await), path);
    // A client's contact leaves by herself.
    klara.delete(&format!("/v1/members/{}", member_of(&klara).await)).send().await.expect(204);
    klara.get("/v1/clients").send().await.expect(401);
}
