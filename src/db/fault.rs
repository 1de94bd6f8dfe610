//! What a database's refusal means to a caller. SQLite gives no constraint names, so only the kind is used.

use crate::kernel::error::{Code, Error};
use sqlx::error::ErrorKind;

/// Turns an engine's error into ours: conflicts are 409, a full disk 507, an absent or busy server 503, the rest 500.
pub fn classify(error: sqlx::Error) -> Error {
    told(code_of(&error), &error)
}

/// The code that an engine's error stands for.
pub fn code_of(error: &sqlx::Error) -> Code {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_) => Code::Unavailable,
        sqlx::Error::Database(fault) => match fault.kind() {
            ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => Code::Conflict,
            _ => meaning(&fault.code().unwrap_or_default()),
        },
        _ => Code::InternalError,
    }
}

/// An error with this code, and its cause for the log.
pub fn told(code: Code, cause: impl std::fmt::Display) -> Error {
    match code {
        Code::Unavailable => unavailable(cause),
        code => Error::new(code).because(cause),
    }
}

/// 503 with the advice to try again.
pub fn unavailable(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::Unavailable).with("seconds", 2).retry_after(2).because(cause)
}

/// What an engine's code says: SQLite's are numbers of at most four digits, PostgreSQL's have five characters.
fn meaning(code: &str) -> Code {
    if code.len() < 5 {
        // The low byte is the kind of failure, the rest says where it came up.
        return match code.parse::<u32>().map(|code| code & 0xff) {
            // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL; SQLITE_NOMEM and SQLITE_CANTOPEN where memory or file handles
            // run out
            Ok(5 | 6 | 15 | 7 | 14) => Code::Unavailable,
            // SQLITE_FULL; SQLITE_IOERR comes with a disk that is full or gone
            Ok(13 | 10) => Code::StorageFull,
            _ => Code::InternalError,
        };
    }
    match code {
        // disk_full
        "53100" => Code::StorageFull,
        // Serialization failure, deadlock, lock or statement time-out
        "40001" | "40P01" | "55P03" | "57014" => Code::Unavailable,
        // No file handles, memory or connections left
        "53000" | "53200" | "53300" => Code::Unavailable,
        // Shutting down, crashed, starting up, idle for too long; a standby that is not yet or no longer the primary
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" => Code::Unavailable,
        // The connection broke.
        code if code.starts_with("08") => Code::Unavailable,
        _ => Code::InternalError,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_unavailable_and_a_full_disk_is_told() {
        for passing in ["5", "6", "7", "14", "15", "261", "262", "270", "517", "526", "773", "1038"] {
            assert_eq!(meaning(passing), Code::Unavailable, "{passing}");
        }
        for passing in ["40001", "53000", "53200", "53300", "57P01", "57P05", "25006", "08006", "08P01"] {
            assert_eq!(meaning(passing), Code::Unavailable, "{passing}");
        }
        for full in ["13", "10", "778", "53100"] {
            assert_eq!(meaning(full), Code::StorageFull, "{full}");
        }
        // 25861 has the low byte of SQLITE_BUSY, but is no code of SQLite's.
        for ours in ["1", "19", "42601", "25861", ""] {
            assert_eq!(meaning(ours), Code::InternalError, "{ours}");
        }
    }
}
