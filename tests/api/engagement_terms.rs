//! New versions of an engagement's terms: proposed, answered, in force from their day on.

use crate::{
    client::{Reply, TestClient},
    engagements::{act, active, draft},
    people::{changes_of, id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

/// Proposes hourly terms from a day on.
pub async fn propose(assistant: &TestClient, engagement: &str, from: &str, rate: i64) -> Reply {
    let body =
        json!({"effective_from": from, "reason": "Neues Jahr", "terms": {"kind": "hourly", "rate_minor": rate}});
    assistant.post(&format!("/v1/engagements/{engagement}/terms")).json(&body).send().await
}

/// Answers proposed terms, or takes them back.
pub async fn answer(by: &TestClient, terms: &Value, answer: &str) -> Reply {
    let path = format!("/v1/engagements/{}/terms/{}", terms["engagement_id"].as_str().unwrap(), id(terms));
    let tag = by.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
    let request = by.post(&format!("{path}/{answer}")).header("if-match", &tag);
    if answer == "withdraw" {
        request.send().await
    } else {
        request.json(&json!({"note": "Am Telefon."})).send().await
    }
}

async fn running(server: &Server) -> (TestClient, String) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let engagement = id(&active(&anna, &client, "Büro").await);
    (anna, engagement)
}

#[on_both]
async fn accepted_terms_count_from_their_day_on(server: Server) {
    let (anna, engagement) = running(&server).await;
    let path = format!("/v1/engagements/{engagement}");
    let before = anna.get(&path).send().await.json();
    let made = propose(&anna, &engagement, "2026-04-01", 5000).await.expect(201);
    let (location, made) = (made.header("location").unwrap().to_owned(), made.json());
    assert_eq!(anna.get(&location).send().await.expect(200).json(), made);
    assert_eq!(
        (&made["status"], &made["allowed_actions"]),
        (&json!("proposed"), &json!(["accept", "decline", "withdraw"]))
    );
    let waiting = anna.get(&path).send().await.json();
    assert_eq!(waiting["pending_terms_ids"], json!([made["id"]]));
    assert_eq!(
        (&waiting["version"], &waiting["terms"]),
        (&json!(before["version"].as_i64().unwrap() + 1), &before["terms"])
    );
    let accepted = answer(&anna, &made, "accept").await.expect(200).json();
    assert_eq!(
        (&accepted["status"], &accepted["accepted_elsewhere"], &accepted["lock"]["reason"]),
        (&json!("accepted"), &json!(true), &json!("accepted"))
    );
    let today = anna.get(&path).send().await.json();
    assert_eq!((&today["terms_id"], &today["pending_terms_ids"]), (&before["terms_id"], &json!([])));
    server.app.clock.set("2026-03-31T21:59:00Z".parse().unwrap());
    assert_eq!(anna.get(&path).bearer(&token(&server).await).send().await.json()["terms"]["rate_minor"], 4500);
    // Midnight in Berlin, in summer time.
    server.app.clock.set("2026-03-31T22:00:00Z".parse().unwrap());
    let then = anna.get("/v1/engagements").bearer(&token(&server).await).send().await.expect(200).json();
    assert_eq!(
        (&then["data"][0]["terms"]["rate_minor"], &then["data"][0]["terms_id"]),
        (&json!(5000), &made["id"])
    );
    assert_eq!(then["data"][0]["terms_effective_from"], "2026-04-01");
}

#[on_both]
async fn the_rate_of_a_day_is_that_of_the_terms_then(server: Server) {
    let (anna, engagement) = running(&server).await;
    for (from, rate, verdict) in [
        ("2026-03-10", 5000, "accept"),
        ("2026-03-20", 9000, "decline"),
        ("2026-03-20", 5500, "accept"),
        ("2026-04-01", 9000, "withdraw"),
    ] {
        let made = propose(&anna, &engagement, from, rate).await.expect(201).json();
        answer(&anna, &made, verdict).await.expect(200);
    }
    server.app.clock.set("2026-04-20T08:00:00Z".parse().unwrap());
    let token = token(&server).await;
    for (day, rate) in [
        ("2026-02-01", 4500),
        ("2026-03-09", 4500),
        ("2026-03-10", 5000),
        ("2026-03-19", 5000),
        ("2026-03-20", 5500),
        ("2026-04-20", 5500),
    ] {
        let work = json!({"engagement_id": engagement, "work_date": day, "duration_seconds": 3600});
        let noted = anna.post("/v1/time-entries").bearer(&token).json(&work).send().await.expect(201).json();
        assert_eq!((&noted["rate_minor"], &noted["amount_minor"]), (&json!(rate), &json!(rate)), "{day}");
    }
}

#[on_both]
async fn new_terms_must_fit_the_engagement(server: Server) {
    let (anna, engagement) = running(&server).await;
    let path = format!("/v1/engagements/{engagement}/terms");
    let wrong = json!({"effective_from": "2026-01-31", "terms": {"kind": "retainer", "price_minor": 1, "currency": "CHF", "rate_minor": 1}});
    let refused = anna.post(&path).json(&wrong).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/effective_from", "/terms/currency", "/terms/kind", "/terms/rate_minor"]);
    anna.patch(&format!("/v1/engagements/{engagement}"))
        .json(&json!({"ends_on": "2026-12-31"}))
        .send()
        .await
        .expect(200);
    let late = propose(&anna, &engagement, "2027-01-01", 5000).await.expect(422).json();
    assert_eq!(
        (pointers(&late), &late["errors"][0]["code"]),
        (vec!["/effective_from".to_owned()], &json!("too_late"))
    );
    assert_eq!(
        pointers(&anna.post(&path).json(&json!({})).send().await.expect(422).json()),
        ["/effective_from", "/terms"]
    );
}

#[on_both]
async fn billing_periods_change_on_the_first_day_of_one(server: Server) {
    let (anna, engagement) = running(&server).await;
    let path = format!("/v1/engagements/{engagement}/terms");
    let counted = async |from: &str, period: Value| {
        let mut terms = json!({"kind": "hourly", "rate_minor": 5000});
        terms.as_object_mut().unwrap().extend(period.as_object().unwrap().clone());
        anna.post(&path).json(&json!({"effective_from": from, "terms": terms})).send().await
    };
    for other in [
        json!({"period": "quarter"}),
        json!({"period": "half_year", "anchor_month": 3}),
        json!({"period_count": 2}),
        json!({"anchor_day": 10}),
    ] {
        let refused = counted("2026-03-10", other).await.expect(422).json();
        let fault = &refused["errors"][0];
        assert_eq!(
            (pointers(&refused), &fault["code"]),
            (vec!["/effective_from".into()], &json!("not_a_period_start"))
        );
        assert!(fault["detail"].as_str().unwrap().contains("2026-04-01"), "{fault}");
    }
    let foreign = counted("2026-04-01", json!({"anchor_month": 4})).await.expect(422).json();
    assert_eq!(
        (pointers(&foreign), &foreign["errors"][0]["code"]),
        (vec!["/terms/anchor_month".into()], &json!("foreign_to_kind"))
    );
    // Both fit the months of today; the quarters that are accepted first leave no room for the other.
    let late = counted("2026-05-01", json!({"period": "year"})).await.expect(201).json();
    let quarters = counted("2026-04-01", json!({"period": "quarter"})).await.expect(201).json();
    assert_eq!((&quarters["terms"]["period_count"], &quarters["terms"]["anchor_month"]), (&json!(1), &json!(1)));
    answer(&anna, &quarters, "accept").await.expect(200);
    let refused = answer(&anna, &late, "accept").await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("terms_superseded"), &json!(["decline", "withdraw"]))
    );
    let dearer = counted("2026-05-12", json!({"period": "quarter"})).await.expect(201).json();
    answer(&anna, &dearer, "accept").await.expect(200);
}

