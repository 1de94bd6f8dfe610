//! One process at a time: what SQLite itself does not order between processes that start together.

use crate::kernel::error::{Error, Result};
use crate::kernel::private;
use std::{fs::File, path::Path};

/// Waits until no other process is opening or migrating the database in this folder; dropping the file lets the next
/// one go on. Turning a new file's journal to WAL answers "locked" at once, whatever the busy timeout says, and sqlx's
/// migrator for SQLite has no lock at all.
pub(super) async fn alone(dir: &Path) -> Result<File> {
    let path = dir.join("migrate.lock");
    tokio::task::spawn_blocking(move || {
        private::make(&path)?;
        let file = File::options().write(true).open(&path)?;
        file.lock().map(|()| file)
    })
    .await
    .map_err(Error::internal)?
    .map_err(|error| Error::internal(format!("the lock file: {error}")))
}
