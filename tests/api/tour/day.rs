//! The tour itself: the assistant Jana, her colleague, and Tom at her client, who do everything once.

use super::{Tour, links, packages, step};
use crate::people::{PASSWORD, id, new_client};
use serde_json::{Value, json};

/// Everything once.
pub async fn go(tour: &mut Tour) {
    accounts(tour).await;
    let client = clients(tour).await;
    people(tour, &client).await;
    let engagement = engagements(tour, &client).await;
    terms(tour, &engagement).await;
    let task = tasks(tour, &client, &engagement).await;
    comments(tour, &task).await;
    time(tour, &engagement).await;
    packages::packages(tour, &engagement).await;
    links::balance_links(tour, &engagement).await;
    links::shares(tour, &client).await;
    system(tour).await;
    ends(tour, &client).await;
}

/// The token answer's access token as a caller.
fn caller(tour: &Tour, answer: &Value) -> crate::client::TestClient {
    tour.nobody.with_bearer(answer["access_token"].as_str().expect("an access token"))
}

async fn accounts(tour: &mut Tour) {
    let nobody = tour.nobody.clone();
    let account = json!({
        "email": "jana@example.com", "password": PASSWORD, "name": "Jana Vogt", "workspace_name": "Büro Vogt",
        "time_zone": "Europe/Berlin", "currency": "EUR", "language": "de",
    });
    let registered = tour.call(&nobody, step("register_account").body(account)).await;
    tour.jana = caller(tour, &registered);
    outsiders(tour).await;
    let login = json!({"email": "jana@example.com", "password": PASSWORD});
    let tokens = tour.call(&nobody, step("log_in").body(login)).await;
    let fresh = json!({"refresh_token": tokens["refresh_token"]});
    let fresh = tour.call(&nobody, step("refresh_session").body(fresh)).await;
    let jana = tour.jana.clone();
    let key = json!({"name": "Zapier", "scopes": ["clients:read", "time:read"]});
    let key = tour.call(&jana, step("create_api_key").body(key)).await;
    tour.call(&jana, step("list_api_keys").query("limit=1")).await;
    tour.call(&jana, step("get_api_key").at("api_key_id", &key["id"])).await;
    tour.call(&nobody, step("log_out").body(json!({"refresh_token": fresh["refresh_token"]}))).await;
    tour.call(&jana, step("get_me")).await;
    tour.call(&jana, step("update_me").body(json!({"name": "Jana Vogt-Peters"}))).await;
    tour.call(&jana, step("get_workspace")).await;
    let settings = json!({"name": "Büro Vogt-Peters", "overlap_policy": "warn"});
    tour.call(&jana, step("update_workspace").body(settings)).await;
    let other = json!({"name": "Schreibstube Altona", "currency": "EUR"});
    let other = tour.call(&jana, step("create_workspace").body(other)).await;
    tour.call(&jana, step("list_workspaces")).await;
    tour.call(&jana, step("get_other_workspace").at("workspace_id", &other["id"])).await;
    let sessions = tour.call(&jana, step("list_sessions")).await;
    assert_eq!(sessions["data"].as_array().map(Vec::len), Some(1));
}

/// Those who may not do what others do.
async fn outsiders(tour: &mut Tour) {
    let jana = tour.jana.clone();
    tour.colleague = tour.server.colleague(&jana, "berta").await;
    let other = id(&new_client(&jana, "Praxis Nord").await);
    tour.outsider = tour.server.client_member(&jana, &other, "ole").await;
    let scopes = jana.get("/v1/me").send().await.expect(200).json()["scopes"].clone();
    let scopes: Vec<&str> = scopes.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    tour.robot = tour.server.automation(&jana, &scopes).await;
    tour.of_events = tour.server.automation(&jana, &["events:read"]).await;
    tour.of_clients = tour.server.automation(&jana, &["clients:read"]).await;
}

