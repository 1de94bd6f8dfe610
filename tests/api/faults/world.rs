//! What bodies refer to: an assistant, her clients, their engagements, tasks in every status, entries and links.

use crate::{
    client::TestClient,
    engagements::{act, active, draft},
    people::{id, new_client},
    server::Server,
    tasks::{member, new_task},
    time::engaged,
};
use serde_json::{Value, json};

/// An id that names nothing.
pub const UNKNOWN: &str = "01990b5c-0000-7000-8000-000000000000";

pub struct World {
    pub nobody: TestClient,
    pub anna: TestClient,
    pub klara: TestClient,
    /// Klara's member.
    pub member: String,
    pub refresh_token: String,
    /// The token of an invitation without a name.
    pub invitation: String,
    pub client: String,
    pub contact: String,
    pub channel: String,
    pub engagement: String,
    pub draft: String,
    pub proposed: String,
    /// A proposed version of the engagement's terms.
    pub terms: String,
    /// An offered block of the engagement, one that the client asked for, and an active one.
    pub block: String,
    pub wished_block: String,
    pub active_block: String,
    /// Another engagement, whose first period is closed.
    pub closed: String,
    /// A package, and an extension of it that was asked for.
    pub package: String,
    pub extension: String,
    /// A project, whose second milestone was accepted.
    pub project: String,
    /// Another client, its engagement and task.
    pub other: String,
    pub elsewhere: String,
    pub others: String,
    pub task: String,
    pub requested: String,
    pub waiting: String,
    pub in_review: String,
    pub comment: String,
    pub entry: String,
    /// An engagement by the day, with half a day noted, and less than that.
    pub daily: String,
    pub part: String,
    pub running: String,
    pub link: String,
}

impl World {
    pub async fn new(server: &Server) -> Self {
        let registered = server.register("anna").await;
        let anna = server.client.with_bearer(registered["access_token"].as_str().expect("a token"));
        let client = id(&new_client(&anna, "Tischlerei Müller").await);
        let other = id(&new_client(&anna, "Bäckerei Becker").await);
        let klara = server.client_member(&anna, &client, "klara").await;
        let of_client = format!("/v1/clients/{client}");
        let invitation = json!({"email": "tom@example.com", "role": "client", "client_id": client});
        let invitation = post(&anna, "/v1/invitations", invitation).await;
        let contact = post(&anna, &format!("{of_client}/contacts"), json!({"name": "Anna Müller"})).await;
        let channel = json!({"kind": "phone", "address": "+4915112345678"});
        let channel = post(&anna, &format!("{of_client}/channels"), channel).await;
        let engagement = id(&active(&anna, &client, "Büro").await);
        let proposed = id(&draft(&anna, &client, "Vorschlag").await);
        act(&anna, &proposed, "propose").await.expect(200);
        let terms = json!({"effective_from": "2026-04-01", "terms": {"kind": "hourly", "rate_minor": 5000}});
        let terms = post(&anna, &format!("/v1/engagements/{engagement}/terms"), terms).await;
        let closed = engaged(&anna, &client, json!({"kind": "hourly", "rate_minor": 6000})).await;
        anna.post(&format!("/v1/engagements/{closed}/periods/1/close")).send().await.expect(200);
        let blocks = format!("/v1/engagements/{engagement}/blocks");
        let block = post(&anna, &blocks, json!({"minutes": 60})).await;
        let wished_block = post(&klara, &blocks, json!({"minutes": 60})).await;
        let offered = anna.post(&blocks).json(&json!({"minutes": 60})).send().await.expect(201);
        let accept = anna.post(&format!("{blocks}/{}/accept", id(&offered.json()))).json(&json!({"note": "Ja."}));
        accept.header("if-match", offered.header("etag").unwrap()).send().await.expect(200);
        let monthly = json!({"kind": "retainer", "price_minor": 90000, "included_minutes": 1200});
        let package = engaged(&anna, &client, monthly).await;
        let extension = json!({"minutes": 60, "reason": "Mehr Belege."});
        let extension = post(&anna, &format!("/v1/engagements/{package}/extensions"), extension).await;
        let parts = json!([{"title": "Entwurf", "amount_minor": 500}, {"title": "Umbau", "amount_minor": 100}]);
        let project =
            engaged(&anna, &client, json!({"kind": "project", "price_minor": 1000, "milestones": parts})).await;
        let reached = format!("/v1/engagements/{project}/milestones/2");
        let seen = anna.get(&reached).send().await.expect(200);
        let accept = anna.post(&format!("{reached}/accept")).json(&json!({"note": "Ja."}));
        accept.header("if-match", seen.header("etag").unwrap()).send().await.expect(200);
        let task = id(&new_task(&anna, &client, "Belege").await);
        let waiting = id(&new_task(&anna, &client, "Reise").await);
        anna.post(&format!("/v1/tasks/{waiting}/wait")).send().await.expect(200);
        let in_review = id(&new_task(&anna, &client, "Brief").await);
        for act in ["start", "submit"] {
            anna.post(&format!("/v1/tasks/{in_review}/{act}")).send().await.expect(200);
        }
        let comment = post(&anna, &format!("/v1/tasks/{task}/comments"), json!({"text": "Ja."})).await;
        let entry = json!({"engagement_id": engagement, "started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z"});
        let entry = post(&anna, "/v1/time-entries", entry).await;
        let timer = json!({"engagement_id": engagement, "started_at": "2026-03-02T08:30:00Z"});
        let running = anna.post("/v1/timer/start").json(&timer).send().await.expect(200).json();
        let daily =
            engaged(&anna, &client, json!({"kind": "daily", "rate_minor": 40000, "day_mode": "explicit"})).await;
        let mut day = json!({"engagement_id": daily, "work_date": "2026-03-02", "duration_seconds": 60, "day_ten_thousandths": 5000});
        post(&anna, "/v1/time-entries", day.clone()).await;
        day["day_ten_thousandths"] = json!(1000);
        let part = post(&anna, "/v1/time-entries", day).await;
        let link = json!({"source": "external", "client_id": client, "url": "https://we.tl/t-abc"});
        Self {
            nobody: server.client.clone(),
            member: member(&klara).await,
            requested: id(&new_task(&klara, &client, "Wunsch").await),
            klara,
            refresh_token: text(&registered["refresh_token"]),
            invitation: text(&invitation["token"]),
            contact: id(&contact),
            channel: id(&channel),
            draft: id(&draft(&anna, &client, "Entwurf").await),
            terms: id(&terms),
            block: id(&block),
            wished_block: id(&wished_block),
            active_block: id(&offered.json()),
            closed,
            package,
            project,
            extension: id(&extension),
            elsewhere: id(&active(&anna, &other, "Anderes").await),
            others: id(&new_task(&anna, &other, "Anderes").await),
            other,
            comment: id(&comment),
            entry: id(&entry),
            part: id(&part),
            running: id(&running["running"]),
            link: id(&post(&anna, "/v1/share-links", link).await),
            anna,
            daily,
            client,
            engagement,
            proposed,
            task,
            waiting,
            in_review,
        }
    }
}

async fn post(by: &TestClient, path: &str, body: Value) -> Value {
    by.post(path).json(&body).send().await.expect(201).json()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
