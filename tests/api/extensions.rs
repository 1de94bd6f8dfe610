//! Extensions: asked for by one side, approved by the other, used up or lost with their period.

use crate::{
    client::{Reply, TestClient},
    packages::{H, desk, package},
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, only, path},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

impl Desk {
    /// The address of an extension that somebody asks for, and its tag.
    pub async fn ask(&self, by: &TestClient, minutes: i64, with: Value) -> (String, String) {
        let mut body = json!({"minutes": minutes, "reason": "Mehr Belege."});
        crate::time::merge(&mut body, with);
        let asked = by.post(&self.of("extensions")).json(&body).send().await.expect(201);
        (asked.header("location").unwrap().to_owned(), asked.header("etag").unwrap().to_owned())
    }

    async fn sums(&self, seq: i64, names: &[&str]) -> Value {
        only(&self.get(&self.of(&format!("periods/{seq}"))).await, names)
    }
}

/// Approves it, having seen it.
pub async fn approve(by: &TestClient, (path, tag): &(String, String), body: Value) -> Reply {
    by.post(&format!("{path}/approve")).header("if-match", tag).json(&body).send().await
}

#[on_both]
async fn an_approved_extension_is_more_time_for_its_period(server: Server) {
    let mut desk = desk(&server, json!({"kind": "hourly", "rate_minor": 4500})).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    for deficit in ["block", "bill"] {
        desk.engagement = desk.engaged(package(20, json!({"deficit": deficit}))).await;
        for date in 2..4 {
            desk.seconds(&format!("2026-06-{date:02}"), 10 * H).await;
        }
        if deficit == "block" {
            let refused =
                desk.try_note(json!({"work_date": "2026-06-04", "duration_seconds": H})).await.expect(409);
            assert_eq!(refused.json()["code"], json!("retainer_exhausted"));
        }
        let asked = desk.ask(&desk.anna, 120, json!({})).await;
        let seen = klara.get(&asked.0).send().await.expect(200);
        let shown = only(&seen.json(), &["status", "requested_by", "period_seq", "allowed_actions"]);
        assert_eq!(shown, json!(["requested", "assistant", 5, ["approve", "decline"]]));
        assert_eq!(desk.sums(5, &["available_seconds", "extended_seconds"]).await, json!([20 * H, 0]));
        let waiting = desk.get(&desk.of("balance")).await["waiting"].clone();
        assert_eq!(
            waiting,
            json!([{"type": "extension", "id": id(&seen.json()), "title": "Mehr Belege.", "minutes": 120,
                "price_minor": null, "currency": "EUR", "waits_for": "client"}])
        );
        let approve = || klara.post(&format!("{}/approve", asked.0));
        approve().send().await.expect(428);
        approve().header("if-match", "*").send().await.expect(428);
        let approved = approve().header("if-match", seen.header("etag").unwrap()).send().await.expect(200).json();
        let shown = ["status", "accepted_by_name", "accepted_elsewhere", "accepted_version", "allowed_actions"];
        assert_eq!(only(&approved, &shown), json!(["approved", "klara", false, 1, []]));
        let sums = ["available_seconds", "extended_seconds", "consumed_seconds", "remaining_seconds"];
        assert_eq!(desk.sums(5, &sums).await, json!([22 * H, 2 * H, 20 * H, 2 * H]));
        assert_eq!(desk.sums(6, &["available_seconds"]).await, json!([20 * H]));
        let entry = desk.seconds("2026-06-04", H).await;
        let coverage = desk.get(&format!("{}/coverage", path(&entry))).await;
        let lot = only(&coverage["days"][0]["lots"][0], &["lot_id", "kind", "seconds", "usable_until"]);
        assert_eq!(lot, json!([id(&approved), "extension", H, "2026-06-30"]));
        let line = desk.get(&desk.of("ledger?kind=extend")).await["data"][0].clone();
        assert_eq!(only(&line, &["on", "seconds", "period_seq"]), json!(["2026-06-01", 2 * H, 5]));
        let cause = only(&line["cause"], &["type", "id", "title"]);
        assert_eq!(cause, json!(["extension", id(&approved), "Mehr Belege."]));
        let lots = desk.get(&desk.of("periods/5")).await["lots"].clone();
        let lots = lots.as_array().unwrap().iter().filter(|lot| lot["kind"] == "extension");
        let lots: Vec<Value> = lots.map(|lot| only(lot, &["granted_seconds", "left_seconds"])).collect();
        assert_eq!(lots, [json!([2 * H, H])]);
        assert_eq!(desk.get(&desk.of("balance")).await["waiting"], json!([]));
    }
}

