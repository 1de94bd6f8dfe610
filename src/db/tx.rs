//! A transaction that changes one workspace. Writers of one workspace follow each other, those of different
//! workspaces run in parallel (on PostgreSQL; SQLite has one writer).

use super::{
    Bells, Conn, Db, Due, Registry, Skew,
    fault::unavailable,
    session::{Session, deadline},
    sql::sql,
    turns::Turn,
    unsettled::Moved,
};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ApiKeyId, Clock, Columns, EngagementId, MemberId, Timestamp, UserId, WorkspaceId};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Deref, DerefMut},
    time::Duration,
};
use tokio::time::timeout;
use uuid::Uuid;

/// Who acts, as the events remember it.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    pub user: Option<UserId>,
    pub member: Option<MemberId>,
    pub api_key: Option<ApiKeyId>,
    pub name: String,
    pub request_id: String,
}

impl Actor {
    /// The server itself.
    pub fn server(request_id: &str) -> Self {
        Self { request_id: request_id.to_owned(), name: "Vorzimmer".to_owned(), ..Self::default() }
    }
}

/// An open transaction. Dropped without [`Tx::commit`], nothing of it remains.
pub struct Tx {
    conn: Conn,
    clock: Clock,
    skew: Skew,
    now: Timestamp,
    workspace: Option<Entered>,
    actor: Actor,
    pub(super) registry: Option<&'static Registry>,
    /// The types of events that the operation says it raises; none when no operation is behind it.
    raises: Option<[&'static [&'static str]; 2]>,
    bells: Bells,
    /// The topics that are rung once it is committed.
    topics: BTreeSet<&'static str>,
    /// Engagements whose accounts are to be settled, each between two days.
    pub(super) unsettled: BTreeMap<EngagementId, Moved>,
    /// After the connection: once committed, the next in turn finds the workspace unlocked.
    _turn: Option<Turn>,
}

struct Entered {
    id: WorkspaceId,
    revision: i64,
    events: i64,
    due: Due,
}

/// The workspace as [`Tx::enter`] finds it.
#[derive(Columns)]
struct Entry {
    revision: i64,
    changed_at: Timestamp,
    #[columns(flatten)]
    due: Due,
}

/// Events of one transaction are numbered within its revision; this many fit. A bulk of entries that are accounted for
/// together makes many thousands; and 9 * 10^9 revisions stay exact in JavaScript's numbers.
const EVENTS_PER_REVISION: i64 = 1_000_000;

/// On PostgreSQL those who write to one workspace wait at most this long for each other before they take a connection,
/// so that one busy workspace does not take them all.
const TURN: Duration = Duration::from_secs(4);

/// Locks the workspace: its next revision, at an instant later than every change before.
const ENTER: &str = "UPDATE workspaces SET revision = revision + 1, \
    changed_at = CASE WHEN changed_at < $2 THEN $2 ELSE changed_at + $3 END \
    WHERE id = $1 AND deleted_at IS NULL RETURNING revision, changed_at, due_checked_at, next_due_at";
const ENTER_POSTGRES: &str = "UPDATE workspaces SET revision = revision + 1, \
    changed_at = GREATEST($2, changed_at + INTERVAL '1 microsecond') \
    WHERE id = $1 AND deleted_at IS NULL RETURNING revision, changed_at, due_checked_at, next_due_at";
const SET_DUE: &str = "UPDATE workspaces SET due_checked_at = $2, next_due_at = $3 WHERE id = $1";

const FURTHEST: &str = "SELECT MAX(changed_at) FROM workspaces WHERE deleted_at IS NULL";

impl Tx {
    /// Opens a transaction that belongs to no workspace yet.
    pub async fn open(db: &Db, clock: &Clock, actor: Actor) -> Result<Self> {
        Self::start(db, clock, actor, None).await
    }

    /// Opens a transaction on a workspace; 404 when it is gone.
    pub async fn begin(db: &Db, clock: &Clock, workspace: WorkspaceId, actor: Actor) -> Result<Self> {
        let mut tx = Self::start(db, clock, actor, Some(workspace)).await?;
        tx.enter(workspace).await?;
        Ok(tx)
    }

    async fn start(db: &Db, clock: &Clock, actor: Actor, workspace: Option<WorkspaceId>) -> Result<Self> {
        let (conn, turn) = match db {
            Db::Sqlite { writer, .. } => (Conn::Writer(writer.lease().await?), None),
            Db::Postgres { pool, turns, .. } => {
                let deadline = deadline();
                let turn = match workspace {
                    Some(id) => Some(timeout(TURN, turns.take(&id)).await.map_err(unavailable)?),
                    None => None,
                };
                let mut session = Session::open(pool, deadline).await?;
                session.begin().await?;
                (Conn::Postgres(session), turn)
            }
        };
        Ok(Self {
            conn,
            clock: clock.clone(),
            skew: db.skew().clone(),
            now: clock.now(),
            workspace: None,
            actor,
            registry: db.registry(),
            raises: None,
            bells: db.bells().clone(),
            topics: BTreeSet::new(),
            unsettled: BTreeMap::new(),
            _turn: turn,
        })
    }

