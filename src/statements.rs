//! Every statement that is not grown by a filter, so that each can be prepared on both engines and read at one place.

use crate::STATEMENTS;
use crate::slices::clients::channels::store::CHANNELS;
use crate::slices::clients::contacts::store::CONTACTS;
use crate::slices::clients::store::CLIENTS;
use crate::slices::engagements::store::ENGAGEMENTS;
use crate::slices::tasks::store::TASKS;

/// Every statement: its module or table, its name and its text.
pub fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let tables = [
        CLIENTS.statements(),
        CONTACTS.statements(),
        CHANNELS.statements(),
        ENGAGEMENTS.statements(),
        TASKS.statements(),
    ];
    let written =
        STATEMENTS.iter().flat_map(|(module, list)| list.iter().map(|(name, text)| (*module, *name, *text)));
    written.chain(tables.concat()).collect()
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