#[on_both]
async fn an_extension_covers_what_was_overage_and_is_lost_with_its_period(server: Server) {
    let terms = package(5, json!({"carry": "all", "overage_rate_minor": 6000}));
    let desk = desk(&server, terms).await;
    desk.seconds("2026-02-02", 8 * H).await;
    let shown = ["overage_seconds", "overage_amount_minor", "expired_seconds", "carried_out_seconds"];
    assert_eq!(desk.sums(1, &shown).await, json!([3 * H, 18_000, 0, 0]));
    let asked = desk.ask(&desk.anna, 600, json!({"period_seq": 1})).await;
    let refused = approve(&desk.anna, &asked, json!({})).await.expect(422).json();
    assert_eq!(pointers(&refused), ["/note"]);
    let recorded = approve(&desk.anna, &asked, json!({"note": "Per Mail."})).await.expect(200).json();
    assert_eq!(only(&recorded, &["accepted_elsewhere", "answer_note"]), json!([true, "Per Mail."]));
    // It ends first and so gives first; what it does not give is lost, and what the package includes is carried.
    assert_eq!(desk.sums(1, &shown).await, json!([0, 0, 2 * H, 5 * H]));
    assert_eq!(desk.sums(5, &["carried_in_seconds"]).await, json!([20 * H]));
}

#[on_both]
async fn the_side_that_did_not_ask_answers(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let tell = async |by: &TestClient, path: &str, act: &str, status: u16| {
        let code = by.post(&format!("{path}/{act}")).send().await.expect(status).json()["code"].clone();
        if status == 200 { json!("ok") } else { code }
    };
    let hers = desk.ask(&klara, 60, json!({"reason": "Noch ein Brief."})).await;
    let acts = |seen: Value| seen["allowed_actions"].clone();
    assert_eq!(acts(klara.get(&hers.0).send().await.expect(200).json()), json!(["withdraw"]));
    assert_eq!(acts(desk.get(&hers.0).await), json!(["approve", "decline"]));
    assert_eq!(desk.get(&desk.of("balance")).await["waiting"][0]["waits_for"], json!("assistant"));
    let seen = klara.get(&hers.0).send().await.expect(200).header("etag").unwrap().to_owned();
    approve(&klara, &(hers.0.clone(), seen), json!({})).await.expect(403);
    assert_eq!(tell(&klara, &hers.0, "decline", 403).await, json!("forbidden"));
    assert_eq!(tell(&desk.anna, &hers.0, "withdraw", 403).await, json!("forbidden"));
    let hers_seen =
        (hers.0.clone(), desk.anna.get(&hers.0).send().await.expect(200).header("etag").unwrap().to_owned());
    let approved = approve(&desk.anna, &hers_seen, json!({})).await.expect(200).json();
    assert_eq!(
        only(&approved, &["status", "accepted_elsewhere", "requested_by"]),
        json!(["approved", false, "client"])
    );
    assert_eq!(tell(&klara, &hers.0, "withdraw", 409).await, json!("action_not_allowed"));
    let other = desk.ask(&klara, 60, json!({})).await;
    assert_eq!(tell(&klara, &other.0, "withdraw", 200).await, json!("ok"));
    let third = desk.ask(&desk.anna, 60, json!({})).await;
    assert_eq!(tell(&klara, &third.0, "withdraw", 403).await, json!("forbidden"));
    assert_eq!(tell(&klara, &third.0, "decline", 200).await, json!("ok"));
    assert_eq!(tell(&desk.anna, &third.0, "decline", 409).await, json!("action_not_allowed"));
    let seen = klara.get(&third.0).send().await.expect(200).header("etag").unwrap().to_owned();
    approve(&klara, &(third.0.clone(), seen), json!({})).await.expect(409);
    assert_eq!(desk.sums(5, &["extended_seconds"]).await, json!([H]));
    let found = async |query: &str| ids(&desk.get(&desk.of(&format!("extensions?{query}"))).await).len();
    let counts = [
        found("status=approved").await,
        found("status=declined,withdrawn").await,
        found("period_seq=5").await,
        found("period_seq=4").await,
    ];
    assert_eq!(counts, [1, 2, 3, 0]);
    let events = desk
        .get("/v1/events?type=extension.requested,extension.approved,extension.declined,extension.withdrawn")
        .await;
    assert_eq!(events["data"].as_array().unwrap().len(), 6);
}

#[on_both]
async fn of_many_approvals_one_counts(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let (path, _) = desk.ask(&desk.anna, 60, json!({})).await;
    let tag = klara.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
    let tries = (0..20).map(|_| {
        let request = klara.post(&format!("{path}/approve")).header("if-match", &tag);
        async move { request.send().await.status }
    });
    let mut statuses = join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 412), "{statuses:?}");
    assert_eq!(desk.sums(5, &["extended_seconds"]).await, json!([H]));
}

#[on_both]
async fn nobody_else_sees_an_extension(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let (path, tag) = desk.ask(&desk.anna, 60, json!({})).await;
    let other = id(&new_client(&desk.anna, "Bäckerei").await);
    let karl = server.client_member(&desk.anna, &other, "karl").await;
    let carla = server.assistant("carla").await;
    for by in [&karl, &carla] {
        by.get(&path).send().await.expect(404);
        by.get(&desk.of("extensions")).send().await.expect(404);
        approve(by, &(path.clone(), tag.clone()), json!({"note": "Ja."})).await.expect(404);
        by.post(&format!("{path}/decline")).send().await.expect(404);
        by.post(&desk.of("extensions")).json(&json!({"minutes": 60, "reason": "Mehr."})).send().await.expect(404);
    }
    let second = desk.engaged(package(20, json!({}))).await;
    let elsewhere = path.replace(&desk.engagement, &second);
    desk.anna.get(&elsewhere).send().await.expect(404);
}

