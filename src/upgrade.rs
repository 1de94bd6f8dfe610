//! Changes of stored data that need more than SQL, such as the rules of time zones. They run after the migrations and
//! before the first request, in many small transactions: each notes how far it came, so that a restart goes on there and
//! two servers that start together share the work.

use crate::db::{Actor, Db, Tx, sql};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Clock, JsonText, Timestamp, choice};
use crate::slices::time_entries::store::upgrade::{Position, lay_on_dates, reshape_events};

choice! {
    /// One change of stored data.
    enum Upgrade {
        /// Entries over midnight get the parts that fall on each date.
        Allocations = "allocations",
        /// Events of entries are written as entries look today.
        EventsOfEntries = "events_of_entries",
    }
}

/// How far a change has come.
#[derive(sqlx::FromRow)]
struct Progress {
    position: Option<JsonText<Position>>,
    done_at: Option<Timestamp>,
}

/// Makes every change that has not been made.
pub async fn upgrade(db: &Db, clock: &Clock) -> Result<()> {
    for upgrade in Upgrade::ALL {
        while !is_done(db, *upgrade).await? {
            advance(db, clock, *upgrade).await?;
        }
    }
    Ok(())
}

async fn is_done(db: &Db, upgrade: Upgrade) -> Result<bool> {
    let done = sql("SELECT done_at IS NOT NULL FROM upgrades WHERE name = $1").bind(upgrade);
    Ok(db.read().await?.scalar(done).await?.unwrap_or(false))
}

/// Changes the next rows.
async fn advance(db: &Db, clock: &Clock, upgrade: Upgrade) -> Result<()> {
    let mut tx = Tx::open(db, clock, Actor::default()).await?;
    tx.execute(sql("INSERT INTO upgrades (name) VALUES ($1) ON CONFLICT (name) DO NOTHING").bind(upgrade)).await?;
    // Whoever comes at the same time waits here, and goes on where this one ends.
    let lock = sql("UPDATE upgrades SET name = name WHERE name = $1 RETURNING position, done_at").bind(upgrade);
    let Progress { position, done_at } =
        tx.optional(lock).await?.ok_or_else(|| Error::internal("an upgrade has lost its row"))?;
    if done_at.is_some() {
        return Ok(());
    }
    let after = position.map_or(Position::START, |position| position.0);
    let last = match upgrade {
        Upgrade::Allocations => lay_on_dates(&mut tx, after).await?,
        Upgrade::EventsOfEntries => reshape_events(&mut tx, after).await?,
    };
    let note = match last {
        Some(last) => sql("UPDATE upgrades SET position = $2 WHERE name = $1").bind(upgrade).bind(&JsonText(last)),
        None => sql("UPDATE upgrades SET done_at = $2 WHERE name = $1").bind(upgrade).bind(tx.now()),
    };
    tx.execute(note).await?;
    tx.commit().await
}
