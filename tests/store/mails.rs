//! Mails: each arrives once, as far as its server lets it, and never after its time.

use crate::{
    jobs::Servers,
    smtp::{Manner, Smtp},
    support::databases::{Context, Database, Store, on_both},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use vorzimmer::db::{Engine, Tx, sql};
use vorzimmer::kernel::{Columns, Timestamp, error::Result};
use vorzimmer::platform::app::App;
use vorzimmer::platform::effects::{Ending, Verdict};
use vorzimmer::platform::mail::{Letter, MailKind, Words, model::Claim, store::OUTBOX};
use vorzimmer::platform::workers::run_due;

const ANY_PORT: &str = "127.0.0.1:0";
const LEASE: Duration = Duration::from_secs(60);
/// What no row and no log may hold.
const SECRET: &str = "vz_inv_secret";

/// What is stored of a mail.
#[derive(Columns)]
pub struct Stored {
    status: String,
    pub attempts: i64,
    pub next_attempt_at: Option<Timestamp>,
    last_error: Option<String>,
    sealed: Option<Vec<u8>>,
    settled_at: Option<Timestamp>,
}

impl Servers {
    /// One more server on the same database.
    pub fn mailing(&self, smtp_url: &str) -> Arc<App> {
        self.another(|config| {
            config.smtp_url = Some(smtp_url.to_owned());
            config.mail_deadline = Duration::from_millis(300);
        })
    }

    async fn enqueue(&self, app: &App, tx: &mut Tx, to: &str, ends_in: Option<i64>) {
        let expires_at = ends_in.map(|seconds| self.clock.now().plus_seconds(seconds));
        let words = Words { subject: "Einladung".to_owned(), text: format!("{SECRET}\n") };
        let letter = Letter { kind: MailKind::Invitation, to: to.into(), expires_at, words };
        app.mailer.enqueue(tx, letter).await.unwrap();
    }

    /// A mail of the workspace, committed.
    pub async fn post(&self, app: &App, to: &str, ends_in: Option<i64>) {
        let mut tx = self.tx().await;
        self.enqueue(app, &mut tx, to, ends_in).await;
        tx.commit().await.unwrap();
    }

    pub async fn stored(&self) -> Vec<Stored> {
        let all =
            "SELECT status, attempts, next_attempt_at, last_error, sealed, settled_at FROM mails ORDER BY id";
        self.apps[0].db.read().await.unwrap().all(sql(all)).await.unwrap()
    }

    pub async fn only(&self) -> Stored {
        let mut stored = self.stored().await;
        assert_eq!(stored.len(), 1);
        stored.remove(0)
    }
}

impl Stored {
    pub fn expect(&self, status: &str, attempts: i64, error: Option<&str>) {
        let told = (self.status.as_str(), self.attempts, self.last_error.as_deref());
        assert_eq!(told, (status, attempts, error));
        let is_open = status == "queued";
        assert_eq!(
            (self.sealed.is_some(), self.next_attempt_at.is_some(), self.settled_at.is_none()),
            (is_open, is_open, is_open)
        );
    }
}

/// Tries to deliver what is due; how many mails were tried.
pub async fn deliver_due(app: &App) -> Result<usize> {
    run_due(&app.mails).await
}

fn message_id(mail: &str) -> &str {
    mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("it has an id")
}

#[actix_web::test]
async fn the_queue_is_read_along_its_index_whatever_was_settled() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let now = Timestamp::from_micros(0);
    for (name, text) in OUTBOX
        .statements
        .listed()
        .into_iter()
        .filter(|(name, _)| matches!(*name, "NEXT" | "DUE" | "EXPIRE" | "CLAIM"))
    {
        let statement = match name {
            "NEXT" => sql(text),
            "CLAIM" => sql(text).bind(now).bind(now).bind(4_i64),
            _ => sql(text).bind(now),
        };
        let plan: Vec<(i64, i64, i64, String)> = conn.all(statement.explained()).await.unwrap();
        let lines: Vec<_> = plan.into_iter().map(|(.., line)| line).collect();
        let plan = lines.join("; ");
        assert!(plan.contains("INDEX mails_due") && !plan.contains("mails_by_workspace"), "{name}: {plan}");
        assert!(!lines.iter().any(|line| line == "SCAN mails"), "{name}: {plan}");
    }
}

