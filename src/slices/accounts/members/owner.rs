//! What only the owner may do.

use super::store;
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::Caller;

/// The caller must own the workspace still, whatever they did when their request came: of two who hand it over at once
/// only the first does, and who has handed it over deletes nothing any more.
pub async fn require_owner(tx: &mut Tx, caller: &Caller) -> Result<()> {
    let member = store::of_user(tx, caller.user).await?;
    let refuse = || Error::new(Code::Forbidden).with_both("who", "The owner", "der Inhaberin");
    if member.is_some_and(|member| member.is_owner) { Ok(()) } else { Err(refuse()) }
}
