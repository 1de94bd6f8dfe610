//! Passwords forgotten, reset and changed; addresses changed by mailed token.

use crate::{
    people::{PASSWORD, pointers},
    server::Server,
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::json;
use vorzimmer::db::{Engine, Tx, sql};

const NEW: &str = "Herbstlaub-an-der-Elbe8";

#[on_both]
async fn a_mailed_token_resets_the_password_once(server: Server) {
    let tokens = server.register("anna").await;
    let forget = || server.client.post("/v1/auth/password/forgot").json(&json!({"email": "Anna@example.com"}));
    forget().send().await.expect(202);
    let token = server.mailed_token("anna@example.com").await;
    let reset = |password: &str| {
        server.client.post("/v1/auth/password/reset").json(&json!({"token": token, "password": password}))
    };
    let common = reset("Passwort123!").send().await.expect(422).json();
    assert_eq!(pointers(&common), ["/password"]);
    reset(NEW).send().await.expect(204);
    assert_eq!(reset(NEW).send().await.expect(410).json()["code"], "token_expired");
    // Every session has ended, and only the new password counts.
    server.caller(&tokens).get("/v1/me").send().await.expect(401);
    server
        .client
        .post("/v1/auth/refresh")
        .json(&json!({"refresh_token": tokens["refresh_token"]}))
        .send()
        .await
        .expect(401);
    server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "anna@example.com", "password": PASSWORD}))
        .send()
        .await
        .expect(401);
    let again = server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "anna@example.com", "password": NEW}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(again["user"]["email_verified"], true, "the mail has reached her");
}

#[on_both]
async fn of_several_mailed_tokens_at_once_one_counts(server: Server) {
    server.register("anna").await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        server
            .client
            .post("/v1/auth/password/forgot")
            .json(&json!({"email": "anna@example.com"}))
            .send()
            .await
            .expect(202);
        tokens.push(server.mailed_token("anna@example.com").await);
    }
    let resets = tokens.iter().map(|token| {
        let request =
            server.client.post("/v1/auth/password/reset").json(&json!({"token": token, "password": NEW}));
        async move { request.send().await.status }
    });
    let mut statuses = join_all(resets).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410, 410, 410]);
}

#[on_both]
async fn a_reset_waits_for_the_account_before_it_takes_a_token(server: Server) {
    server.register("anna").await;
    server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "anna@example.com"}))
        .send()
        .await
        .expect(202);
    let token = server.mailed_token("anna@example.com").await;
    let app = &server.app;
    // As a change of the account does it: first the user, then all her tokens.
    let mut change = Tx::open(&app.db, &app.clock, Default::default()).await.unwrap();
    change.execute(sql("UPDATE users SET version = version")).await.unwrap();
    let request = server.client.post("/v1/auth/password/reset").json(&json!({"token": token, "password": NEW}));
    let reset = actix_web::rt::spawn(request.send());
    const WAITING: &str =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while app.db.engine() == Engine::Postgres
        && app.db.read().await.unwrap().scalar::<i64>(sql(WAITING)).await.unwrap() == Some(0)
    {
        tokio::task::yield_now().await;
    }
    change.execute(sql("UPDATE mailed_tokens SET used_at = used_at")).await.unwrap();
    change.commit().await.unwrap();
    reset.await.unwrap().expect(204);
}

#[on_both]
async fn who_lost_the_account_shuts_every_way_in(server: Server) {
    let anna = server.assistant("anna").await;
    let there = server.colleague(&server.assistant("berta").await, "anna").await;
    server.mail_to("anna@example.com").await;
    let make = async || {
        [server.automation(&anna, &["workspace:read"]).await, server.automation(&there, &["workspace:read"]).await]
    };
    let keys = make().await;
    // Whoever knows the old password has the keys at hand.
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    anna.post("/v1/auth/password/change").json(&change).send().await.expect(204);
    keys[0].get("/v1/me").send().await.expect(200);
    server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "anna@example.com"}))
        .send()
        .await
        .expect(202);
    let token = server.mailed_token("anna@example.com").await;
    server
        .client
        .post("/v1/auth/password/reset")
        .json(&json!({"token": token, "password": PASSWORD}))
        .send()
        .await
        .expect(204);
    for key in &keys {
        key.get("/v1/me").send().await.expect(401);
    }
    let anna = server.caller(&server.log_in("anna").await);
    let event = anna.get("/v1/events?type=api_key.revoked").send().await.expect(200).json()["data"][0].clone();
    assert_eq!(event["actor"]["member_id"], event["data"]["member_id"]);
    let key = server.automation(&anna, &["workspace:read"]).await;
    vorzimmer::slices::accounts::users::operator::reset_password(
        &server.app.db,
        &server.app.clock,
        &"anna@example.com".into(),
    )
    .await
    .unwrap();
    server.app.callers.forget();
    key.get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn a_reset_token_lives_for_an_hour_and_dies_with_the_others(server: Server) {
    server.register("anna").await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        server
            .client
            .post("/v1/auth/password/forgot")
            .json(&json!({"email": "anna@example.com"}))
            .send()
            .await
            .expect(202);
        tokens.push(server.mailed_token("anna@example.com").await);
    }
    let reset = |token: &str| {
        server.client.post("/v1/auth/password/reset").json(&json!({"token": token, "password": NEW}))
    };
    server.pass(3599);
    reset(&tokens[0]).send().await.expect(204);
    reset(&tokens[1]).send().await.expect(410);
    server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "anna@example.com"}))
        .send()
        .await
        .expect(202);
    let late = server.mailed_token("anna@example.com").await;
    server.pass(3600);
    reset(&late).send().await.expect(410);
    reset("vz_mail_nonsense").send().await.expect(410);
    server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "nobody@example.com"}))
        .send()
        .await
        .expect(202);
    assert_eq!(server.waiting_mails(), 0);
}