    /// Takes the workspace's place in the queue of writers and its next revision.
    pub async fn enter(&mut self, workspace: WorkspaceId) -> Result<()> {
        if self.workspace.as_ref().is_some_and(|entered| entered.id == workspace) {
            return Ok(());
        }
        let now = self.clock.now();
        let enter = match &self.conn {
            Conn::Writer(_) | Conn::Reader(_) => sql(ENTER).bind(workspace).bind(now).bind(1_i64),
            Conn::Postgres(_) => sql(ENTER_POSTGRES).bind(workspace).bind(now),
        };
        let entry: Entry = self.conn.optional(enter).await?.ok_or_else(Error::not_found)?;
        self.workspace = Some(Entered { id: workspace, revision: entry.revision, events: 0, due: entry.due });
        self.now = entry.changed_at;
        self.skew.look_at_write(entry.changed_at, &self.clock);
        Ok(())
    }

    /// The place of this transaction in the workspace's order of changes: later than any before, and after a write at a
    /// wrong clock far from what the clock says. It is every `created_at`, `updated_at`, `deleted_at` and `occurred_at`
    /// that is written, and what is compared with them; nothing else. For stores alone: what may be done is judged, and
    /// everything else dated, by [`Tx::wall_clock`].
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What the clock says: what is past, due or expired, and when something was done.
    pub fn wall_clock(&self) -> Timestamp {
        self.clock.now()
    }

    /// What becomes due in the workspace by time alone.
    pub fn due(&self) -> Due {
        self.workspace.as_ref().expect("a change belongs to a workspace").due
    }

    /// The instant whose state is shown: now, as far as everything that had become due is recorded.
    pub fn recorded_at(&self) -> Timestamp {
        self.due().recorded_at(self.wall_clock())
    }

    /// Stores what is recorded of what became due, and when something does next.
    pub async fn set_due(&mut self, due: Due) -> Result<()> {
        let entered = self.workspace.as_mut().expect("a change belongs to a workspace");
        entered.due = due;
        let set = sql(SET_DUE).bind(entered.id).bind(due.due_checked_at).bind(due.next_due_at);
        self.conn.execute(set).await.map(drop)
    }

    /// Opens a part of the transaction that can be undone by itself. Parts do not nest.
    pub async fn open_part(&mut self) -> Result<()> {
        self.conn.execute(sql("SAVEPOINT part")).await.map(drop)
    }

    /// Keeps what was done in the open part.
    pub async fn keep_part(&mut self) -> Result<()> {
        self.conn.execute(sql("RELEASE SAVEPOINT part")).await.map(drop)
    }

    /// Undoes what was done in the open part, and nothing else.
    pub async fn undo_part(&mut self) -> Result<()> {
        self.conn.execute(sql("ROLLBACK TO SAVEPOINT part")).await?;
        self.keep_part().await
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// The workspace that this transaction changes.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace.as_ref().expect("a change belongs to a workspace").id
    }

    /// Whether it is on a workspace.
    pub fn is_within_workspace(&self) -> bool {
        self.workspace.is_some()
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Names the person who acts, where they become known only inside the transaction.
    pub fn set_actor(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Binds what is recorded to what the operation says it raises.
    pub fn raising(mut self, events: Option<[&'static [&'static str]; 2]>) -> Self {
        self.raises = events;
        self
    }

    /// Whether the operation says that it raises this type of event.
    pub fn raises(&self, event: &str) -> bool {
        self.raises.is_none_or(|events| events.iter().any(|events| events.contains(&event)))
    }

    /// The number of the next event: ordered as the changes are.
    pub fn next_event_number(&mut self) -> Result<i64> {
        let entered = self.workspace.as_mut().expect("an event belongs to a workspace");
        entered.events += 1;
        if entered.events >= EVENTS_PER_REVISION {
            return Err(Error::internal("too many events in one transaction"));
        }
        Ok(entered.revision * EVENTS_PER_REVISION + entered.events)
    }

    /// Wakes who waits for a topic, on every server, once this is committed.
    pub fn ring_after_commit(&mut self, topic: &'static str) {
        self.topics.insert(topic);
    }

    /// Settles what was moved and makes everything durable. After `Ok` it survives a power cut.
    pub async fn commit(mut self) -> Result<()> {
        self.settle_accounts().await?;
        match self.conn {
            Conn::Writer(lease) => lease.commit().await?,
            Conn::Postgres(session) => session.commit().await?,
            Conn::Reader(_) => unreachable!("a transaction is opened on a writer"),
        }
        self.topics.iter().for_each(|topic| self.bells.ring(topic));
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// The furthest order of any workspace.
pub async fn furthest_change(conn: &mut Conn) -> Result<Option<Timestamp>> {
    conn.scalar::<Option<Timestamp>>(sql(FURTHEST)).await.map(Option::flatten)
}
