//! Repeated requests: the first answer to an `Idempotency-Key` is kept, sealed, in the transaction of the change itself
//! and given again for 24 hours. Writers of a workspace follow each other, so a repetition always finds it.

use super::answer::Rendered;
use crate::app::App;
use crate::auth::Caller;
use crate::db::{Conn, Tx, sql, statements};
use crate::error::{Code, Error, Replay, Result};
use crate::types::WorkspaceId;
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

/// How long an answer is kept, in seconds.
const KEPT: i64 = 24 * 3600;

/// A request's key, with what must be the same for it to be a repetition.
#[derive(Clone, Debug)]
pub struct Key {
    hash: Vec<u8>,
    fingerprint: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

statements! {
    FIND = "SELECT fingerprint, answer FROM idempotency_keys WHERE workspace_id = $1 AND key_hash = $2 AND created_at > $3";
    FORGET = "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND created_at <= $2";
    KEEP = "INSERT INTO idempotency_keys (workspace_id, key_hash, fingerprint, answer, created_at) \
            VALUES ($1, $2, $3, $4, $5)";
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
            hash: digest_of(&[who.as_bytes(), method.as_bytes(), path.as_bytes(), text.as_bytes()]),
            fingerprint: digest_of(&[query.as_bytes(), body]),
        })
    }
}

/// Ends a repetition with the first answer, or with 422 when it is another request.
pub async fn find(conn: &mut Conn, app: &App, workspace: WorkspaceId, key: &Key) -> Result<()> {
    let since = app.clock.now().plus_seconds(-KEPT);
    let find = sql(FIND).bind(workspace).bind(key.hash.as_slice()).bind(since);
    let Some((fingerprint, answer)) = conn.optional::<(Vec<u8>, Vec<u8>)>(find).await? else { return Ok(()) };
    if fingerprint != key.fingerprint {
        return Err(Error::new(Code::IdempotencyKeyReused));
    }
    let plain = app.answers.open(&key.hash, &answer)?;
    let kept: Kept = serde_json::from_slice(&plain).map_err(Error::internal)?;
    Err(Error::replay(Replay { status: kept.status, headers: kept.headers, body: kept.body.into_bytes() }))
}

/// Keeps an answer in the transaction of the change.
pub async fn keep(tx: &mut Tx, app: &App, key: &Key, answer: &Rendered) -> Result<()> {
    let kept = Kept {
        status: answer.status,
        headers: answer.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        body: String::from_utf8_lossy(&answer.body).into_owned(),
    };
    let sealed = app.answers.seal(&key.hash, &serde_json::to_vec(&kept).map_err(Error::internal)?);
    let (workspace, now) = (tx.workspace(), app.clock.now());
    tx.execute(sql(FORGET).bind(workspace).bind(now.plus_seconds(-KEPT))).await?;
    let keep = sql(KEEP).bind(workspace).bind(key.hash.as_slice()).bind(key.fingerprint.as_slice());
    tx.execute(keep.bind(sealed).bind(now)).await?;
    Ok(())
}

fn digest_of(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}
