//! The acts of tasks: the whole table for both roles, what is said with them, and how long a task waits.

use crate::{
    client::{Reply, TestClient},
    people::{changes_of, id, new_client},
    server::Server,
    support::{databases::on_both, scratch::wait_until},
    tasks::new_task,
};
use serde_json::{Value, json};
use std::{fs, time::Duration};

/// Every status, and the acts that bring a wish of the client's there.
const WAYS: &[(&str, &[&str])] = &[
    ("requested", &[]),
    ("accepted", &["accept"]),
    ("todo", &["accept", "wait", "answer"]),
    ("in_progress", &["accept", "start"]),
    ("waiting_on_client", &["accept", "wait"]),
    ("in_review", &["accept", "start", "submit"]),
    ("done", &["accept", "complete"]),
    ("declined", &["decline"]),
    ("cancelled", &["cancel"]),
];

/// The contract's table: an act, the statuses from which assistants do it, the status it leads to, and the statuses from
/// which the client does it too.
const ACTS: &[(&str, &[&str], &str, &[&str])] = &[
    ("accept", &["requested"], "accepted", &[]),
    ("decline", &["requested"], "declined", &[]),
    ("start", &["accepted", "todo"], "in_progress", &[]),
    ("wait", &["accepted", "todo", "in_progress"], "waiting_on_client", &[]),
    ("answer", &["waiting_on_client"], "todo", &["waiting_on_client"]),
    ("submit", &["in_progress"], "in_review", &[]),
    ("approve", &["in_review"], "done", &["in_review"]),
    ("return", &["in_review"], "in_progress", &["in_review"]),
    ("complete", &["accepted", "todo", "in_progress", "waiting_on_client", "in_review"], "done", &[]),
    (
        "cancel",
        &["requested", "accepted", "todo", "in_progress", "waiting_on_client", "in_review"],
        "cancelled",
        &["requested"],
    ),
    ("reopen", &["done"], "todo", &[]),
];

async fn act(caller: &TestClient, path: &str, act: &str) -> Reply {
    let request = caller.post(&format!("{path}/{act}"));
    match act {
        "decline" | "return" => request.json(&json!({"reason": "Darum."})).send().await,
        _ => request.send().await,
    }
}

/// A wish of the client's, brought into the status.
async fn wish(klara: &TestClient, anna: &TestClient, way: &[&str]) -> String {
    let made = klara.post("/v1/tasks").json(&json!({"title": "A wish"})).send().await.expect(201).json();
    let path = format!("/v1/tasks/{}", id(&made));
    for step in way {
        act(anna, &path, step).await.expect(200);
    }
    path
}

async fn comments(caller: &TestClient, path: &str) -> Vec<Value> {
    let list = caller.get(&format!("{path}/comments?sort=created_at")).send().await.expect(200).json();
    list["data"].as_array().unwrap().clone()
}

#[on_both]
async fn acts_lead_where_the_table_says_for_both_roles(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    for (status, way) in WAYS {
        for (by_client, caller) in [(false, &anna), (true, &klara)] {
            let path = wish(&klara, &anna, way).await;
            let before = caller.get(&path).send().await.expect(200).json();
            assert_eq!(before["status"], *status);
            let mut refused = 0;
            for (name, assistants, to, clients) in ACTS {
                let from = if by_client { clients } else { assistants };
                let allowed = from.contains(status);
                assert_eq!(
                    before["allowed_actions"].as_array().unwrap().contains(&json!(name)),
                    allowed,
                    "{name} from {status}, client: {by_client}"
                );
                if allowed {
                    let path = wish(&klara, &anna, way).await;
                    let after = act(caller, &path, name).await.expect(200).json();
                    assert_eq!(after["status"], *to, "{name} from {status}");
                    assert_eq!(after["completed_at"].is_string(), *to == "done", "{name} from {status}");
                    assert_eq!(after["waiting_since"].is_string(), *to == "waiting_on_client");
                    assert_eq!(after, caller.get(&path).send().await.expect(200).json());
                } else {
                    let answer = act(caller, &path, name).await;
                    if by_client && !matches!(*name, "answer" | "approve" | "return" | "cancel") {
                        answer.expect(403);
                    } else {
                        let problem = answer.expect(409).json();
                        assert_eq!(
                            (&problem["code"], &problem["allowed_actions"]),
                            (&json!("action_not_allowed"), &before["allowed_actions"]),
                            "{name} from {status}"
                        );
                    }
                    refused += 1;
                }
            }
            assert!(refused > 4);
            assert_eq!(
                caller.get(&path).send().await.expect(200).json(),
                before,
                "what is refused changes nothing"
            );
        }
    }
}