#[on_both]
async fn a_mail_is_sent_once_and_what_it_says_is_erased(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", Some(3600)).await;
    let sealed = servers.only().await.sealed.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains(SECRET), "it is sealed");
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    assert_eq!(deliver_due(&app).await.unwrap(), 0);
    servers.only().await.expect("sent", 1, None);
    let mails = smtp.taken();
    assert!(
        mails.len() == 1 && mails[0].contains(SECRET) && mails[0].contains("To: eva@example.com\r\n"),
        "{mails:?}"
    );
    smtp.expect_closed().await;
}

#[on_both]
async fn a_mail_is_forgotten_ninety_days_after_it_was_settled(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let app = servers.mailing(&smtp.url);
    for (days, kept) in [(0, 1), (89, 2), (1, 2)] {
        servers.clock.set(servers.clock.now().plus_seconds(days * 86_400));
        servers.post(&app, "eva@example.com", None).await;
        assert_eq!(deliver_due(&app).await.unwrap(), 1);
        assert_eq!(servers.stored().await.len(), kept, "the first of them is gone after 90 days");
    }
}

#[on_both]
async fn a_mail_of_a_rolled_back_change_was_never_there(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let app = servers.mailing(&smtp.url);
    let mut tx = servers.tx().await;
    servers.enqueue(&app, &mut tx, "eva@example.com", None).await;
    drop(tx);
    assert_eq!(deliver_due(&app).await.unwrap(), 0);
    assert!(smtp.taken().is_empty() && servers.stored().await.is_empty());
}

#[on_both]
async fn greylisting_costs_a_pause_and_keeps_the_message_id(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Refusing("451 eva@example.com: come back later")).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    let stored = servers.only().await;
    stored.expect("queued", 1, Some("the mail server answered 451"));
    assert_eq!(stored.next_attempt_at, Some(servers.clock.now().plus_seconds(5)));
    servers.later(4);
    assert_eq!(deliver_due(&app).await.unwrap(), 0);
    smtp.set(Manner::Kind);
    servers.later(1);
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.only().await.expect("sent", 2, Some("the mail server answered 451"));
    // The same mail from a server that died between the answer and the settling.
    let again = "UPDATE mails SET status = 'queued', sealed = $1, next_attempt_at = $2";
    let mut tx = Tx::open(&app.db, &app.clock, Default::default()).await.unwrap();
    tx.execute(sql(again).bind(stored.sealed).bind(servers.clock.now())).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    let mails = smtp.taken();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0], mails[1], "{}", message_id(&mails[0]));
}

#[on_both]
async fn a_refusal_is_final(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Refusing("550 eva@example.com is not known here")).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.only().await.expect("failed", 1, Some("the mail server answered 550"));
    smtp.expect_closed().await;
}

#[on_both]
async fn a_server_that_is_down_is_tried_for_two_days(servers: Servers) {
    let down = Smtp::start(ANY_PORT, Manner::Kind).await.url.replace("127.0.0.1", "127.0.0.2");
    let app = servers.mailing(&down);
    servers.post(&app, "eva@example.com", None).await;
    let posted = servers.clock.now();
    for attempt in 1..9 {
        assert_eq!(deliver_due(&app).await.unwrap(), 1);
        let stored = servers.only().await;
        stored.expect("queued", attempt, Some("the mail server could not be reached"));
        servers.clock.set(stored.next_attempt_at.unwrap());
    }
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.only().await.expect("failed", 9, Some("the mail server could not be reached"));
    assert_eq!(servers.clock.now().seconds_since(posted) / 3600, 45);
}

#[on_both]
async fn a_silent_server_costs_the_deadline_and_no_connection(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Silent).await;
    let app = servers.mailing(&smtp.url);
    for n in 0..6 {
        servers.post(&app, &format!("{n}@example.com"), None).await;
    }
    let begun = Instant::now();
    assert_eq!(deliver_due(&app).await.unwrap(), 6);
    assert!(begun.elapsed() >= Duration::from_millis(600), "at most four at a time");
    for stored in servers.stored().await {
        stored.expect("queued", 1, Some("the mail server did not answer in time"));
    }
    smtp.expect_closed().await;
}

