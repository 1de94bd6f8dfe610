//! Bodies about clients, engagements, tasks and share links.

use super::{
    Case,
    breaks::{Break, REMOVED, rule},
    world::{UNKNOWN, World},
};
use crate::client::TestClient;
use serde_json::{Value, json};

fn case(operation: &'static str, by: &TestClient, path: String, body: Value, rules: Vec<Break>) -> Case {
    Case { operation, by: by.clone(), path, body, rules }
}

fn repeated_tags() -> Break {
    rule(json!({"/tags": ["wichtig", "Wichtig"]}), &[])
}

fn lone_reference() -> Break {
    rule(json!({"/external_ref": "4711"}), &["/external_source"])
}

/// What is wrong with the terms at a place.
fn terms_rules(at: &str) -> Vec<Break> {
    let at = |member: &str| format!("{at}/{member}");
    vec![
        rule(json!({at("price_minor"): 1, at("carry"): "all"}), &["/terms/kind", "/default_terms/kind"]),
        rule(json!({at("currency"): "USD"}), &["/client_id", "/currency"]),
        rule(json!({at("cap_minutes"): 60, at("cap_minor"): 100}), &["/terms/kind", "/default_terms/kind"]),
        rule(json!({at("period"): "week", at("anchor_day"): 9}), &[]),
        rule(json!({at("period"): "month", at("anchor_month"): 4}), &[]),
        rule(json!({at("alerts_percent"): [80, 80]}), &[]),
    ]
}

/// An increment alone, where no mode stands already.
fn lone_increment(at: &str) -> Break {
    rule(json!({format!("{at}/rounding"): {"increment_minutes": 15}}), &[])
}

pub fn cases(world: &World) -> Vec<Case> {
    let (anna, client) = (&world.anna, format!("/v1/clients/{}", world.client));
    let terms = json!({"kind": "hourly", "rate_minor": 4500});
    let new_client = json!({"name": "Müller", "tags": ["handwerk"], "default_terms": terms, "currency": "EUR",
        "billing_address": {"line1": "Hafenstraße 12", "city": "Hamburg", "country": "DE"},
        "working_hours": [{"days": ["monday"], "from": "09:00", "until": "12:00"}]});
    let client_rules = || {
        let hours = json!({"/working_hours": [{"days": ["monday"], "from": "12:00", "until": "09:00"}]});
        let lone_city = rule(json!({"/billing_address": {"city": "Bonn"}}), &[]);
        let own =
            vec![lone_city, repeated_tags(), rule(hours, &[]), lone_reference(), lone_increment("/default_terms")];
        [own, terms_rules("/default_terms")].concat_breaks()
    };
    let channel = json!({"kind": "phone", "address": "+4915112345678",
        "reachable_hours": [{"days": ["monday"], "from": "09:00", "until": "12:00"}]});
    let channel_rules = || {
        vec![
            rule(json!({"/address": "daheim"}), &["/kind"]),
            rule(json!({"/kind": "skype"}), &["/address"]),
            rule(json!({"/contact_id": UNKNOWN}), &[]),
            rule(json!({"/reachable_hours/0/until": "08:00"}), &["/reachable_hours/0/from"]),
        ]
    };
    let by_ref = |noun: &str| format!("/v1/{noun}/by-ref/hubspot/neu");
    let of_ref = |rules: Vec<Break>| -> Vec<Break> {
        rules.into_iter().filter(|rule| !rule.sets_at("/external_ref")).collect()
    };
    let mut cases = vec![
        case("create_client", anna, "/v1/clients".into(), new_client.clone(), client_rules()),
        case("update_client", anna, client.clone(), new_client.clone(), client_rules()),
        case("upsert_client", anna, by_ref("clients"), upsert(&new_client), of_ref(client_rules())),
        case(
            "create_contact",
            anna,
            format!("{client}/contacts"),
            json!({"name": "Udo", "phone": "+4940123"}),
            vec![],
        ),
        case(
            "update_contact",
            anna,
            format!("{client}/contacts/{}", world.contact),
            json!({"name": "Udo"}),
            vec![],
        ),
        case("create_channel", anna, format!("{client}/channels"), channel.clone(), channel_rules()),
        case("update_channel", anna, format!("{client}/channels/{}", world.channel), channel, channel_rules()),
    ];
    cases.extend(engagements(world, &terms, &by_ref("engagements")));
    cases.extend(links(world));
    cases
}