#[on_both]
async fn what_is_said_with_an_act_becomes_a_comment(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = format!("/v1/tasks/{}", id(&new_task(&anna, &client, "Reise").await));
    anna.post(&format!("{path}/wait")).json(&json!({"question": "Welches Hotel?"})).send().await.expect(200);
    klara.post(&format!("{path}/answer")).json(&json!({"text": "Das am Hafen."})).send().await.expect(200);
    anna.post(&format!("{path}/start")).send().await.expect(200);
    anna.post(&format!("{path}/submit")).send().await.expect(200);
    klara.post(&format!("{path}/return")).json(&json!({"reason": "Zu teuer."})).send().await.expect(200);
    anna.post(&format!("{path}/cancel")).json(&json!({"reason": "Abgesagt."})).send().await.expect(200);
    let said: Vec<_> = comments(&klara, &path)
        .await
        .iter()
        .map(|c| (c["text"].clone(), c["author"]["name"].clone(), c["author"]["role"].clone()))
        .collect();
    assert_eq!(
        json!(said),
        json!([
            ["Welches Hotel?", "anna", "assistant"],
            ["Das am Hafen.", "klara", "client"],
            ["Zu teuer.", "klara", "client"],
            ["Abgesagt.", "anna", "assistant"]
        ])
    );

    let internal = json!({"client_id": client, "title": "Intern", "visibility": "internal"});
    let path =
        format!("/v1/tasks/{}", id(&anna.post("/v1/tasks").json(&internal).send().await.expect(201).json()));
    anna.post(&format!("{path}/wait")).json(&json!({"question": "Unter uns"})).send().await.expect(200);
    assert_eq!(comments(&anna, &path).await[0]["visibility"], "internal");
    for body in [json!({}), json!({"reason": ""}), json!({"reason": "x", "text": "y"})] {
        anna.post(&format!("{path}/return")).json(&body).send().await.expect(422);
    }
    anna.post(&format!("{path}/return")).send().await.expect(422);
}

#[on_both]
async fn acts_and_their_comments_are_events(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = wish(&klara, &anna, &["accept", "start", "submit", "return", "submit"]).await;
    klara.post(&format!("{path}/approve")).send().await.expect(200);
    anna.post(&format!("{path}/reopen")).send().await.expect(200);
    let types = async |caller: &TestClient| -> Vec<String> {
        let list = caller.get("/v1/events?type=task.created,task.accepted,task.started,task.submitted,task.returned,task.approved,task.reopened,comment.created")
            .send().await.expect(200).json();
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = [
        "task.created",
        "task.accepted",
        "task.started",
        "task.submitted",
        "task.returned",
        "comment.created",
        "task.submitted",
        "task.approved",
        "task.reopened",
    ];
    assert_eq!(types(&anna).await, expected);
    assert_eq!(types(&klara).await, expected);
    let approved = anna.get("/v1/events?type=task.approved").send().await.expect(200).json()["data"][0].clone();
    assert_eq!(changes_of(&approved)["status"], json!({"before": "in_review", "after": "done"}));
    assert_eq!((&approved["actor"]["name"], &approved["data"]["status"]), (&json!("klara"), &json!("done")));
    let seen = klara.get(&format!("/v1/events/{}", id(&approved))).send().await.expect(200).json();
    assert!(seen.get("changes").is_none() && seen["data"].get("rate_minor").is_none());
}

#[on_both]
async fn the_time_spent_waiting_is_summed(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/tasks/{}", id(&new_task(&anna, &client, "Reise").await));
    let later = |seconds| server.app.clock.set(server.app.clock.now().plus_seconds(seconds));
    later(1);
    let waiting = act(&anna, &path, "wait").await.expect(200).json();
    assert_eq!(waiting["waited_seconds"], 0);
    later(60);
    let still = anna.get(&path).send().await.expect(200).json();
    assert_eq!((&still["waited_seconds"], &still["waiting_since"]), (&json!(60), &waiting["waiting_since"]));
    later(40);
    assert_eq!(act(&anna, &path, "answer").await.expect(200).json()["waited_seconds"], 100);
    later(100);
    act(&anna, &path, "wait").await.expect(200);
    later(5);
    let done = act(&anna, &path, "complete").await.expect(200).json();
    assert_eq!((&done["waited_seconds"], &done["waiting_since"]), (&json!(105), &json!(null)));
}

#[on_both]
async fn of_fifty_who_accept_one_does(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = wish(&klara, &anna, &[]).await;
    let calls = (0..50).map(|_| {
        let call = anna.post(&format!("{path}/accept"));
        async move { call.send().await.status }
    });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert!(statuses[0] == 200 && statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    assert_eq!(anna.get(&path).send().await.json()["version"], 2);
}

#[on_both]
async fn the_client_is_told_by_mail_that_a_task_waits(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let other = id(&new_client(&anna, "B").await);
    server.client_member(&anna, &client, "klara").await;
    server.client_member(&anna, &other, "karl").await;
    let task = id(&new_task(&anna, &client, "Reise").await);
    let internal = json!({"client_id": client, "title": "Intern", "visibility": "internal"});
    let internal = id(&anna.post("/v1/tasks").json(&internal).send().await.expect(201).json());
    act(&anna, &format!("/v1/tasks/{internal}"), "wait").await.expect(200);
    anna.post(&format!("/v1/tasks/{task}/wait"))
        .json(&json!({"question": "Welches Hotel?"}))
        .send()
        .await
        .expect(200);
    let outbox = server.app.config.data_dir.join("outbox");
    let mails = || -> Vec<String> {
        let files = fs::read_dir(&outbox).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        files.filter(|mail| mail.contains("Welches Hotel?") || mail.contains("Intern")).collect()
    };
    assert!(wait_until(Duration::from_secs(10), || !mails().is_empty()), "no mail came");
    let mails = mails();
    assert!(
        mails.len() == 1 && mails[0].contains("klara@example.com") && mails[0].contains("anna fragt"),
        "{mails:?}"
    );
}
