//! Accounts over HTTP.

mod account;
mod email;
mod me;
mod password;

pub use account::{log_in, log_out, refresh_session, register_account};
pub use email::confirm_email;
pub use me::{get_me, update_me};
pub use password::{change_password, request_password_reset, reset_password};

use crate::kernel::Password;
use crate::kernel::error::{Code, Error, FaultCode, Faults};
use crate::platform::auth::is_common;
use crate::platform::cx::challenge;

/// A new password must not be one of those that everybody tries.
fn check_new_password(password: &Password, pointer: &str, faults: &mut Faults) {
    if is_common(password) {
        faults.add(pointer, FaultCode::CommonPassword);
    }
}

/// 401 that does not say whether the account exists.
fn wrong_credentials() -> Error {
    challenge(Error::new(Code::InvalidCredentials))
}
