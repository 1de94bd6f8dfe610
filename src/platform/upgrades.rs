//! Changes of stored data that need more than SQL, such as the rules of time zones. A slice declares its own. They run
//! after the migrations and before the first request, in many small transactions: each notes how far it came, so that a
//! restart goes on there and two servers that start together share the work.

use crate::db::{Actor, Db, Tx, sql};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Clock, Columns, JsonText, Timestamp};
use futures_util::future::BoxFuture;
use serde_json::Value;

/// One change of stored data.
pub struct Upgrade {
    /// As it is stored.
    pub name: &'static str,
    /// Changes the rows that follow this position; the last of them, none when all are done.
    pub advance: for<'a> fn(&'a mut Tx, Option<Value>) -> Advanced<'a>,
}

/// The position that a step has reached.
pub type Advanced<'a> = BoxFuture<'a, Result<Option<Value>>>;

/// How far a change has come.
#[derive(Columns)]
struct Progress {
    position: Option<JsonText<Value>>,
    done_at: Option<Timestamp>,
}

/// Makes every change that has not been made, in order.
pub async fn upgrade(db: &Db, clock: &Clock, upgrades: &[&Upgrade]) -> Result<()> {
    for upgrade in upgrades {
        while !is_done(db, upgrade).await? {
            advance(db, clock, upgrade).await?;
        }
    }
    Ok(())
}

async fn is_done(db: &Db, upgrade: &Upgrade) -> Result<bool> {
    let done = sql("SELECT done_at IS NOT NULL FROM upgrades WHERE name = $1").bind(upgrade.name);
    Ok(db.read().await?.scalar(done).await?.unwrap_or(false))
}

/// Changes the next rows.
async fn advance(db: &Db, clock: &Clock, upgrade: &Upgrade) -> Result<()> {
    let name = upgrade.name;
    let mut tx = Tx::open(db, clock, Actor::default()).await?;
    tx.execute(sql("INSERT INTO upgrades (name) VALUES ($1) ON CONFLICT (name) DO NOTHING").bind(name)).await?;
    // Whoever comes at the same time waits here, and goes on where this one ends.
    let lock = sql("UPDATE upgrades SET name = name WHERE name = $1 RETURNING position, done_at").bind(name);
    let Progress { position, done_at } =
        tx.optional(lock).await?.ok_or_else(|| Error::internal("an upgrade has lost its row"))?;
    if done_at.is_some() {
        return Ok(());
    }
    let note = match (upgrade.advance)(&mut tx, position.map(|position| position.0)).await? {
        Some(last) => sql("UPDATE upgrades SET position = $2 WHERE name = $1").bind(name).bind(JsonText(last)),
        None => sql("UPDATE upgrades SET done_at = $2 WHERE name = $1").bind(name).bind(tx.now()),
    };
    tx.execute(note).await?;
    tx.commit().await
}
