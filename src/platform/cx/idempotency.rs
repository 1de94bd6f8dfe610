//! Repeated requests: the first answer to an `Idempotency-Key` is kept, sealed, in the transaction of the change itself
//! and given again for 24 hours. Every transaction with a key begins on the caller's workspace, whose writers follow
//! each other, so a repetition waits for the first and then finds its answer.

use crate::db::{Conn, Sql, Tx, sql, statements};
use crate::kernel::WorkspaceId;
use crate::kernel::error::{Code, Error, Replay, Result};
use crate::platform::app::App;
use crate::platform::auth::Caller;
use crate::web::Rendered;
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

/// How long an answer is kept, in seconds.
const KEPT: i64 = 24 * 3600;

/// A request's key, with what must be the same for it to be a repetition.
#[derive(Clone, Debug)]
pub struct Key {
    /// The caller's, whichever the request makes or enters.
    workspace: WorkspaceId,
    hash: Vec<u8>,
    fingerprint: Vec<u8>,
}

/// What stands before the body of a kept answer, as one line of JSON.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    /// Versions before this one kept the body here, as text, and no line followed.
    #[serde(default, skip_serializing)]
    body: String,
}

statements! {
    FIND = "SELECT fingerprint, answer FROM idempotency_keys WHERE workspace_id = $1 AND key_hash = $2 AND created_at > $3";
    FORGET = "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND created_at <= $2";
    KEEP = "INSERT INTO idempotency_keys (workspace_id, key_hash, fingerprint, answer, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, key_hash) DO UPDATE \
        SET fingerprint = EXCLUDED.fingerprint, answer = EXCLUDED.answer, created_at = EXCLUDED.created_at";
}

impl Key {
    /// The key of a request: its header, scoped to caller, method and path.
    pub fn new(header: &str, caller: &Caller, method: &str, path: &str, query: &str, body: &[u8]) -> Result<Self> {
        let text = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(header);
        if !(1..=255).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::new(Code::InvalidHeader).with("name", "Idempotency-Key").with_both(
                "reason",
                "use 1 to 255 visible ASCII characters.",
                "möglich sind 1 bis 255 sichtbare ASCII-Zeichen.",
            ));
        }
        let who = format!("{}/{:?}", caller.member, caller.api_key);
        Ok(Self {
            workspace: caller.workspace,
            hash: digest_of(&[who.as_bytes(), method.as_bytes(), path.as_bytes(), text.as_bytes()]),
            fingerprint: digest_of(&[query.as_bytes(), body]),
        })
    }

    fn bind(&self, statement: &'static str, answer: Vec<u8>, app: &App) -> Sql {
        let bound =
            sql(statement).bind(self.workspace).bind(self.hash.as_slice()).bind(self.fingerprint.as_slice());
        bound.bind(answer).bind(app.clock.now())
    }
}

/// Ends a repetition with the first answer, or with 422 when it is another request.
pub async fn find(conn: &mut Conn, app: &App, key: &Key) -> Result<()> {
    let since = app.clock.now().plus_seconds(-KEPT);
    let find = sql(FIND).bind(key.workspace).bind(key.hash.as_slice()).bind(since);
    let Some((fingerprint, answer)) = conn.optional::<(Vec<u8>, Vec<u8>)>(find).await? else { return Ok(()) };
    if fingerprint != key.fingerprint {
        return Err(Error::new(Code::IdempotencyKeyReused));
    }
    Err(Error::replay(unpacked(&app.answers.open(&key.hash, &answer)?)?))
}

/// Lets the first request through. A repetition ends here, once the first answer is durable.
pub async fn admit(mut tx: Tx, app: &App, key: &Key) -> Result<Tx> {
    match find(&mut tx, app, key).await {
        Ok(()) => Ok(tx),
        Err(replay) => {
            // On SQLite the first transaction may share the COMMIT that is still to come.
            tx.commit().await?;
            Err(replay)
        }
    }
}

/// Keeps an answer in the transaction of the change.
pub async fn keep(tx: &mut Tx, app: &App, key: &Key, answer: &Rendered) -> Result<()> {
    let sealed = app.answers.seal(&key.hash, &packed(answer)?);
    // Now and then a request clears away what has become too old.
    if key.hash[0] < 4 {
        tx.execute(sql(FORGET).bind(key.workspace).bind(app.clock.now().plus_seconds(-KEPT))).await?;
    }
    tx.execute(key.bind(KEEP, sealed, app)).await.map(drop)
}

/// The head in a line, then the body as it is, text or not.
fn packed(answer: &Rendered) -> Result<Vec<u8>> {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let head = Head { status: answer.status, headers, body: String::new() };
    let head = serde_json::to_vec(&head).map_err(Error::internal)?;
    Ok([&head, b"\n".as_slice(), &answer.body].concat())
}

fn unpacked(kept: &[u8]) -> Result<Replay> {
    let mut parts = kept.splitn(2, |byte| *byte == b'\n');
    let head: Head = serde_json::from_slice(parts.next().unwrap_or_default()).map_err(Error::internal)?;
    let body = parts.next().map_or(head.body.into_bytes(), <[u8]>::to_vec);
    Ok(Replay { status: head.status, headers: head.headers, body })
}