async fn clients(tour: &mut Tour) -> Value {
    let jana = tour.jana.clone();
    let new = json!({
        "name": "Tischlerei Müller", "kind": "sole_trader", "email": "anna@example.com", "payment_term_days": 14,
        "billing_address": {"line1": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
        "tags": ["handwerk"], "internal_note": "Ruft am liebsten vormittags zurück.",
    });
    let client = tour.call(&jana, step("create_client").body(new)).await["id"].clone();
    let tom = tour.server.client_member(&jana, client.as_str().unwrap(), "tom").await;
    tour.tom = tom;
    tour.call(&jana, step("get_client").at("client_id", &client)).await;
    let patch = json!({"payment_term_days": 30, "client_note": null});
    tour.call(&jana, step("update_client").at("client_id", &client).body(patch)).await;
    tour.call(&jana, step("list_clients").query("status=active&sort=name")).await;
    let found = json!({"name": "Praxis Dr. Özdemir"});
    let upsert = |body: &Value| {
        step("upsert_client").at("source", &json!("hubspot")).at("ref", &json!("4711")).body(body.clone())
    };
    let other = tour.call(&jana, upsert(&found)).await["id"].clone();
    tour.call(&jana, upsert(&json!({"name": "Praxis Dr. Özdemir", "status": "active"}))).await;
    tour.call(&jana, step("archive_client").at("client_id", &other)).await;
    tour.call(&jana, step("unarchive_client").at("client_id", &other)).await;
    tour.call(&jana, step("delete_client").at("client_id", &other)).await;
    let new = json!({
        "name": "Anna Müller", "email": "anna@example.com", "phone": "+4940123456", "function": "Inhaberin",
        "is_primary": true,
    });
    let contact = tour.call(&jana, step("create_contact").at("client_id", &client).body(new)).await["id"].clone();
    let at = |operation| step(operation).at("client_id", &client);
    tour.call(&jana, at("list_contacts")).await;
    tour.call(&jana, at("get_contact").at("contact_id", &contact)).await;
    tour.call(
        &jana,
        at("update_contact").at("contact_id", &contact).body(json!({"function": "Geschäftsführerin"})),
    )
    .await;
    let new = json!({"kind": "whatsapp", "address": "+4915112345678", "purpose": "dringend", "preference": 1});
    let channel = tour.call(&jana, at("create_channel").body(new)).await["id"].clone();
    tour.call(&jana, at("list_channels").query("kind=whatsapp,signal")).await;
    tour.call(&jana, at("get_channel").at("channel_id", &channel)).await;
    tour.call(&jana, at("update_channel").at("channel_id", &channel).body(json!({"preference": 2}))).await;
    tour.call(&jana, step("list_channel_kinds").query("limit=2")).await;
    tour.call(&jana, at("delete_channel").at("channel_id", &channel)).await;
    tour.call(&jana, at("delete_contact").at("contact_id", &contact)).await;
    client
}

async fn people(tour: &mut Tour, client: &Value) {
    let (jana, nobody) = (tour.jana.clone(), tour.nobody.clone());
    tour.call(&jana, step("list_members")).await;
    let members = jana.get("/v1/members?sort=name").send().await.expect(200).json();
    let of = |name: &str| {
        let member = members["data"].as_array().unwrap().iter().find(|member| member["name"] == name).unwrap();
        member["id"].clone()
    };
    let berta = of("berta");
    tour.call(&jana, step("get_member").at("member_id", &berta)).await;
    tour.call(&jana, step("update_member").at("member_id", &berta).body(json!({"rate_minor": 4500}))).await;
    let new = json!({"email": "eva@example.com", "role": "client", "client_id": client, "name": "Eva Berger"});
    let invitation = tour.call(&jana, step("create_invitation").body(new)).await;
    // What the invitation's mail holds is not the token of a reset.
    tour.server.mailed_token("eva@example.com").await;
    tour.call(&jana, step("list_invitations").query("status=pending")).await;
    tour.call(&jana, step("get_invitation").at("invitation_id", &invitation["id"])).await;
    let accepted = json!({"token": invitation["token"], "name": "Eva Berger", "password": PASSWORD});
    let eva = tour.call(&nobody, step("accept_invitation").body(accepted)).await;
    let eva = caller(tour, &eva);
    let other = json!({"email": "kai@example.com", "role": "assistant"});
    let other = jana.post("/v1/invitations").json(&other).send().await.expect(201).json();
    tour.call(&jana, step("revoke_invitation").at("invitation_id", &other["id"])).await;
    // Eva's own account.
    tour.call(&eva, step("list_sessions")).await;
    let change = json!({"current_password": PASSWORD, "new_password": "Herbstlaub-an-der-Elbe8"});
    tour.call(&eva, step("change_password").body(change)).await;
    tour.call(&nobody, step("request_password_reset").body(json!({"email": "eva@example.com"}))).await;
    let token = tour.server.mailed_token("eva@example.com").await;
    let reset = json!({"token": token, "password": PASSWORD});
    tour.call(&nobody, step("reset_password").body(reset)).await;
    let back = json!({"email": "eva@example.com", "password": PASSWORD});
    let back = nobody.post("/v1/auth/login").json(&back).send().await.expect(200).json();
    let eva = caller(tour, &back);
    eva.patch("/v1/me").json(&json!({"email": "eva.berger@example.com"})).send().await.expect(200);
    let token = tour.server.mailed_token("eva.berger@example.com").await;
    tour.call(&nobody, step("confirm_email").body(json!({"token": token}))).await;
    let me = eva.get("/v1/me").send().await.expect(200).json();
    let session = eva.get("/v1/sessions").send().await.expect(200).json()["data"][0]["id"].clone();
    tour.call(&jana, step("remove_member").at("member_id", &me["member_id"])).await;
    let _ = session;
    let mine = jana.get("/v1/sessions").send().await.expect(200).json()["data"][0]["id"].clone();
    let login = json!({"email": "jana@example.com", "password": PASSWORD});
    let second = nobody.post("/v1/auth/login").json(&login).send().await.expect(200).json();
    let second = caller(tour, &second);
    tour.call(&second, step("revoke_session").at("session_id", &mine)).await;
    tour.jana = second;
    let jana = tour.jana.clone();
    tour.call(&jana, step("list_mails").query("limit=1")).await;
}

async fn engagements(tour: &mut Tour, client: &Value) -> Value {
    let (jana, tom) = (tour.jana.clone(), tour.tom.clone());
    let new = json!({
        "client_id": client, "title": "Büropaket 20 Stunden", "starts_on": "2026-02-01",
        "terms": {"kind": "retainer", "price_minor": 90000, "included_minutes": 1200, "carry": "all", "carry_expires_after": 1},
    });
    let made = tour.call(&jana, step("create_engagement").body(new)).await["id"].clone();
    let at = |operation| step(operation).at("engagement_id", &made);
    tour.call(&jana, at("update_engagement").body(json!({"description": "Post, Termine, Belege."}))).await;
    tour.call(&jana, at("propose_engagement")).await;
    tour.call(&jana, at("withdraw_engagement")).await;
    jana.post(&format!("/v1/engagements/{}/propose", made.as_str().unwrap())).send().await.expect(200);
    let (_, tag) = tour.call_tagged(&tom, at("get_engagement")).await;
    tour.call(&tom, at("accept_engagement").if_match(&tag).body(json!({"note": "Sehr gern."}))).await;
    tour.call(&jana, at("pause_engagement").body(json!({"on": "2026-03-02"}))).await;
    tour.call(&jana, at("resume_engagement")).await;
    tour.call(&jana, step("list_engagements").query("status=active,paused&expand=client")).await;
    let other = json!({
        "client_id": client, "title": "Webseite", "starts_on": "2026-03-01",
        "terms": {"kind": "project", "price_minor": 240000},
    });
    let upsert = step("upsert_engagement").at("source", &json!("trello")).at("ref", &json!("card-17")).body(other);
    let other = tour.call(&jana, upsert).await["id"].clone();
    let upsert = step("upsert_engagement").at("source", &json!("trello")).at("ref", &json!("card-17"));
    tour.call(&jana, upsert.body(json!({"title": "Neue Webseite"}))).await;
    jana.post(&format!("/v1/engagements/{}/propose", other.as_str().unwrap())).send().await.expect(200);
    tour.call(
        &tom,
        step("decline_engagement").at("engagement_id", &other).body(json!({"note": "Erst im Herbst."})),
    )
    .await;
    let third = json!({
        "client_id": client, "title": "Probe", "starts_on": "2026-03-01",
        "terms": {"kind": "hourly", "rate_minor": 4500},
    });
    let third = jana.post("/v1/engagements").json(&third).send().await.expect(201).json()["id"].clone();
    tour.call(&jana, step("delete_engagement").at("engagement_id", &third)).await;
    made
}

async fn terms(tour: &mut Tour, engagement: &Value) {
    let (jana, tom) = (tour.jana.clone(), tour.tom.clone());
    let new = |from: &str| {
        json!({
            "effective_from": from, "reason": "Anpassung zum neuen Quartal",
            "terms": {"kind": "retainer", "price_minor": 96000, "included_minutes": 1200, "carry": "all", "carry_expires_after": 1},
        })
    };
    let at = |operation| step(operation).at("engagement_id", engagement);
    let made = tour.call(&jana, at("propose_terms").body(new("2026-03-01"))).await["id"].clone();
    let of = |operation| step(operation).at("engagement_id", engagement).at("terms_id", &made);
    let (_, tag) = tour.call_tagged(&tom, of("get_terms")).await;
    tour.call(&tom, of("accept_terms").if_match(&tag).body(json!({"note": "Einverstanden."}))).await;
    tour.call(&jana, at("list_terms")).await;
    tour.call(&jana, of("apply_terms")).await;
    for operation in ["decline_terms", "withdraw_terms"] {
        let path = format!("/v1/engagements/{}/terms", engagement.as_str().unwrap());
        let made = jana.post(&path).json(&new("2026-07-01")).send().await.expect(201).json()["id"].clone();
        let answer = step(operation).at("engagement_id", engagement).at("terms_id", &made);
        match operation {
            "decline_terms" => tour.call(&tom, answer.body(json!({"note": "Bitte erst im Herbst."}))).await,
            _ => tour.call(&jana, answer).await,
        };
    }
}

async fn tasks(tour: &mut Tour, client: &Value, engagement: &Value) -> Value {
    let (jana, tom) = (tour.jana.clone(), tour.tom.clone());
    let new = json!({
        "client_id": client, "engagement_id": engagement, "title": "Belege für Februar sortieren",
        "description": "Alles aus dem **roten** Ordner, nach Datum.", "area": "Buchhaltung", "priority": "high",
        "due_on": "2026-03-06", "estimated_minutes": 90, "checklist": [{"title": "Belege einscannen"}],
        "tags": ["monatlich"],
    });
    let task = tour.call(&jana, step("create_task").body(new)).await["id"].clone();
    let at = |operation| step(operation).at("task_id", &task);
    tour.call(&jana, at("get_task")).await;
    tour.call(&jana, at("update_task").body(json!({"due_on": "2026-03-09", "tags": ["monatlich", "steuer"]})))
        .await;
    tour.call(&jana, step("list_tasks").query("status=todo,in_progress&sort=due_on")).await;
    tour.call(&jana, at("start_task")).await;
    tour.call(&jana, at("wait_for_client").body(json!({"question": "Fehlt der Beleg vom 3. Februar?"}))).await;
    tour.call(&tom, at("answer_task").body(json!({"text": "Er liegt im Büro."}))).await;
    jana.post(&format!("/v1/tasks/{}/start", task.as_str().unwrap())).send().await.expect(200);
    tour.call(&jana, at("submit_task")).await;
    tour.call(&tom, at("return_task").body(json!({"reason": "Der Beleg vom 3. Februar fehlt noch."}))).await;
    jana.post(&format!("/v1/tasks/{}/submit", task.as_str().unwrap())).send().await.expect(200);
    tour.call(&tom, at("approve_task")).await;
    tour.call(&jana, at("reopen_task")).await;
    tour.call(&jana, at("complete_task")).await;
    let wish = async || {
        tom.post("/v1/tasks").json(&json!({"title": "Reise buchen"})).send().await.expect(201).json()["id"].clone()
    };
    let (first, second, third) = (wish().await, wish().await, wish().await);
    tour.call(&jana, step("accept_task").at("task_id", &first)).await;
    tour.call(
        &jana,
        step("decline_task").at("task_id", &second).body(json!({"reason": "Im März ist leider kein Platz mehr."})),
    )
    .await;
    tour.call(&tom, step("cancel_task").at("task_id", &third).body(json!({"reason": "Hat sich erledigt."}))).await;
    let upsert =
        |body: Value| step("upsert_task").at("source", &json!("zapier")).at("ref", &json!("Row 12")).body(body);
    let found = json!({"client_id": client, "title": "Newsletter für April", "due_on": "2026-03-20"});
    let other = tour.call(&jana, upsert(found)).await["id"].clone();
    tour.call(&jana, upsert(json!({"due_on": "2026-03-23"}))).await;
    tour.call(&jana, step("delete_task").at("task_id", &other)).await;
    task
}

async fn comments(tour: &mut Tour, task: &Value) {
    let jana = tour.jana.clone();
    let at = |operation| step(operation).at("task_id", task);
    let new = json!({"text": "Die Belege liegen im **roten** Ordner."});
    let comment = tour.call(&jana, at("create_comment").body(new)).await["id"].clone();
    tour.call(&jana, at("list_comments")).await;
    tour.call(&jana, at("get_comment").at("comment_id", &comment)).await;
    tour.call(
        &jana,
        at("update_comment").at("comment_id", &comment).body(json!({"text": "Sie liegen im **blauen** Ordner."})),
    )
    .await;
    tour.call(&jana, at("delete_comment").at("comment_id", &comment)).await;
}

async fn time(tour: &mut Tour, engagement: &Value) {
    let jana = tour.jana.clone();
    tour.call(&jana, step("start_timer").body(json!({"description": "Posteingang"}))).await;
    tour.call(&jana, step("get_timer")).await;
    tour.server.pass(120);
    tour.call(&jana, step("pause_timer")).await;
    tour.server.pass(60);
    tour.call(&jana, step("resume_timer")).await;
    tour.server.pass(120);
    let stopped = tour.call(&jana, step("stop_timer").body(json!({"description": "Posteingang sortiert"}))).await;
    let entry = stopped["stopped"]["id"].clone();
    let patch = json!({"engagement_id": engagement, "description": "Posteingang sortiert und beantwortet"});
    tour.call(&jana, step("update_time_entry").at("time_entry_id", &entry).body(patch)).await;
    let new = json!({
        "engagement_id": engagement, "started_local": "2026-03-02T08:15", "ended_local": "2026-03-02T09:40",
        "description": "Belege für Februar sortiert", "tags": ["belege"],
    });
    let noted = tour.call(&jana, step("create_time_entry").body(new)).await["id"].clone();
    tour.call(&jana, step("get_time_entry").at("time_entry_id", &noted)).await;
    let split = json!({"split_after_seconds": 1800});
    let parts = tour.call(&jana, step("split_time_entry").at("time_entry_id", &noted).body(split)).await;
    tour.call(&jana, step("delete_time_entry").at("time_entry_id", &parts["second"]["id"])).await;
    let list =
        step("list_time_entries").query("work_date_from=2026-03-01&work_date_until=2026-04-01&include=totals");
    tour.call(&jana, list).await;
    tour.call(&jana, step("export_time_entries").query("work_date_from=2026-03-01")).await;
    let bulk = json!({"atomic": false, "operations": [
        {"op": "create", "data": {"engagement_id": engagement, "work_date": "2026-03-01", "duration_seconds": 5400}},
        {"op": "update", "id": entry, "data": {"description": "Belege sortiert"}},
        {"op": "delete", "id": parts["first"]["id"]},
    ]});
    tour.call(&jana, step("bulk_time_entries").body(bulk)).await;
    let running = jana.post("/v1/timer/start").json(&json!({})).send().await.expect(200).json();
    tour.server.pass(60);
    let stop = json!({"description": "Telefonat mit der Bank"});
    tour.call(&jana, step("stop_time_entry").at("time_entry_id", &running["running"]["id"]).body(stop)).await;
}

async fn system(tour: &mut Tour) {
    let (jana, nobody) = (tour.jana.clone(), tour.nobody.clone());
    let events = tour.call(&jana, step("list_events").query("type=client.created,client.updated&limit=2")).await;
    tour.call(&jana, step("get_event").at("event_id", &events["data"][0]["id"])).await;
    tour.call(&jana, step("list_event_types").query("limit=2")).await;
    for operation in ["get_health", "get_readiness", "get_metrics", "get_jwks"] {
        tour.call(&nobody, step(operation)).await;
    }
}

async fn ends(tour: &mut Tour, _client: &Value) {
    let jana = tour.jana.clone();
    let engagements = jana.get("/v1/engagements?status=active").send().await.expect(200).json();
    let engagement = engagements["data"][0]["id"].clone();
    let end = step("end_engagement").at("engagement_id", &engagement).body(json!({"on": "2026-03-02"}));
    tour.call(&jana, end).await;
    tour.call(&jana, step("archive_engagement").at("engagement_id", &engagement)).await;
    let keys = jana.get("/v1/api-keys").send().await.expect(200).json();
    let colleague = tour.colleague.clone();
    let members = jana.get("/v1/members").send().await.expect(200).json();
    let members = members["data"].as_array().unwrap().clone();
    let berta = members.iter().find(|member| member["name"] == "berta").unwrap()["id"].clone();
    let me = jana.get("/v1/me").send().await.expect(200).json()["member_id"].clone();
    let of_her_own = format!("/v1/members/{}/make-owner", me.as_str().unwrap());
    let again = || jana.post(&of_her_own).header("idempotency-key", "own");
    again().send().await.expect(200);
    again().body("application/json", "{ }").send().await.expect(422);
    tour.call(&jana, step("make_owner").at("member_id", &berta)).await;
    colleague.post(&format!("/v1/members/{}/make-owner", me.as_str().unwrap())).send().await.expect(200);
    let reader = &keys["data"].as_array().unwrap()[0]["id"];
    tour.call(&jana, step("revoke_api_key").at("api_key_id", reader)).await;
    tour.call(&jana, step("delete_workspace")).await;
}