fn engagements(world: &World, terms: &Value, by_ref: &str) -> Vec<Case> {
    let (anna, klara) = (&world.anna, &world.klara);
    let of = |id: &str, act: &str| format!("/v1/engagements/{id}/{act}");
    let ends = || rule(json!({"/ends_on": "2025-01-01"}), &["/starts_on"]);
    let unknown_client = || rule(json!({"/client_id": UNKNOWN}), &[]);
    let whole = json!({"client_id": world.client, "title": "Büro", "starts_on": "2026-02-01", "terms": terms});
    let mut patch = whole.clone();
    patch.as_object_mut().unwrap().shift_remove("client_id");
    let all = |rules: Vec<Break>| [rules, terms_rules("/terms")].concat_breaks();
    let lone_note = || rule(json!({"/note": REMOVED}), &[]);
    let note = json!({"note": "Am Telefon."});
    let on = || vec![rule(json!({"/on": "2027-01-01"}), &[]), rule(json!({"/on": "2020-01-01"}), &[])];
    let versions = of(&world.engagement, "terms");
    let version = json!({"effective_from": "2026-05-01", "terms": terms, "reason": "Neu"});
    let version_rules = [
        vec![
            rule(json!({"/effective_from": "2020-01-01"}), &[]),
            rule(json!({"/terms/kind": "daily"}), &["/terms/rate_minor"]),
            lone_increment("/terms"),
        ],
        terms_rules("/terms"),
    ]
    .concat_breaks();
    let parts = json!([{"title": "Entwurf", "amount_minor": 500}, {"title": "Umbau", "amount_minor": 100}]);
    let agreed = json!({"effective_from": "2026-05-01",
        "terms": {"kind": "project", "price_minor": 1000, "milestones": parts}});
    let agreed_rules = vec![
        rule(json!({"/terms/milestones/1/amount_minor": 99}), &["/terms/kind", "/terms/milestones"]),
        rule(json!({"/terms/milestones/1/title": "Anderes"}), &["/terms/kind", "/terms/milestones"]),
    ];
    let drafted = |terms: Value, rules: Vec<Break>| {
        let body = json!({"client_id": world.client, "title": "Büro", "starts_on": "2026-02-01", "terms": terms});
        case("create_engagement", anna, "/v1/engagements".into(), body, rules)
    };
    let block = json!({"minutes": 600, "valid_from": "2026-03-01"});
    let block_rules = || {
        vec![
            rule(json!({"/valid_until": "2026-12-31", "/valid_days": 30}), &[]),
            rule(json!({"/valid_from": "1999-12-31"}), &[]),
            rule(json!({"/valid_until": "2026-02-28"}), &["/valid_from"]),
        ]
    };
    let not_for_clients = vec![
        rule(json!({"/bonus_minutes": 60}), &[]),
        rule(json!({"/price_minor": 100}), &[]),
        rule(json!({"/valid_days": 30}), &[]),
        rule(json!({"/paid_on": "2026-03-01"}), &[]),
        rule(json!({"/valid_from": "1999-12-31"}), &[]),
    ];
    let adjustment = json!({"kind": "goodwill", "minutes": 15, "reason": "Umweg."});
    let adjustment_rules = vec![
        rule(json!({"/minutes": 0}), &[]),
        rule(json!({"/period_seq": 99}), &[]),
        rule(json!({"/valid_until": "1999-12-31"}), &["/period_seq"]),
        rule(json!({"/minutes": -5, "/valid_until": "2030-12-31"}), &[]),
    ];
    vec![
        drafted(
            json!({"kind": "project", "price_minor": 1000, "milestones": [{"title": "Mitte", "amount_minor": 500}]}),
            vec![rule(json!({"/terms/milestones/0/amount_minor": 2000}), &["/terms/kind", "/terms/price_minor"])],
        ),
        drafted(
            json!({"kind": "retainer", "price_minor": 1000}),
            vec![rule(json!({"/terms/carry": "capped"}), &["/terms/kind", "/terms/carry_cap_minutes"])],
        ),
        drafted(
            json!({"kind": "daily", "rate_minor": 1000, "full_day_from_minutes": 300}),
            vec![rule(
                json!({"/terms/half_day_from_minutes": 301}),
                &["/terms/kind", "/terms/day_mode", "/terms/minutes_per_day", "/terms/full_day_from_minutes"],
            )],
        ),
        case(
            "create_engagement",
            anna,
            "/v1/engagements".into(),
            whole.clone(),
            all(vec![ends(), unknown_client(), lone_reference(), lone_increment("/terms")]),
        ),
        case(
            "update_engagement",
            anna,
            format!("/v1/engagements/{}", world.draft),
            patch,
            all(vec![ends(), lone_reference()]),
        ),
        case(
            "upsert_engagement",
            anna,
            by_ref.into(),
            upsert(&whole),
            all(vec![ends(), unknown_client(), lone_increment("/terms")]),
        ),
        case("accept_engagement", anna, of(&world.proposed, "accept"), note.clone(), vec![lone_note()]),
        case("decline_engagement", klara, of(&world.proposed, "decline"), note.clone(), vec![]),
        case("pause_engagement", anna, of(&world.engagement, "pause"), json!({}), on()),
        case("end_engagement", anna, of(&world.engagement, "end"), json!({}), on()),
        case("propose_terms", anna, versions.clone(), version, version_rules),
        case("propose_terms", anna, of(&world.project, "terms"), agreed, agreed_rules),
        case("accept_milestone", anna, of(&world.project, "milestones/1/accept"), note.clone(), vec![lone_note()]),
        case("accept_terms", anna, format!("{versions}/{}/accept", world.terms), note.clone(), vec![lone_note()]),
        case("decline_terms", klara, format!("{versions}/{}/decline", world.terms), note.clone(), vec![]),
        case("create_block", anna, of(&world.engagement, "blocks"), block.clone(), block_rules()),
        case("create_block", klara, of(&world.engagement, "blocks"), block.clone(), not_for_clients),
        case(
            "offer_block",
            anna,
            of(&world.engagement, &format!("blocks/{}/offer", world.wished_block)),
            block,
            block_rules(),
        ),
        case(
            "accept_block",
            anna,
            of(&world.engagement, &format!("blocks/{}/accept", world.block)),
            note.clone(),
            vec![lone_note()],
        ),
        case(
            "decline_block",
            klara,
            of(&world.engagement, &format!("blocks/{}/decline", world.block)),
            note.clone(),
            vec![],
        ),
        case(
            "void_block",
            anna,
            of(&world.engagement, &format!("blocks/{}/void", world.active_block)),
            json!({"reason": "Erstattet."}),
            vec![],
        ),
        case(
            "reopen_period",
            anna,
            of(&world.closed, "periods/1/reopen"),
            json!({"reason": "Ein Tag fehlte."}),
            vec![],
        ),
        case(
            "create_extension",
            klara,
            of(&world.package, "extensions"),
            json!({"minutes": 120, "reason": "Mehr Belege.", "period_seq": 1}),
            vec![rule(json!({"/period_seq": 99}), &[])],
        ),
        case(
            "approve_extension",
            anna,
            of(&world.package, &format!("extensions/{}/approve", world.extension)),
            note.clone(),
            vec![lone_note()],
        ),
        case(
            "decline_extension",
            klara,
            of(&world.package, &format!("extensions/{}/decline", world.extension)),
            note.clone(),
            vec![],
        ),
        case("create_adjustment", anna, of(&world.engagement, "adjustments"), adjustment, adjustment_rules),
        case(
            "create_balance_link",
            anna,
            of(&world.engagement, "balance-links"),
            json!({"label": "Startseite"}),
            vec![rule(json!({"/expires_at": "2026-03-02T09:00:00Z"}), &[])],
        ),
    ]
}