#[on_both]
async fn who_knows_the_password_changes_it_and_stays(server: Server) {
    let (here, there) = (server.register("anna").await, server.log_in("anna").await);
    let anna = server.caller(&here);
    let change = |current: &str, new: &str| {
        anna.post("/v1/auth/password/change").json(&json!({"current_password": current, "new_password": new}))
    };
    let wrong = change("wrong", NEW).send().await.expect(422).json();
    assert_eq!(
        (pointers(&wrong), &wrong["errors"][0]["code"]),
        (vec!["/current_password".to_owned()], &json!("wrong_password"))
    );
    assert_eq!(pointers(&change(PASSWORD, "Passwort123!").send().await.expect(422).json()), ["/new_password"]);
    change(PASSWORD, NEW).send().await.expect(204);
    anna.get("/v1/me").send().await.expect(200);
    server.caller(&there).get("/v1/me").send().await.expect(401);
    server
        .client
        .post("/v1/auth/refresh")
        .json(&json!({"refresh_token": here["refresh_token"]}))
        .send()
        .await
        .expect(200);
    for _ in 0..10 {
        change("wrong", PASSWORD).send().await.expect(422);
    }
    change(NEW, PASSWORD).send().await.expect(429);
    let key = server.automation(&anna, &["workspace:write"]).await;
    key.post("/v1/auth/password/change")
        .json(&json!({"current_password": NEW, "new_password": PASSWORD}))
        .send()
        .await
        .expect(403);
}

#[on_both]
async fn the_operator_sets_a_password_without_mail(server: Server) {
    let tokens = server.register("anna").await;
    let app = &server.app;
    let reset = async |email: &str| {
        vorzimmer::slices::accounts::users::operator::reset_password(&app.db, &app.clock, &email.into()).await
    };
    assert!(reset("nobody@example.com").await.is_err());
    let password = reset("anna@example.com").await.unwrap();
    app.callers.forget();
    server.caller(&tokens).get("/v1/me").send().await.expect(401);
    server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "anna@example.com", "password": &*password}))
        .send()
        .await
        .expect(200);
}

#[on_both]
async fn a_new_address_counts_once_it_is_confirmed(server: Server) {
    let anna = server.assistant("anna").await;
    let asked = anna.patch("/v1/me").json(&json!({"email": "Neu@example.com"})).send().await.expect(200).json();
    assert_eq!(
        (&asked["email"], &asked["pending_email"]),
        (&json!("anna@example.com"), &json!("Neu@example.com"))
    );
    let first = server.mailed_token("Neu@example.com").await;
    anna.patch("/v1/me").json(&json!({"email": "neu2@example.com"})).send().await.expect(200);
    let second = server.mailed_token("neu2@example.com").await;
    let confirm = |token: &str| server.client.post("/v1/auth/email/confirm").json(&json!({"token": token}));
    confirm(&first).send().await.expect(410);
    server
        .client
        .post("/v1/auth/password/reset")
        .json(&json!({"token": second, "password": NEW}))
        .send()
        .await
        .expect(410);
    confirm(&second).send().await.expect(204);
    confirm(&second).send().await.expect(410);
    let me = anna.get("/v1/me").send().await.expect(200).json();
    assert_eq!(
        (&me["email"], &me["email_verified"], &me["pending_email"]),
        (&json!("neu2@example.com"), &json!(true), &json!(null))
    );
    assert!(server.mail_to("anna@example.com").await.contains("Adresse"), "the old address is told");
    server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "anna@example.com", "password": PASSWORD}))
        .send()
        .await
        .expect(401);
    server
        .client
        .post("/v1/auth/login")
        .json(&json!({"email": "neu2@example.com", "password": PASSWORD}))
        .send()
        .await
        .expect(200);
    let events = anna.get("/v1/events").send().await.expect(200).json().to_string();
    assert!(!events.contains("@example.com"), "{events}");
}

#[on_both]
async fn nobody_learns_that_a_new_address_is_taken(server: Server) {
    let anna = server.assistant("anna").await;
    server.register("berta").await;
    let asked = anna.patch("/v1/me").json(&json!({"email": "berta@example.com"})).send().await.expect(200).json();
    assert_eq!(asked["pending_email"], "berta@example.com");
    let notice = server.mail_to("berta@example.com").await;
    assert!(!notice.contains("vz_mail_"), "{notice}");
    let back = anna.patch("/v1/me").json(&json!({"email": "ANNA@example.com"})).send().await.expect(200).json();
    assert_eq!((&back["email"], &back["pending_email"]), (&json!("ANNA@example.com"), &json!(null)));
}

#[on_both]
async fn an_address_that_was_taken_meanwhile_is_not_given_twice(server: Server) {
    let anna = server.assistant("anna").await;
    anna.patch("/v1/me").json(&json!({"email": "berta@example.com"})).send().await.expect(200);
    let token = server.mailed_token("berta@example.com").await;
    server.register("berta").await;
    let refused =
        server.client.post("/v1/auth/email/confirm").json(&json!({"token": token})).send().await.expect(409);
    assert_eq!(refused.json()["code"], "email_taken");
}
