//! Users and their mailed tokens in the database.

use super::model::UserRow;
use crate::db::{Conn, Tx, sql, statements};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Email, Name, Timestamp, UserId, sort_key};

macro_rules! columns {
    () => {
        "id, email, email_verified_at, name, password_hash, version, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO users (id, email, email_key, email_verified_at, name, sort_key, password_hash, \
        version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
    BY_EMAIL = concat!("SELECT ", columns!(), " FROM users WHERE email_key = $1");
    LOCK = concat!("UPDATE users SET version = version WHERE id = $1 RETURNING ", columns!());
    SET_PROFILE = concat!("UPDATE users SET name = $2, sort_key = $3, email = $4, version = version + 1, \
        updated_at = $5 WHERE id = $1 RETURNING ", columns!());
    SET_EMAIL = concat!("UPDATE users SET email = $2, email_key = $3, email_verified_at = $4, \
        version = version + 1, updated_at = $5 WHERE id = $1 RETURNING ", columns!());
    SET_PASSWORD = "UPDATE users SET password_hash = $2, version = version + 1, updated_at = $3 WHERE id = $1";
    VERIFY_EMAIL = "UPDATE users SET email_verified_at = $2, version = version + 1, updated_at = $3 \
        WHERE id = $1 AND email_verified_at IS NULL";
    INSERT_TOKEN = "INSERT INTO mailed_tokens (hash, user_id, purpose, new_email, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    USE_TOKEN = "UPDATE mailed_tokens SET used_at = $3 WHERE hash = $1 AND purpose = $2 AND used_at IS NULL \
        AND expires_at > $3 RETURNING user_id, new_email";
    FIND_TOKEN = "SELECT user_id FROM mailed_tokens WHERE hash = $1 AND purpose = $2 AND used_at IS NULL \
        AND expires_at > $3";
    VOID_TOKENS = "UPDATE mailed_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL \
        AND purpose = COALESCE($3, purpose)";
    SWEEP_TOKENS = "DELETE FROM mailed_tokens WHERE user_id = $1 AND expires_at <= $2";
    PENDING_EMAIL = "SELECT new_email FROM mailed_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL \
        AND expires_at > $3 ORDER BY created_at DESC LIMIT 1";
}

/// What a mailed token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    PasswordReset,
    EmailChange,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }
}

/// Adds a user; 409 when the address is taken.
pub async fn insert(
    tx: &mut Tx,
    (email, name): (&Email, &Name),
    password_hash: String,
    verified: bool,
) -> Result<UserRow> {
    let (id, now) = (UserId(tx.new_id()), tx.now());
    let insert = sql(INSERT).bind(id).bind(email).bind(email.key()).bind(verified.then_some(tx.wall_clock()));
    let insert = insert.bind(name).bind(sort_key(name)).bind(password_hash).bind(now);
    tx.one(insert).await.map_err(taken)
}

/// The user with this id.
pub async fn find(conn: &mut Conn, id: UserId) -> Result<UserRow> {
    conn.optional(sql(FIND).bind(id)).await?.ok_or_else(Error::not_found)
}

/// The user with this address.
pub async fn by_email(conn: &mut Conn, email: &Email) -> Result<Option<UserRow>> {
    conn.optional(sql(BY_EMAIL).bind(email.key())).await
}

/// The user as they stand, held until the transaction ends. Taken before any of their tokens and any workspace.
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<UserRow> {
    tx.optional(sql(LOCK).bind(id)).await?.ok_or_else(Error::not_found)
}

/// The user as they stand, held as by [`lock`], unless the password that they proved who they are with has changed since.
pub async fn lock_proven(tx: &mut Tx, proven: &UserRow) -> Result<Option<UserRow>> {
    let row = lock(tx, proven.id).await?;
    Ok(Some(row).filter(|row| row.password_hash == proven.password_hash))
}

/// Stores name and address, where the address is written differently but the same.
pub async fn set_profile(tx: &mut Tx, id: UserId, name: &Name, email: &Email) -> Result<UserRow> {
    let now = tx.now();
    tx.one(sql(SET_PROFILE).bind(id).bind(name).bind(sort_key(name)).bind(email).bind(now)).await
}

/// Stores a new address that its user has shown to be theirs; 409 when it is taken.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &Email) -> Result<UserRow> {
    let set = sql(SET_EMAIL).bind(id).bind(email).bind(email.key()).bind(tx.wall_clock()).bind(tx.now());
    tx.one(set).await.map_err(taken)
}

/// Stores a new password; whatever was mailed before no longer counts.
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: String) -> Result<()> {
    let now = tx.now();
    tx.execute(sql(SET_PASSWORD).bind(id).bind(password_hash).bind(now)).await?;
    void_tokens(tx, id, None).await
}

/// Notes that they have shown their address to be theirs.
pub async fn verify_email(tx: &mut Tx, id: UserId) -> Result<()> {
    let verify = sql(VERIFY_EMAIL).bind(id).bind(tx.wall_clock()).bind(tx.now());
    tx.execute(verify).await.map(drop)
}

/// Keeps the hash of a token that is about to be mailed.
pub async fn insert_token(
    tx: &mut Tx,
    user: UserId,
    (purpose, new_email): (Purpose, Option<&Email>),
    hash: Vec<u8>,
    seconds: i64,
) -> Result<()> {
    let now = tx.wall_clock();
    tx.execute(sql(SWEEP_TOKENS).bind(user).bind(now)).await?;
    let insert = sql(INSERT_TOKEN).bind(hash).bind(user).bind(purpose.word());
    let insert = insert.bind(new_email.map(|email| email.0.clone())).bind(now).bind(now.plus_seconds(seconds));
    tx.execute(insert).await.map(drop)
}

/// Uses a mailed token up: whose it was, and the address that it was about. It works once.
pub async fn use_token(tx: &mut Tx, hash: &[u8], purpose: Purpose) -> Result<(UserId, Option<Email>)> {
    let now = tx.wall_clock();
    let used = tx.optional(sql(USE_TOKEN).bind(hash).bind(purpose.word()).bind(now)).await?;
    used.ok_or_else(|| Error::new(Code::TokenExpired))
}

/// Whose mailed token this is, while it is good; 410 else.
pub async fn find_token(conn: &mut Conn, hash: &[u8], purpose: Purpose, now: Timestamp) -> Result<UserId> {
    let found = conn.scalar(sql(FIND_TOKEN).bind(hash).bind(purpose.word()).bind(now)).await?;
    found.ok_or_else(|| Error::new(Code::TokenExpired))
}

/// No token that was mailed for a purpose (or for any) counts any more.
pub async fn void_tokens(tx: &mut Tx, user: UserId, purpose: Option<Purpose>) -> Result<()> {
    let now = tx.wall_clock();
    tx.execute(sql(VOID_TOKENS).bind(user).bind(now).bind(purpose.map(Purpose::word))).await.map(drop)
}

/// The address that waits to be confirmed.
pub async fn pending_email(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Option<Email>> {
    let pending = sql(PENDING_EMAIL).bind(user).bind(Purpose::EmailChange.word()).bind(now);
    Ok(conn.scalar::<Option<Email>>(pending).await?.flatten())
}

fn taken(error: Error) -> Error {
    match error.code() {
        Code::Conflict => Error::new(Code::EmailTaken),
        _ => error,
    }
}
