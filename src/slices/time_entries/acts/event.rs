//! What is recorded of an entry: at once, or, of many changes, when the entries are accounted for together.

use super::{
    super::{EntryRow, store},
    Writer,
    account::account_together,
};
use crate::db::Tx;
use crate::kernel::error::Result;
use crate::kernel::{ClientId, TimeEntryId};
use crate::platform::events::{Recorded, record, store as events};
use crate::slices::time_entries::TimeEntryEvent;
use std::collections::HashMap;

/// A change of an entry that is to be recorded.
#[derive(Debug)]
pub struct EntryEvent {
    kind: TimeEntryEvent,
    before: Option<EntryRow>,
    after: EntryRow,
    /// Whether time or money changed, so that those that it is accounted for with may change too.
    counts: bool,
    /// The client whom it left.
    left: Option<ClientId>,
}

impl EntryEvent {
    pub(super) fn new(kind: TimeEntryEvent, before: Option<&EntryRow>, after: &EntryRow, counts: bool) -> Self {
        Self { kind, before: before.cloned(), after: after.clone(), counts, left: None }
    }

    /// A finished entry went from one client to another: the first is told that it is gone.
    pub(super) fn moved(before: &EntryRow, after: &EntryRow) -> Option<Self> {
        let left = before.client_id?;
        Some(Self { left: Some(left), ..Self::new(TimeEntryEvent::Moved, Some(before), after, true) })
    }

    /// The entry before and after, as far as it is accounted for.
    fn accounted(&self) -> impl Iterator<Item = &EntryRow> {
        let rows = self.before.iter().chain([&self.after]);
        rows.filter(|row| self.counts && !row.is_open() && row.deleted_at.is_none())
    }

    async fn record(&self, tx: &mut Tx) -> Result<()> {
        let (before, after) = (self.before.as_ref(), &self.after);
        let (Some(client), Some(was)) = (self.left, before) else {
            return record(tx, self.kind, before, after).await;
        };
        // What it was goes out of the client's sight, the past of it too.
        events::withhold(tx, [after.id.0]).await?;
        let gone = was.clone().tombstone(after.version, after.updated_at).shown_to_client(tx.wall_clock());
        events::record_for(tx, self.kind, client, before, after, gone).await
    }
}

/// Records events at once; gives back those that [`Batch`] records later.
pub(super) async fn tell(tx: &mut Tx, who: Writer, told: Vec<EntryEvent>) -> Result<Vec<EntryEvent>> {
    if who.puts_off {
        return Ok(told);
    }
    for event in &told {
        event.record(tx).await?;
    }
    Ok(Vec::new())
}

/// Changes whose entries are accounted for once, after the last of them; then each is recorded, in order. The last event
/// of an entry shows it as it is stored.
#[derive(Default)]
pub struct Batch(Vec<EntryEvent>);

impl Batch {
    /// Adds what a change put off.
    pub fn add(&mut self, events: Vec<EntryEvent>) {
        self.0.extend(events);
    }

    /// Accounts and records. Gives those of its entries that accounting changed once more.
    pub async fn finish(self, tx: &mut Tx, who: Writer) -> Result<HashMap<TimeEntryId, EntryRow>> {
        let touched: Vec<&EntryRow> = self.0.iter().flat_map(EntryEvent::accounted).collect();
        let told: Vec<TimeEntryId> = self.0.iter().map(|event| event.after.id).collect();
        let mut changed = account_together(tx, &touched, &told).await?;
        changed.retain(|id| told.contains(id));
        let changed = store::find_all(tx, who.scope, &changed).await?;
        for mut event in self.0 {
            tx.renew();
            if let Some(stored) = changed.get(&event.after.id).filter(|row| row.version == event.after.version) {
                event.after = stored.clone();
            }
            event.record(tx).await?;
        }
        Ok(changed)
    }
}