fn digest_of(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Actor, Registry};
    use crate::kernel::{Clock, MemberId, Timestamp, UserId, random_bytes};
    use crate::platform::app::Slices;
    use crate::platform::auth::MemberRole;
    use crate::platform::config::Config;
    use actix_web::{http::header::CONTENT_TYPE, web::Bytes};
    use futures_util::future::join3;
    use std::{cell::Cell, sync::Arc};

    #[test]
    fn a_kept_answer_is_the_same_bytes_again_also_where_they_are_no_text() {
        let pdf = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n\x00\xFF\n";
        for body in [pdf.as_slice(), b"{\"id\":1}", b""] {
            let headers = vec![(CONTENT_TYPE, "application/pdf".to_owned())];
            let answer = Rendered { status: 201, headers, body: Bytes::copy_from_slice(body), projected: false };
            let Replay { status, headers, body: again } = unpacked(&packed(&answer).unwrap()).unwrap();
            assert_eq!((status, again.as_slice()), (201, body));
            assert_eq!(headers, [("content-type".to_owned(), "application/pdf".to_owned())]);
        }
        let old = br#"{"status":200,"headers":[["etag","\"1\""]],"body":"{\"name\":\"M\u00fcller\\n\"}"}"#;
        let Replay { status, headers, body } = unpacked(old).unwrap();
        assert_eq!((status, body.as_slice()), (200, r#"{"name":"Müller\n"}"#.as_bytes()));
        assert_eq!(headers, [("etag".to_owned(), "\"1\"".to_owned())]);
    }

    #[tokio::test]
    async fn a_repetition_is_answered_once_the_first_is_durable_whatever_workspace_it_made() {
        let dir = std::env::temp_dir().join(format!("vorzimmer-repeated-{}", u64::from_ne_bytes(random_bytes())));
        let config = Config { data_dir: dir.clone(), ..Config::default() };
        const SLICES: &Slices =
            &Slices { acts: &Registry { holders: &[], reactions: &[] }, jobs: &[], due: &[], upgrades: &[] };
        let app = App::build(config, Clock::fixed(Timestamp::from_micros(1_000_000)), SLICES).await.unwrap();
        let mut tx = open(&app).await;
        let home = make_workspace(&mut tx, &app).await;
        tx.commit().await.unwrap();
        let caller = Caller {
            user: UserId(app.clock.new_id()),
            user_name: "Anna".to_owned(),
            member: MemberId(app.clock.new_id()),
            workspace: home,
            role: MemberRole::Owner,
            session: None,
            api_key: None,
            scopes: None,
        };
        let key = Key::new("k", &caller, "POST", "/v1/workspaces", "", b"{}").unwrap();

        let mut first = admit(begin(&app, home).await, &app, &key).await.unwrap();
        make_workspace(&mut first, &app).await;
        let answer =
            Rendered { status: 201, headers: Vec::new(), body: Bytes::from_static(b"first"), projected: false };
        keep(&mut first, &app, &key, &answer).await.unwrap();
        let answered = Cell::new(0);
        let repeated = async {
            let outcome = admit(begin(&app, home).await, &app, &key).await;
            answered.set(answered.get() + 1);
            outcome.err().expect("a repetition")
        };
        let neighbour = async {
            let held = open(&app).await;
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert_eq!(answered.get(), 0, "nothing is on the disk yet");
            drop(held);
        };
        let first = async {
            first.commit().await.unwrap();
            answered.set(answered.get() + 1);
        };
        let (replay, (), ()) = join3(repeated, neighbour, first).await;
        assert_eq!(replay.stored_answer().map(|stored| stored.body.as_slice()), Some(&b"first"[..]));
        let seen =
            find(&mut app.db.read().await.unwrap(), &app, &key).await.expect_err("the gate finds it as well");
        assert_eq!(seen.stored_answer().map(|stored| stored.status), Some(201));
        app.db.close().await;
        std::fs::remove_dir_all(dir).unwrap();
    }

    async fn open(app: &Arc<App>) -> Tx {
        Tx::open(&app.db, &app.clock, Actor::default()).await.unwrap()
    }

    async fn begin(app: &Arc<App>, workspace: WorkspaceId) -> Tx {
        Tx::begin(&app.db, &app.clock, workspace, Actor::default()).await.unwrap()
    }

    /// Makes a workspace; the transaction enters it.
    async fn make_workspace(tx: &mut Tx, app: &App) -> WorkspaceId {
        let id = WorkspaceId(app.clock.new_id());
        let insert = "INSERT INTO workspaces (id, name, time_zone, currency, language, overlap_policy, areas, sort_key, \
            revision, changed_at, version, created_at, updated_at) \
            VALUES ($1, 'W', 'UTC', 'EUR', 'en', 'allow', '[]', 'w', 0, $2, 1, $2, $2)";
        tx.execute(sql(insert).bind(id).bind(app.clock.now())).await.unwrap();
        tx.enter(id).await.unwrap();
        id
    }
}
