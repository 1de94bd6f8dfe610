//! What the table's operations are tried on: one of everything.

use crate::{
    client::TestClient,
    engagements::{act, active, draft},
    people::id,
    server::Server,
    time::engaged,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Server {
    /// One of everything that belongs to the client, by the names of the path's parameters.
    pub(super) async fn world(
        &self,
        owner: &TestClient,
        own: &TestClient,
        client: &Value,
    ) -> BTreeMap<&'static str, String> {
        let client_id = id(client);
        let of_client = format!("/v1/clients/{client_id}");
        let mut ids =
            BTreeMap::from([("source", "crm".to_owned()), ("ref", "1".to_owned()), ("seq", "1".to_owned())]);
        let mut add = |name, object: &Value| ids.insert(name, id(object));
        add("client_id", client);
        let contact = json!({"name": "Eva"});
        add(
            "contact_id",
            &owner.post(&format!("{of_client}/contacts")).json(&contact).send().await.expect(201).json(),
        );
        let channel = json!({"kind": "phone", "address": "+4940123456"});
        add(
            "channel_id",
            &owner.post(&format!("{of_client}/channels")).json(&channel).send().await.expect(201).json(),
        );
        let invitation = json!({"email": "eva@example.com", "role": "client", "client_id": client_id});
        add("invitation_id", &owner.post("/v1/invitations").json(&invitation).send().await.expect(201).json());
        let engagement = id(&draft(owner, &client_id, "Proposed").await);
        let engagement = act(owner, &engagement, "propose").await.expect(200).json();
        add("engagement_id", &engagement);
        add("terms_id", &json!({"id": engagement["terms_id"]}));
        let link = json!({"source": "external", "client_id": client_id, "url": "https://we.tl/t-AbCdEf"});
        add("share_link_id", &own.post("/v1/share-links").json(&link).send().await.expect(201).json());
        ids.insert("engagement_id", id(&engagement));
        ids.insert("terms_id", id(&json!({"id": engagement["terms_id"]})));
        let task = json!({"title": "A wish"});
        ids.insert("task_id", id(&own.post("/v1/tasks").json(&task).send().await.expect(201).json()));
        let comments = format!("/v1/tasks/{}/comments", ids["task_id"]);
        let comment = own.post(&comments).json(&json!({"text": "Soon"})).send().await.expect(201).json();
        ids.insert("comment_id", id(&comment));
        let worked = json!({"engagement_id": active(owner, &client_id, "Agreed").await["id"], "work_date": "2026-03-02", "duration_seconds": 60});
        ids.insert(
            "time_entry_id",
            id(&owner.post("/v1/time-entries").json(&worked).send().await.expect(201).json()),
        );
        let package = active(owner, &client_id, "Package").await;
        let adjustment = json!({"kind": "goodwill", "minutes": 15, "reason": "Sorry"});
        let adjustments = format!("/v1/engagements/{}/adjustments", id(&package));
        let adjustment = owner.post(&adjustments).json(&adjustment).send().await.expect(201).json();
        ids.insert("adjustment_id", id(&adjustment));
        let capped = json!({"kind": "hourly", "rate_minor": 6000, "cap_minutes": 1});
        let worked = json!({"engagement_id": engaged(owner, &client_id, capped).await, "work_date": "2026-03-02",
            "duration_seconds": 60});
        owner.post("/v1/time-entries").json(&worked).send().await.expect(201);
        let alerts = owner.get(&format!("/v1/alerts?client_id={client_id}")).send().await.expect(200).json();
        ids.insert("alert_id", id(&alerts["data"][0]));
        let blocks = format!("/v1/engagements/{}/blocks", id(&package));
        let block = owner.post(&blocks).json(&json!({"minutes": 60})).send().await.expect(201).json();
        ids.insert("block_id", id(&block));
        let terms = json!({"kind": "retainer", "price_minor": 90000, "included_minutes": 1200});
        let retainer = engaged(owner, &client_id, terms).await;
        let extensions = format!("/v1/engagements/{retainer}/extensions");
        let extension = json!({"minutes": 60, "reason": "More receipts"});
        let extension = owner.post(&extensions).json(&extension).send().await.expect(201).json();
        ids.insert("extension_id", id(&extension));
        let links = format!("/v1/engagements/{}/balance-links", id(&package));
        let link = owner.post(&links).json(&json!({})).send().await.expect(201).json();
        ids.insert("balance_link_id", id(&link));
        let member = own.get("/v1/me").send().await.expect(200).json()["member_id"].clone();
        ids.insert("member_id", id(&json!({"id": member})));
        let events = owner.get(&format!("/v1/events?resource_id={client_id}")).send().await.expect(200).json();
        ids.insert("event_id", id(&events["data"][0]));
        ids
    }
}
