//! The database: one SQL for SQLite and PostgreSQL, written in the subset both share.
//!
//! A statement is a constant text with `$1…$n` and typed arguments ([`sql`]); [`Conn`] runs it on either engine.
//! [`Read`] sees what is committed, a [`Db::snapshot`] what was at one moment; [`Tx`] changes one workspace at a time. No slice is known here.

mod alone;
mod bells;
mod conn;
mod due;
mod fault;
mod migrate;
mod open;
mod page;
mod postgres;
mod readers;
mod registry;
mod relay;
mod session;
mod skew;
mod snapshot;
mod sql;
mod sqlite;
mod table;
mod texts;
mod turns;
mod tx;
mod unsettled;
mod writer;

pub use bells::{Bell, Bells};
pub use conn::Conn;
pub use due::Due;
pub use migrate::migrate;
pub use open::{Db, Engine};
pub use page::{Order, Page, Slice, Window, window, windowed};
pub use registry::{Blockable, Holder, Reacting, Reaction, Registered, Registry};
pub use relay::{LISTENER_NAME, Relay};
pub use skew::Skew;
pub use snapshot::Head;
pub use sql::{Sql, sql};
pub use table::{Stated, Table};
pub use turns::Turns;
pub use tx::{Actor, Tx, furthest_change};
pub use unsettled::Unsettled;

/// A session that reads committed rows.
pub type Read = Conn;

/// Declares a store's statements as constants, each of one text or of several in a row, and lists them so that a test
/// can prepare each on both engines.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $($part:expr),+;)+) => {
        $($(#[$meta])* const $name: &str = {
            const PARTS: &[&str] = &[$($part),+];
            const TEXT: &[u8] = &$crate::kernel::joined::<{ $crate::kernel::joined_len(PARTS) }>(PARTS);
            $crate::kernel::text(TEXT)
        };)+
        /// Every statement of this store, by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;
