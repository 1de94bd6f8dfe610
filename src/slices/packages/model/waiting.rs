//! What waits for the answer of one side.

use super::{BlockRow, ExtensionRow, ExtensionStatus};
use crate::kernel::{Currency, Timestamp, WaitingId, open_choice};
use crate::platform::auth::Role;
use crate::slices::packages::PackageAccount;
use serde::Serialize;
use utoipa::ToSchema;

open_choice! {
    /// What kind of thing waits for an answer.
    pub enum WaitingType {
        Block = "block",
        Extension = "extension",
    }
}

/// A block or an extension that is asked for, or a block that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingRecord {
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub kind: WaitingType,
    /// The block or extension.
    pub id: WaitingId,
    /// What the block is called, else the reason that was given; null where there is none.
    #[schema(max_length = 2000, examples("10 Stunden auf Vorrat"))]
    pub title: Option<String>,
    /// How much it would grant, in minutes; the bonus of a block is not among them.
    #[schema(minimum = 1, examples(600))]
    pub minutes: i64,
    /// Its price, in minor units; null when none was agreed.
    #[schema(minimum = 0, examples(45000))]
    pub price_minor: Option<i64>,
    /// The currency of the price.
    pub currency: Currency,
    /// The side whose answer it waits for.
    pub waits_for: Role,
}

impl PackageAccount {
    /// What waits for an answer, oldest first; `currency` is that of the terms.
    pub fn waiting(&self, currency: &Currency) -> Vec<WaitingRecord> {
        let blocks = self.blocks.iter().cloned().map(|row| row.in_account(self));
        let open = blocks.filter_map(of_block);
        let requested = self.extensions.iter().filter(|row| row.fields.state.status == ExtensionStatus::Requested);
        let mut waiting: Vec<(Timestamp, WaitingRecord)> =
            open.chain(requested.map(|row| of_extension(row, currency))).collect();
        waiting.sort_by_key(|(at, record)| (*at, record.id));
        waiting.into_iter().map(|(_, record)| record).collect()
    }
}

fn of_block(row: BlockRow) -> Option<(Timestamp, WaitingRecord)> {
    let waits_for = row.waits_for()?;
    let new = row.fields.new;
    let record = WaitingRecord {
        kind: WaitingType::Block,
        id: WaitingId(row.id.0),
        title: new.title.map(|title| title.to_string()).or(new.reason.map(|reason| reason.to_string())),
        minutes: new.minutes,
        price_minor: new.price_minor,
        currency: row.fields.currency,
        waits_for,
    };
    Some((row.created_at, record))
}

fn of_extension(row: &ExtensionRow, currency: &Currency) -> (Timestamp, WaitingRecord) {
    let record = WaitingRecord {
        kind: WaitingType::Extension,
        id: WaitingId(row.id.0),
        title: Some(row.fields.new.reason.to_string()),
        minutes: row.fields.new.minutes,
        price_minor: None,
        currency: currency.clone(),
        waits_for: row.answering_side(),
    };
    (row.created_at, record)
}
