//! Every statement that is not grown by a filter, so that each can be prepared on both engines and read at one place.

use crate::platform::slice::Statements;
use crate::platform::{auth, cx, events, jobs, mail};
use crate::slices;

/// What the platform asks the database, by module.
const OF_PLATFORM: &[Statements] = &[
    ("platform::auth::lookup", auth::lookup::STATEMENTS),
    ("platform::events::store", events::store::STATEMENTS),
    ("platform::cx::idempotency", cx::idempotency::STATEMENTS),
    ("platform::jobs::queue", jobs::queue::STATEMENTS),
    ("platform::mail::store", mail::store::STATEMENTS),
    ("platform::mail::store::OUTBOX", &mail::store::OUTBOX.statements.listed()),
];

/// Every statement: its module or table, its name and its text.
pub fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let of_slices = slices::ALL.iter().flat_map(|slice| slice.statements);
    let written = OF_PLATFORM.iter().chain(of_slices);
    let written = written.flat_map(|(module, list)| list.iter().map(|(name, text)| (*module, *name, *text)));
    let tables = slices::ALL.iter().flat_map(|slice| slice.tables).flat_map(|table| table.statements());
    written.chain(tables).collect()
}

/// All of them as `docs/statements.sql` shows them.
pub fn printed() -> String {
    let mut all = all();
    all.sort_unstable();
    let heading = "-- Written by `vorzimmer statements`. Lists that grow by their filters are not among them.\n";
    all.iter().fold(heading.to_owned(), |text, (place, name, statement)| {
        text + "\n-- " + place + " " + name + "\n" + statement + ";\n"
    })
}
