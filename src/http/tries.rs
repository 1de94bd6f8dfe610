//! Tries to prove who one is: counted per address and per account before anything is hashed, also when they come in
//! parallel.

use super::{Cx, gate::too_many};
use crate::error::Result;

impl Cx {
    /// Counts a try from the caller's address and, if given, at an account; 429 beyond the limit.
    pub fn count_try(&self, account: Option<&str>) -> Result<()> {
        let (app, now) = (self.app(), self.app().clock.now());
        // An address beyond its limit must not use up the tries of the account's holder.
        let by_address = app.tries_by_address.count(&self.about().address.to_string(), now);
        if !by_address.allowed {
            return Err(too_many(by_address));
        }
        match account.map(|account| app.tries.count(&account.to_owned(), now)) {
            Some(window) if !window.allowed => Err(too_many(window)),
            _ => Ok(()),
        }
    }

    /// The holder has proved herself: her tries count no more.
    pub fn forget_tries(&self, account: &str) {
        self.app().tries.forget(&account.to_owned());
    }
}