#[on_both]
async fn only_a_running_engagement_gets_new_terms(server: Server) {
    let (anna, engagement) = running(&server).await;
    let client = anna.get(&format!("/v1/engagements/{engagement}")).send().await.json()["client_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let drafted = id(&draft(&anna, &client, "B").await);
    let refused = propose(&anna, &drafted, "2026-04-01", 5000).await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("action_not_allowed"), &json!(["edit", "propose", "delete"]))
    );
    let made = propose(&anna, &engagement, "2026-04-01", 5000).await.expect(201).json();
    act(&anna, &engagement, "end").await.expect(200);
    let refused = answer(&anna, &made, "accept").await.expect(409).json();
    assert_eq!((&refused["code"], &refused["allowed_actions"]), (&json!("action_not_allowed"), &json!([])));
    propose(&anna, &engagement, "2026-04-01", 5000).await.expect(409);
}

#[on_both]
async fn an_answer_to_terms_binds_and_is_final(server: Server) {
    let (anna, engagement) = running(&server).await;
    let made = propose(&anna, &engagement, "2026-04-01", 5000).await.expect(201).json();
    let path = format!("/v1/engagements/{engagement}/terms/{}", id(&made));
    let note = json!({"note": "Am Telefon."});
    anna.post(&format!("{path}/accept")).json(&note).send().await.expect(428);
    anna.post(&format!("{path}/accept")).header("if-match", "*").json(&note).send().await.expect(428);
    anna.post(&format!("{path}/accept")).header("if-match", "\"7-0\"").json(&note).send().await.expect(412);
    let unsaid = anna.post(&format!("{path}/accept")).header("if-match", "\"1-0\"").json(&json!({}));
    assert_eq!(pointers(&unsaid.send().await.expect(422).json()), ["/note"]);
    let calls = (0..50).map(|_| async {
        anna.post(&format!("{path}/accept")).header("if-match", "\"1-0\"").json(&note).send().await.status
    });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412), "{statuses:?}");
    for verdict in ["accept", "decline", "withdraw"] {
        assert_eq!(answer(&anna, &made, verdict).await.expect(409).json()["code"], "action_not_allowed");
    }
    let events = anna.get(&format!("/v1/events?resource_id={}", id(&made))).send().await.expect(200).json();
    let types: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["terms.accepted", "terms.proposed"]);
}

