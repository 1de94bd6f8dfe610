//! Invitations and what becomes of them.

use crate::{
    people::{PASSWORD, changes_of, id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn acceptance(token: &Value) -> Value {
    json!({"token": token, "name": "Klara Kunde", "password": PASSWORD})
}

fn path(invitation: &Value) -> String {
    format!("/v1/invitations/{}", id(invitation))
}

#[on_both]
async fn the_mailed_token_verifies_the_address_and_the_shown_one_does_not(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    for (email, by_mail) in [("one@example.com", false), ("two@example.com", true)] {
        let body = json!({"email": email, "role": "client", "client_id": client});
        let made = anna.post("/v1/invitations").json(&body).send().await.expect(201);
        let mut invitation = made.json();
        assert!(
            invitation["accept_url"]
                .as_str()
                .unwrap()
                .ends_with(&format!("#token={}", invitation["token"].as_str().unwrap()))
        );
        let mailed = json!(server.mailed_token(email).await);
        assert_ne!(mailed, invitation["token"]);
        let token = if by_mail { mailed } else { invitation["token"].clone() };
        for secret in ["token", "accept_url"] {
            invitation.as_object_mut().unwrap().remove(secret);
        }
        let read = anna.get(made.header("location").unwrap()).send().await.expect(200);
        assert_eq!((read.json(), &read.json()["status"]), (invitation.clone(), &json!("pending")));
        let tokens =
            server.client.post("/v1/invitations/accept").json(&acceptance(&token)).send().await.expect(201).json();
        assert_eq!(tokens["user"]["email_verified"], by_mail);
        let klara = server.caller(&tokens);
        let me = klara.get("/v1/me").send().await.expect(200).json();
        assert_eq!(
            (&me["role"], &me["client_id"], &me["is_owner"]),
            (&json!("client"), &json!(client), &json!(false))
        );
        assert!(!tokens["scope"].as_str().unwrap().contains("clients:write"));
        let closed = anna.get(&path(&invitation)).send().await.expect(200).json();
        assert_eq!(
            (&closed["status"], &closed["address_verified"], &closed["accepted_by"]),
            (&json!("accepted"), &json!(by_mail), &me["member_id"])
        );
    }
    let events = anna.get("/v1/events").send().await.expect(200).json().to_string();
    assert!(!events.contains("@example.com") && !events.contains("vz_inv_"), "{events}");
}

#[on_both]
async fn somebody_with_an_account_proves_herself(server: Server) {
    let (anna, berta) = (server.assistant("anna").await, server.register("berta").await);
    let body = json!({"email": "Berta@example.com", "role": "assistant"});
    let invitation = anna.post("/v1/invitations").json(&body).send().await.expect(201).json();
    let accept = |password: &str| {
        server
            .client
            .post("/v1/invitations/accept")
            .json(&json!({"token": invitation["token"], "name": "B", "password": password}))
    };
    for _ in 0..3 {
        assert_eq!(accept("wrong-but-long").send().await.expect(401).json()["code"], "invalid_credentials");
    }
    let tokens = accept(PASSWORD).send().await.expect(201).json();
    assert_eq!((&tokens["user"]["id"], &tokens["user"]["name"]), (&berta["user"]["id"], &json!("berta")));
    assert_eq!(server.caller(&tokens).get("/v1/me").send().await.expect(200).json()["role"], "assistant");
    assert_eq!(anna.post("/v1/invitations").json(&body).send().await.expect(409).json()["code"], "already_member");
}

#[on_both]
async fn a_stranger_with_the_link_cannot_take_an_account_by_guessing(server: Server) {
    let anna = server.assistant("anna").await;
    server.register("berta").await;
    let body = json!({"email": "berta@example.com", "role": "assistant"});
    let invitation = anna.post("/v1/invitations").json(&body).send().await.expect(201).json();
    let tries = (0..20).map(|_| {
        let request = server
            .client
            .post("/v1/invitations/accept")
            .json(&json!({"token": invitation["token"], "name": "B", "password": "wrong-but-long"}));
        async move { request.send().await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10, "{statuses:?}");
}

#[on_both]
async fn what_leaves_no_trace_does_not_tell_who_has_an_account(server: Server) {
    let anna = server.assistant("anna").await;
    server.register("berta").await;
    for email in ["berta@example.com", "nobody@example.com"] {
        let invitation = anna
            .post("/v1/invitations")
            .json(&json!({"email": email, "role": "assistant"}))
            .send()
            .await
            .expect(201)
            .json();
        for (password, code) in [("x", "too_short"), ("Passwort123!", "common_password")] {
            let body = json!({"token": invitation["token"], "password": password});
            let refused = server.client.post("/v1/invitations/accept").json(&body).send().await.expect(422).json();
            assert_eq!(pointers(&refused), ["/name", "/password"], "all at once");
            assert_eq!(refused["errors"][1]["code"], code);
        }
    }
}

#[on_both]
async fn a_proven_address_is_told_to_every_workspace(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.assistant("berta").await;
    let seen = berta.get("/v1/members").send().await.expect(200).json();
    assert_eq!((&seen["data"][0]["email_verified"], &seen["data"][0]["version"]), (&json!(false), &json!(1)));
    anna.post("/v1/invitations")
        .json(&json!({"email": "berta@example.com", "role": "assistant"}))
        .send()
        .await
        .expect(201);
    let token = json!(server.mailed_token("berta@example.com").await);
    let tokens =
        server.client.post("/v1/invitations/accept").json(&acceptance(&token)).send().await.expect(201).json();
    assert_eq!(tokens["user"]["email_verified"], true);
    let since = format!("/v1/members?updated_since={}", seen["as_of"].as_str().unwrap());
    let changed = berta.get(&since).send().await.expect(200).json();
    assert_eq!((&changed["data"][0]["email_verified"], &changed["data"][0]["version"]), (&json!(true), &json!(2)));
    let event = berta.get("/v1/events?type=member.updated").send().await.expect(200).json()["data"][0].clone();
    assert_eq!(changes_of(&event), json!({"email_verified": {"before": false, "after": true}}));
    let there =
        server.caller(&tokens).get("/v1/events?type=member.updated,member.joined").send().await.expect(200).json();
    assert_eq!((ids(&there).len(), &there["data"][0]["data"]["email_verified"]), (2, &json!(true)));
}

#[on_both]
async fn nobody_is_flooded_with_invitations(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let invite = |i: usize, email: &str| {
        anna.post("/v1/invitations")
            .json(&json!({"email": email, "role": "client", "client_id": client, "name": format!("N{i}")}))
    };
    for i in 0..10 {
        invite(i, "x@example.com").send().await.expect(201);
    }
    let refused = invite(10, "X@example.com").send().await.expect(429);
    assert!(refused.header("retry-after").is_some());
    let others =
        join_all((0..60).map(|i| invite(i, if i % 2 == 0 { "y@example.com" } else { "z@example.com" }).send()))
            .await;
    assert_eq!(others.iter().filter(|reply| reply.status == 201).count(), 20);
    for i in 0..50 {
        invite(i, &format!("n{i}@example.com")).send().await;
    }
    assert_eq!(invite(0, "fresh@example.com").send().await.expect(429).json()["code"], "too_many_requests");
}

#[on_both]
async fn an_invitation_is_accepted_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let body = json!({"email": "klara@example.com", "role": "client", "client_id": client});
    let invitation = anna.post("/v1/invitations").json(&body).send().await.expect(201).json();
    let mailed = json!(server.mailed_token("klara@example.com").await);
    let tries = (0..20).map(|i| {
        let token = if i % 2 == 0 { &mailed } else { &invitation["token"] };
        let request = server.client.post("/v1/invitations/accept").json(&acceptance(token));
        async move { request.send().await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409 | 410 | 429)), "{statuses:?}");
    assert_eq!(
        ids(&anna.get(&format!("/v1/members?client_id={client}")).send().await.expect(200).json()).len(),
        1
    );
}

#[on_both]
async fn a_closed_invitation_says_why(server: Server) {
    let anna = server.assistant("anna").await;
    let invite = |email: &str| {
        anna.post("/v1/invitations").json(&json!({"email": email, "role": "assistant", "name": "Tom"}))
    };
    let accept =
        |invitation: &Value| server.client.post("/v1/invitations/accept").json(&acceptance(&invitation["token"]));
    let revoked = invite("a@example.com").send().await.expect(201).json();
    let answer = anna.post(&format!("{}/revoke", path(&revoked))).send().await.expect(200).json();
    assert_eq!((&answer["status"], &answer["allowed_actions"]), (&json!("revoked"), &json!([])));
    let again = anna.post(&format!("{}/revoke", path(&revoked))).send().await.expect(409).json();
    assert_eq!((&again["code"], &again["allowed_actions"]), (&json!("action_not_allowed"), &json!([])));
    let used = invite("b@example.com").send().await.expect(201).json();
    accept(&used).send().await.expect(201);
    let late = invite("c@example.com").send().await.expect(201).json();
    assert_eq!(
        ids(&anna.get("/v1/invitations?status=pending,revoked").send().await.expect(200).json()),
        [id(&late), id(&revoked)]
    );
    server.pass(14 * 86_400 + 1);
    let anna = server.caller(&server.log_in("anna").await);
    for (invitation, reason) in [(&revoked, "revoked"), (&used, "accepted"), (&late, "expired")] {
        let closed = accept(invitation).send().await.expect(410).json();
        assert_eq!((&closed["code"], &closed["reason"]), (&json!("invitation_closed"), &json!(reason)));
        assert_eq!(anna.get(&path(invitation)).send().await.expect(200).json()["status"], reason);
    }
    assert_eq!(
        ids(&anna.get("/v1/invitations?status=expired&q=TOM").send().await.expect(200).json()),
        [id(&late)]
    );
    server
        .client
        .post("/v1/invitations/accept")
        .json(&acceptance(&json!("vz_inv_nonsense")))
        .send()
        .await
        .expect(404);
}

#[on_both]
async fn an_invitation_ends_with_its_workspace(server: Server) {
    let anna = server.assistant("anna").await;
    let invitation = anna
        .post("/v1/invitations")
        .json(&json!({"email": "b@example.com", "role": "assistant"}))
        .send()
        .await
        .expect(201)
        .json();
    anna.delete("/v1/workspace").send().await.expect(204);
    let closed = server
        .client
        .post("/v1/invitations/accept")
        .json(&acceptance(&invitation["token"]))
        .send()
        .await
        .expect(410);
    assert_eq!(closed.json()["code"], "invitation_closed");
}

#[on_both]
async fn whom_and_where_to_is_checked(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let client = id(&new_client(&anna, "Hers").await);
    let foreign = id(&new_client(&server.assistant("carla").await, "Foreign").await);
    let invite = |body: Value| anna.post("/v1/invitations").json(&body);
    let unknown = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".to_owned();
    for bad in [&foreign, &unknown] {
        let refused = invite(json!({"email": "x@example.com", "role": "client", "client_id": bad}))
            .send()
            .await
            .expect(422)
            .json();
        assert_eq!(
            (pointers(&refused), &refused["errors"][0]["code"]),
            (vec!["/client_id".to_owned()], &json!("reference_not_found"))
        );
    }
    invite(json!({"email": "x@example.com", "role": "client"})).send().await.expect(422);
    invite(json!({"email": "x@example.com", "role": "assistant", "client_id": client})).send().await.expect(422);
    let colleague = json!({"email": "x@example.com", "role": "assistant"});
    berta.post("/v1/invitations").json(&colleague).send().await.expect(403);
    server
        .automation(&anna, &["workspace:write"])
        .await
        .post("/v1/invitations")
        .json(&colleague)
        .send()
        .await
        .expect(403);
    let contact = json!({"email": "x@example.com", "role": "client", "client_id": client});
    server
        .automation(&berta, &["workspace:write"])
        .await
        .post("/v1/invitations")
        .json(&contact)
        .send()
        .await
        .expect(403);
    let made = berta.post("/v1/invitations").json(&contact).send().await.expect(201).json();
    let own = invite(colleague).send().await.expect(201).json();
    berta.post(&format!("{}/revoke", path(&own))).send().await.expect(403);
    berta.post(&format!("{}/revoke", path(&made))).send().await.expect(200);
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    assert_eq!(invite(contact).send().await.expect(409).json()["code"], "client_archived");
    let short = json!({"token": own["token"], "name": "X", "password": "short"});
    assert_eq!(
        pointers(&server.client.post("/v1/invitations/accept").json(&short).send().await.expect(422).json()),
        ["/password"]
    );
    let nameless = json!({"token": own["token"], "password": PASSWORD});
    assert_eq!(
        pointers(&server.client.post("/v1/invitations/accept").json(&nameless).send().await.expect(422).json()),
        ["/name"]
    );
}

#[on_both]
async fn a_repeated_invitation_is_the_same_one(server: Server) {
    let anna = server.assistant("anna").await;
    let invite = || {
        anna.post("/v1/invitations")
            .header("idempotency-key", "k")
            .json(&json!({"email": "b@example.com", "role": "assistant"}))
    };
    let (first, second) = (invite().send().await.expect(201), invite().send().await.expect(201));
    assert_eq!((first.json(), second.header("idempotent-replayed")), (second.json(), Some("true")));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    server.mail_to("b@example.com").await;
    assert_eq!(server.waiting_mails(), 0);
}
