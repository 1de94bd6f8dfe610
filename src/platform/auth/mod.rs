//! Who calls: passwords, tokens, API keys, and what a caller may see. Knows no request.

mod caller;
mod keys;
pub mod lookup;
mod password;
mod secret;
mod throttle;
mod token;

pub use caller::{Caller, MemberRole, Role, Scope, ScopeName};
pub use keys::{JwtKeys, KeySet, make_key_files};
pub use lookup::Callers;
pub use password::{Hasher, is_common};
pub use secret::{Secret, SecretKind};
pub use throttle::{Counted, Throttle, Tries, Window};
pub use token::{ACCESS_SECONDS, Claims, Tokens};
