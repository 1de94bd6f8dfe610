//! Mails over HTTP: what the owner sees of them, and that no answer waits for the mail server.

use crate::{
    client::TestClient,
    crash::{Place, call},
    engagements::{act, draft},
    people::{PASSWORD, id, new_client},
    server::{Server, deliver_due},
    smtp::{Manner, Smtp},
    support::databases::{Context, Database, on_both},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A server whose mail server is of no use, until it is told otherwise.
#[derive(Clone)]
struct Office {
    server: Server,
    smtp: Smtp,
}

impl Context for Office {
    async fn enter(database: &Database) -> Self {
        let smtp = Smtp::start("127.0.0.1:0", Manner::Silent).await;
        let server = Server::with(database, |config| {
            config.smtp_url = Some(smtp.url.clone());
            config.mail_deadline = Duration::from_millis(500);
        });
        Self { server: server.await, smtp }
    }

    async fn leave(self) {
        self.server.stop().await;
        self.smtp.expect_closed().await;
    }
}

async fn get(by: &TestClient, path: &str) -> Value {
    by.get(path).send().await.expect(200).json()
}

async fn invite(anna: &TestClient, email: &str) {
    let invitation = json!({"email": email, "role": "assistant"});
    anna.post("/v1/invitations").json(&invitation).send().await.expect(201);
}

/// The list, once no mail is in the state any more.
pub async fn once_none(anna: &TestClient, status: &str) -> Value {
    let patience = Instant::now();
    while get(anna, &format!("/v1/mails?status={status}&include=total_count")).await["total_count"] != 0 {
        assert!(patience.elapsed() < Duration::from_secs(20), "mails stay {status}");
        tokio::task::yield_now().await;
    }
    get(anna, "/v1/mails").await
}

#[on_both]
async fn the_owner_sees_what_became_of_the_workspaces_mails(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Müller").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let berta = server.colleague(&anna, "berta").await;
    let carla = server.assistant("carla").await;
    let engagement = id(&draft(&anna, &client, "Büro").await);
    act(&anna, &engagement, "propose").await.expect(200);
    server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "anna@example.com"}))
        .send()
        .await
        .expect(202);
    server.mailed_token("anna@example.com").await;
    let mails = once_none(&anna, "queued").await;
    let told: Vec<_> = mails["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| {
            (mail["kind"].as_str().unwrap(), mail["to"].as_str().unwrap(), mail["status"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("proposal", "klara@example.com", "sent"),
            ("invitation", "berta@example.com", "sent"),
            ("invitation", "klara@example.com", "sent"),
        ]
    );
    for mail in mails["data"].as_array().unwrap() {
        assert_eq!(
            (&mail["attempts"], &mail["next_attempt_at"], &mail["last_error"]),
            (&json!(1), &json!(null), &json!(null))
        );
        assert!(mail["settled_at"].is_string() && mail.get("sealed").is_none());
    }
    let page = get(&anna, "/v1/mails?status=sent&limit=2").await;
    let rest =
        get(&anna, &format!("/v1/mails?status=sent&limit=2&cursor={}", page["next_cursor"].as_str().unwrap()))
            .await;
    assert_eq!((page["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (2, 1));
    assert_eq!(get(&carla, "/v1/mails").await["data"], json!([]), "another workspace's");
    for caller in [&klara, &berta] {
        caller.get("/v1/mails").send().await.expect(403);
    }
}

#[on_both]
async fn a_killed_server_loses_no_mail(place: Place) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let spare = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = format!("smtp://{spare}");
    let settings = [("VORZIMMER_SMTP_URL", url.as_str())];
    let server = place.start_with(&settings);
    let at = |path: &str| format!("{}{path}", server.base);
    let account =
        json!({"email": "anna@example.com", "password": PASSWORD, "name": "Anna", "workspace_name": "Büro"});
    let token = call(&http, "", at("/v1/auth/register"), None, Some(account)).await.unwrap();
    let token = token["access_token"].as_str().unwrap();
    let invitation = json!({"email": "eva@example.com", "role": "assistant"});
    call(&http, token, at("/v1/invitations"), None, Some(invitation)).await.unwrap();
    let patience = Instant::now();
    let first = async || call(&http, token, at("/v1/mails"), None, None).await.unwrap()["data"][0].clone();
    while first().await["last_error"].is_null() {
        assert!(patience.elapsed() < Duration::from_secs(20), "nobody tried");
    }
    assert_eq!(first().await["status"], "queued");
    // SIGKILL.
    drop(server);
    let smtp = Smtp::start(&spare, Manner::Curt).await;
    let _server = place.start_with(&settings);
    while smtp.taken().is_empty() {
        assert!(patience.elapsed() < Duration::from_secs(60), "no mail came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(smtp.taken()[0].contains("To: eva@example.com\r\n"));
}

#[on_both]
async fn no_answer_waits_for_a_silent_mail_server(office: Office) {
    let anna = office.server.assistant("anna").await;
    let begun = Instant::now();
    for (n, manner) in [Manner::Silent, Manner::Dripping, Manner::Silent, Manner::Dripping, Manner::Silent]
        .into_iter()
        .enumerate()
    {
        office.smtp.set(manner);
        invite(&anna, &format!("{n}@example.com")).await;
    }
    office
        .server
        .client
        .post("/v1/auth/password/forgot")
        .json(&json!({"email": "anna@example.com"}))
        .send()
        .await
        .expect(202);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let metrics = office.server.client.get("/metrics").send().await.expect(200);
    assert!(String::from_utf8(metrics.body).unwrap().contains("vorzimmer_mails_due "));
    // The clock stands still, so that nothing is tried again; five were tried, and their connections have ended.
    let patience = Instant::now();
    loop {
        let mails = get(&anna, "/v1/mails?status=queued").await;
        if mails["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|mail| mail["last_error"] == "the mail server did not answer in time")
        {
            break;
        }
        assert!(patience.elapsed() < Duration::from_secs(20), "{mails}");
        tokio::task::yield_now().await;
    }
    office.smtp.set(Manner::Refusing("550 unknown"));
    office.server.pass(5);
    deliver_due(&office.server.app).await.unwrap();
    let mails = once_none(&anna, "queued").await;
    for mail in mails["data"].as_array().unwrap() {
        assert_eq!(
            (&mail["status"], &mail["attempts"], &mail["last_error"]),
            (&json!("failed"), &json!(2), &json!("the mail server answered 550"))
        );
    }
    office.smtp.set(Manner::Kind);
    invite(&anna, "eva@example.com").await;
    assert_eq!(once_none(&anna, "queued").await["data"][0]["status"], "sent");
    assert_eq!(office.smtp.taken().len(), 1);
}
