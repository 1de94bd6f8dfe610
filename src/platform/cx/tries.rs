//! Tries to prove who one is: counted per address and per account before anything is hashed, also when they come in
//! parallel.

use super::{Cx, count::too_many};
use crate::kernel::Email;
use crate::kernel::error::Result;

impl Cx {
    /// Counts a try from the caller's address and, if given, at an account; 429 beyond the limit.
    pub fn count_try(&self, account: Option<&str>) -> Result<()> {
        let (app, now) = (self.app(), self.app().clock.monotonic());
        // An address beyond its limit must not use up the tries of the account's holder.
        let window = app.tries_by_address.count(&self.about().address.to_string(), now);
        if !window.allowed {
            return Err(too_many(window));
        }
        account.map_or(Ok(()), |account| self.count_try_at(account))
    }

    /// Counts a try at an account whose name became known only after the address was counted.
    pub fn count_try_at(&self, account: &str) -> Result<()> {
        let window = self.app().tries.count(&account.to_owned(), self.app().clock.monotonic());
        if window.allowed { Ok(()) } else { Err(too_many(window)) }
    }

    /// Counts a mail that the caller has sent to somebody who may not want it: per address, and per workspace.
    pub fn count_mail(&self, to: &Email) -> Result<()> {
        let workspace = format!("mail from {}", self.caller().workspace);
        let window = self.app().tries_by_address.count(&workspace, self.app().clock.monotonic());
        if !window.allowed {
            return Err(too_many(window));
        }
        self.count_try_at(&format!("mail to {}", to.key()))
    }

    /// The holder has proved who they are: their tries count no more.
    pub fn forget_tries(&self, account: &str) {
        self.app().tries.forget(&account.to_owned());
    }
}
