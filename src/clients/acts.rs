//! What is done with clients, in the caller's transaction.

use super::{
    model::{ClientRow, NewClient},
    store,
};
use crate::db::Tx;
use crate::error::Result;
use crate::events::record;

/// Adds a client.
pub async fn create(tx: &mut Tx, new: NewClient) -> Result<ClientRow> {
    let (currency, time_zone, language) = store::workspace_defaults(tx).await?;
    let new = new.complete(&currency, &time_zone, &language)?;
    store::check_ref(tx, &new, None).await?;
    let row = store::insert(tx, &new).await?;
    record(tx, "client.created", None, &row).await?;
    Ok(row)
}