#[on_both]
async fn an_extension_is_refused_where_it_fits_nothing(server: Server) {
    let mut desk = desk(&server, package(20, json!({}))).await;
    let body = |seq: Value| json!({"minutes": 60, "reason": "Mehr.", "period_seq": seq});
    let far = desk.post(&desk.of("extensions"), body(json!(7))).await.expect(422).json();
    assert_eq!(pointers(&far), ["/period_seq"]);
    desk.post(&desk.of("extensions"), body(json!(6))).await.expect(201);
    for terms in [json!({"kind": "daily", "rate_minor": 40_000}), json!({"kind": "hourly", "rate_minor": 6000})] {
        let path = format!("/v1/engagements/{}/extensions", desk.engaged(terms).await);
        let refused = desk.post(&path, body(Value::Null)).await.expect(409).json();
        assert_eq!(refused["code"], json!("no_package"));
    }
    let mut draft = crate::engagements::hourly(&desk.client, "Entwurf");
    draft["terms"] = package(20, json!({}));
    let draft = id(&desk.post("/v1/engagements", draft.clone()).await.expect(201).json());
    let refused = desk.post(&format!("/v1/engagements/{draft}/extensions"), body(Value::Null)).await.expect(409);
    assert_eq!(refused.json()["code"], json!("engagement_not_active"));
    desk.post(&desk.of("pause"), json!({"on": "2026-06-20"})).await.expect(200);
    desk.at(&server, "2026-08-10T10:00:00Z").await;
    let skipped = desk.post(&desk.of("extensions"), body(Value::Null)).await.expect(422).json();
    assert_eq!(only(&skipped["errors"][0], &["pointer", "code"]), json!(["/period_seq", "period_skipped"]));
    // What is over takes one as long as the package is not archived.
    let (path, tag) = desk.ask(&desk.anna, 60, json!({"period_seq": 5})).await;
    let waiting = desk.ask(&desk.anna, 60, json!({"period_seq": 1})).await;
    desk.post(&desk.of("end"), json!({})).await.expect(200);
    approve(&desk.anna, &(path, tag), json!({"note": "Ja."})).await.expect(200);
    // Not so what is closed.
    desk.post(&desk.of("periods/1/close"), Value::Null).await.expect(200);
    let refused = approve(&desk.anna, &waiting, json!({"note": "Ja."})).await.expect(409).json();
    assert_eq!(refused["code"], json!("period_closed"));
    let mut closed = Desk { engagement: String::new(), anna: desk.anna.clone(), client: desk.client.clone() };
    closed.engagement = desk.engaged(package(20, json!({}))).await;
    closed.post(&closed.of("periods/1/close"), Value::Null).await.expect(200);
    let refused = closed.post(&closed.of("extensions"), body(json!(1))).await.expect(409).json();
    assert_eq!(refused["code"], json!("period_closed"));
    // An account that has grown too long since to be read as a whole takes it all the same.
    let weeks = package(1, json!({"period": "week"}));
    let long = json!({"client_id": desk.client, "title": "Lang", "starts_on": "2007-07-02", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", long).await.expect(201).json());
    let (path, tag) = desk.ask(&desk.anna, 60, json!({"period_seq": 1})).await;
    desk.at(&server, "2026-12-10T10:00:00Z").await;
    approve(&desk.anna, &(path, tag), json!({"note": "Ja."})).await.expect(200);
    let weeks = package(1, json!({"period": "week"}));
    let long = json!({"client_id": desk.client, "title": "Lang", "starts_on": "1990-01-22", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", long).await.expect(201).json());
    let refused = desk.post(&desk.of("extensions"), body(Value::Null)).await.expect(409).json();
    assert_eq!(refused["code"], json!("too_many_periods"));
}

#[on_both]
async fn whoever_is_to_answer_is_told_by_mail(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    server.mail_to("klara@example.com").await;
    desk.ask(&desk.anna, 60, json!({"reason": "Der Abschluss."})).await;
    let mail = server.mail_to("klara@example.com").await;
    assert!(mail.contains("60 weitere Minuten") && mail.contains("Der Abschluss."), "{mail}");
    desk.post(&desk.of("blocks"), json!({"minutes": 600})).await.expect(201);
    let mail = server.mail_to("klara@example.com").await;
    assert!(mail.contains("600 Minuten auf Vorrat"), "{mail}");
    desk.ask(&klara, 90, json!({"reason": "Noch ein Brief."})).await;
    let mail = server.mail_to("anna@example.com").await;
    assert!(mail.contains("90 weitere Minuten") && mail.contains("Noch ein Brief."), "{mail}");
    let kinds = desk.get("/v1/mails").await;
    let kinds: Vec<&Value> = kinds["data"].as_array().unwrap().iter().map(|mail| &mail["kind"]).collect();
    assert_eq!(kinds[..3], ["extension_request", "block_offer", "extension_request"]);
}
