//! Accounts over HTTP.

mod account;
mod me;

pub use account::{log_in, log_out, refresh_session, register_account};
pub use me::get_me;

use crate::auth::is_common;
use crate::error::{Code, Error, FaultCode, Result};
use crate::http::{Cx, challenge};
use crate::types::Password;

/// A new password must not be one of those that everybody tries.
fn check_new_password(password: &Password, pointer: &str) -> Result<()> {
    if is_common(password) { Err(Error::fault(pointer, FaultCode::CommonPassword)) } else { Ok(()) }
}

/// 401 that does not say whether the account exists.
fn wrong_credentials() -> Error {
    challenge(Error::new(Code::InvalidCredentials))
}

/// The program that calls, as it calls itself.
fn user_agent(cx: &Cx) -> Option<String> {
    let sent = cx.request().headers().get("user-agent")?.to_str().ok()?.trim();
    (!sent.is_empty()).then(|| sent.chars().take(300).collect())
}