#[on_both]
async fn a_server_that_drips_has_no_more_time_than_a_silent_one(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Dripping).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.only().await.expect("queued", 1, Some("the mail server did not answer in time"));
    smtp.expect_closed().await;
}

#[on_both]
async fn a_server_that_says_no_goodbye_has_the_mail(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Curt).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.only().await.expect("sent", 1, None);
    assert_eq!(smtp.taken().len(), 1);
    smtp.expect_closed().await;
}

#[on_both]
async fn nothing_is_sent_after_its_token_has_ended(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Refusing("451 later")).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", Some(3600)).await;
    servers.later(3600);
    assert_eq!(deliver_due(&app).await.unwrap(), 0);
    servers.only().await.expect("expired", 0, None);
    servers.post(&app, "eva@example.com", Some(5)).await;
    assert_eq!(deliver_due(&app).await.unwrap(), 1);
    servers.stored().await[1].expect("expired", 1, Some("the mail server answered 451"));
    assert!(smtp.taken().is_empty());
}

#[on_both]
async fn mails_of_a_deleted_workspace_are_not_sent(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    let mut tx = servers.tx().await;
    let now = tx.now();
    tx.execute(sql("UPDATE workspaces SET deleted_at = $2 WHERE id = $1").bind(servers.workspace).bind(now))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(deliver_due(&app).await.unwrap(), 0);
    servers.only().await.expect("expired", 0, None);
}

#[on_both]
async fn two_servers_send_each_mail_once(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let apps = [servers.mailing(&smtp.url), servers.mailing(&smtp.url)];
    for n in 0..30 {
        servers.post(&apps[0], &format!("{n}@example.com"), None).await;
    }
    let (one, other) = futures_util::future::join(deliver_due(&apps[0]), deliver_due(&apps[1])).await;
    assert_eq!(one.unwrap() + other.unwrap(), 30);
    let mut ids: Vec<_> = smtp.taken().iter().map(|mail| message_id(mail).to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), smtp.taken().len()), (30, 30));
}

#[on_both]
async fn what_a_dead_server_had_in_hand_is_sent_by_another(servers: Servers) {
    let smtp = Smtp::start(ANY_PORT, Manner::Kind).await;
    let app = servers.mailing(&smtp.url);
    servers.post(&app, "eva@example.com", None).await;
    let (claimed, _) = OUTBOX.claim::<Claim>(&app.db, &servers.clock, 4, LEASE).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let next = servers.mailing(&smtp.url);
    assert_eq!(deliver_due(&next).await.unwrap(), 0, "it is in hand");
    servers.later(60);
    assert_eq!(deliver_due(&next).await.unwrap(), 1);
    let late = Verdict::Settled(Ending::Failed, Some("too late".to_owned()));
    assert!(
        !OUTBOX.settle(&app.db, &servers.clock, &claimed[0].lease, &late).await.unwrap(),
        "the first one comes too late"
    );
    servers.only().await.expect("sent", 2, None);
}

#[on_both]
async fn a_workspace_with_many_mails_keeps_nobody_waiting(servers: Servers) {
    let app = servers.mailing("smtp://127.0.0.1:9");
    for n in 0..20 {
        servers.post(&app, &format!("{n}@example.com"), None).await;
    }
    let claim = async |most| {
        let (mails, _) = OUTBOX.claim::<Claim>(&app.db, &servers.clock, most, LEASE).await.unwrap();
        mails.into_iter().map(|mail| mail.recipient.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(claim(4).await.len(), 4);
    servers.later(10);
    let other = Servers { workspace: servers.found().await, ..servers.clone() };
    other.post(&app, "other@example.com", None).await;
    assert_eq!(claim(1).await, ["other@example.com"], "though it came last");
    assert_eq!(claim(1).await, ["4@example.com"]);
}
