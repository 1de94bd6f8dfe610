//! What a database's refusal means to a caller. SQLite gives no constraint names, so only the kind is used.

use crate::error::{Code, Error};
use sqlx::error::ErrorKind;

/// Turns an engine's error into ours: conflicts are 409, a full disk 507, an absent or busy server 503, the rest 500.
pub fn classify(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_) => unavailable(&error),
        sqlx::Error::Database(fault) => {
            let code = fault.code().unwrap_or_default();
            match (fault.kind(), &*code) {
                (ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation, _) => {
                    Error::new(Code::Conflict).because(&error)
                }
                // SQLITE_FULL; PostgreSQL disk_full
                (_, "13" | "53100") => Error::new(Code::StorageFull).because(&error),
                // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED; serialization failure, deadlock, too many
                // connections, shutting down, crashed, starting up, lock or statement time-out
                (
                    _,
                    "5" | "517" | "6" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03" | "55P03"
                    | "57014",
                ) => unavailable(&error),
                // SQLITE_IOERR and its kin come with a disk that is full or gone
                (_, code) if code.parse::<u32>().is_ok_and(|code| code & 0xff == 10) && code.len() < 5 => {
                    Error::new(Code::StorageFull).because(&error)
                }
                _ => Error::internal(&error),
            }
        }
        _ => Error::internal(&error),
    }
}

/// 503 with the advice to try again.
pub fn unavailable(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::Unavailable).with("seconds", 2).retry_after(2).because(cause)
}