pub fn tasks(world: &World) -> Vec<Case> {
    let (anna, klara) = (&world.anna, &world.klara);
    let task = json!({"client_id": world.client, "engagement_id": world.engagement, "title": "Belege", "start_on": "2026-03-05",
        "checklist": [{"title": "Scannen"}], "tags": ["monatlich"], "due_on": "2026-03-10"});
    let rules = || {
        vec![
            rule(json!({"/engagement_id": UNKNOWN}), &[]),
            rule(json!({"/engagement_id": world.elsewhere}), &["/client_id"]),
            rule(json!({"/assignee_id": UNKNOWN}), &[]),
            rule(json!({"/area": "Gibt es nicht"}), &[]),
            rule(json!({"/due_on": "2026-03-04"}), &["/start_on"]),
            rule(json!({"/due_at": "2026-03-11T09:00:00Z"}), &["/due_on"]),
            repeated_tags(),
            lone_reference(),
        ]
    };
    let wish = json!({"title": "Wunsch", "due_on": "2026-03-10"});
    let not_theirs = |sets: Value| rule(sets, &[]);
    let wishes = vec![
        not_theirs(json!({"/internal_note": "psst"})),
        not_theirs(json!({"/rate_minor": 1, "/billable": false})),
        not_theirs(json!({"/assignee_id": world.member})),
        not_theirs(json!({"/visibility": "internal"})),
        rule(json!({"/start_on": "2026-03-11"}), &["/due_on"]),
    ];
    let mut patch = task.clone();
    patch.as_object_mut().unwrap().shift_remove("client_id");
    let of = |id: &str, act: &str| format!("/v1/tasks/{id}{act}");
    let upsert_rules = rules().into_iter().filter(|rule| !rule.sets_at("/external_ref"));
    let unknown_client = rule(json!({"/client_id": UNKNOWN}), &["/engagement_id"]);
    let new_rules = [rules(), vec![unknown_client]].concat_breaks();
    let said = |member: &str| json!({member: "Bitte."});
    vec![
        case("create_task", anna, "/v1/tasks".into(), task.clone(), new_rules),
        case("create_task", klara, "/v1/tasks".into(), wish, wishes),
        case("update_task", anna, of(&world.task, ""), patch, rules()),
        case("upsert_task", anna, "/v1/tasks/by-ref/hubspot/neu".into(), upsert(&task), upsert_rules.collect()),
        case("decline_task", anna, of(&world.requested, "/decline"), said("reason"), vec![]),
        case("wait_for_client", anna, of(&world.task, "/wait"), said("question"), vec![]),
        case("answer_task", anna, of(&world.waiting, "/answer"), said("text"), vec![]),
        case("return_task", anna, of(&world.in_review, "/return"), said("reason"), vec![]),
        case("cancel_task", anna, of(&world.task, "/cancel"), said("reason"), vec![]),
        case(
            "create_comment",
            klara,
            of(&world.task, "/comments"),
            json!({"text": "Ja."}),
            vec![rule(json!({"/visibility": "internal"}), &[])],
        ),
        case(
            "update_comment",
            anna,
            of(&world.task, &format!("/comments/{}", world.comment)),
            json!({"text": "Nein."}),
            vec![],
        ),
    ]
}

