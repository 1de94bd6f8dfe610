//! What whoever runs the server does for an account, with no mail and no log-in.

use super::store;
use crate::db::{Db, Tx};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Clock, Email, Password, random_bytes};
use crate::platform::auth::Hasher;
use crate::slices::accounts::members;
use crate::slices::accounts::sessions::store::{self as session_store, Because};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Gives the account with this address a new random password, ends its sessions and API keys, and says the
/// password.
pub async fn reset_password(db: &Db, clock: &Clock, email: &Email) -> Result<Password> {
    let password = Password(URL_SAFE_NO_PAD.encode(random_bytes::<15>()));
    let hash = Hasher::default().hash(&password).await?;
    let mut tx = Tx::open(db, clock, Default::default()).await?;
    let user = store::by_email(&mut tx, email).await?;
    let user = user.ok_or_else(|| Error::internal("no account has this address"))?;
    store::lock(&mut tx, user.id).await?;
    store::set_password(&mut tx, user.id, hash).await?;
    session_store::revoke_all(&mut tx, user.id, None, Because::PasswordReset).await?;
    let held = members::hold(&mut tx, user.id).await?;
    members::end_api_keys(&mut tx, &held).await?;
    tx.commit().await?;
    Ok(password)
}