#[on_both]
async fn what_lies_before_the_terms_in_force_stays(server: Server) {
    let (anna, engagement) = running(&server).await;
    let overtaken = propose(&anna, &engagement, "2026-02-15", 9000).await.expect(201).json();
    let agreed = propose(&anna, &engagement, "2026-03-01", 5000).await.expect(201).json();
    answer(&anna, &agreed, "accept").await.expect(200);
    let refused = answer(&anna, &overtaken, "accept").await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("terms_superseded"), &json!(["decline", "withdraw"]))
    );
    let path = format!("/v1/engagements/{engagement}/terms");
    let one = anna.get(&format!("{path}/{}", id(&overtaken))).send().await.expect(200).json();
    let listed = anna.get(&format!("{path}?status=proposed")).send().await.expect(200).json();
    assert_eq!((&one["allowed_actions"], &listed["data"][0]), (&json!(["decline", "withdraw"]), &one));
    answer(&anna, &overtaken, "withdraw").await.expect(200);
    assert_eq!(
        propose(&anna, &engagement, "2026-02-28", 9000).await.expect(422).json()["errors"][0]["code"],
        "too_early"
    );
    let again = propose(&anna, &engagement, "2026-03-01", 5200).await.expect(201).json();
    answer(&anna, &again, "accept").await.expect(200);
    let now = anna.get(&format!("/v1/engagements/{engagement}")).send().await.json();
    assert_eq!(now["terms"]["rate_minor"], 5200, "of two from the same day the later accepted one counts");
}

#[on_both]
async fn who_follows_an_engagement_learns_that_its_terms_moved(server: Server) {
    let (anna, engagement) = running(&server).await;
    let path = format!("/v1/engagements/{engagement}");
    let newest = || async {
        anna.get(&format!("/v1/events?resource_id={engagement}&limit=1")).send().await.expect(200).json()["data"]
            [0]
        .clone()
    };
    for (verdict, rate) in [("accept", 5000), ("decline", 6000), ("withdraw", 7000)] {
        let made = propose(&anna, &engagement, "2026-03-01", rate).await.expect(201).json();
        let told = newest().await;
        assert_eq!(
            (&told["type"], &told["data"]),
            (&json!("engagement.updated"), &anna.get(&path).send().await.json())
        );
        assert_eq!(changes_of(&told)["pending_terms_ids"]["after"], json!([made["id"]]));
        // Declining binds nobody to what was seen: without a tag and without words.
        match verdict {
            "decline" => drop(anna.post(&format!("{path}/terms/{}/decline", id(&made))).send().await.expect(200)),
            _ => drop(answer(&anna, &made, verdict).await.expect(200)),
        }
        let told = newest().await;
        assert_eq!(
            (&told["type"], &told["data"]),
            (&json!("engagement.updated"), &anna.get(&path).send().await.json())
        );
    }
    assert_eq!(anna.get(&path).send().await.json()["terms"]["rate_minor"], 5000);
}

#[on_both]
async fn versions_are_listed_and_followed(server: Server) {
    let (anna, engagement) = running(&server).await;
    let path = format!("/v1/engagements/{engagement}/terms");
    let as_of = anna.get(&path).send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let late = id(&propose(&anna, &engagement, "2026-06-01", 6000).await.expect(201).json());
    let soon = id(&propose(&anna, &engagement, "2026-04-01", 5000).await.expect(201).json());
    let all = anna.get(&format!("{path}?include=total_count&sort=effective_from")).send().await.expect(200).json();
    assert_eq!((&ids(&all)[1..], &all["total_count"]), (&[soon.clone(), late.clone()][..], &json!(3)));
    assert_eq!(
        ids(&anna.get(&format!("{path}?status=proposed")).send().await.expect(200).json()),
        [soon.clone(), late.clone()]
    );
    let changed = ids(&anna.get(&format!("{path}?updated_since={as_of}")).send().await.expect(200).json());
    assert_eq!(changed[1..], [late, soon], "the instant itself is included");
    anna.get(&format!("{path}/01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90")).send().await.expect(404);
}

/// A token of anna's that is good at the server's present time.
async fn token(server: &Server) -> String {
    let login = json!({"email": "anna@example.com", "password": crate::people::PASSWORD});
    let answer = server.client.post("/v1/auth/login").json(&login).send().await.expect(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}