fn links(world: &World) -> Vec<Case> {
    let body = json!({"source": "external", "client_id": world.client, "url": "https://we.tl/t-xyz", "task_id": world.task});
    let past = || rule(json!({"/expires_at": "2026-03-02T09:00:00Z"}), &[]);
    let references = || {
        vec![
            rule(json!({"/engagement_id": UNKNOWN}), &[]),
            rule(json!({"/engagement_id": world.elsewhere}), &["/client_id"]),
            rule(json!({"/task_id": UNKNOWN}), &[]),
            rule(json!({"/task_id": world.others}), &["/client_id"]),
            past(),
        ]
    };
    let new = vec![
        rule(json!({"/url": "https://anna:pw@example.com/"}), &[]),
        rule(json!({"/client_id": UNKNOWN}), &["/task_id", "/engagement_id"]),
        rule(json!({"/client_id": REMOVED}), &["/task_id", "/engagement_id"]),
    ];
    let theirs =
        vec![rule(json!({"/internal_note": "psst"}), &[]), rule(json!({"/visibility": "internal"}), &[]), past()];
    let path = "/v1/share-links".to_owned();
    vec![
        case("create_share_link", &world.anna, path.clone(), body.clone(), [new, references()].concat_breaks()),
        case("create_share_link", &world.klara, path.clone(), body, theirs),
        case(
            "update_share_link",
            &world.anna,
            format!("{path}/{}", world.link),
            json!({"title": "Neu"}),
            references(),
        ),
    ]
}

/// As find-or-create takes it: nothing of it is required, and the address says the reference.
fn upsert(body: &Value) -> Value {
    body.clone()
}

trait Concat {
    fn concat_breaks(self) -> Vec<Break>;
}

impl<const N: usize> Concat for [Vec<Break>; N] {
    fn concat_breaks(self) -> Vec<Break> {
        self.into_iter().flatten().collect()
    }
}
