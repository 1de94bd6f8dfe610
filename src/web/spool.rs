//! Spool files: an answer that is larger than memory should hold is written to a file first and sent from there. A slow
//! reader then holds a file and nothing of the database. A spool file has no name: it goes with its last user, and with
//! the process, however that ends.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Clock, WorkspaceId};
use actix_web::web::Bytes;
use futures_util::{Stream, stream};
use std::{
    fs::{File, OpenOptions, remove_file},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// A spool file has at most so many bytes.
pub const MAX_BYTES: u64 = 256 << 20;
/// So many files there are at a time, and of one workspace.
const FILES: usize = 16;
const FILES_OF_WORKSPACE: usize = 4;
/// So many of them are written at a time; waiting longer for that fails with 503.
const WRITERS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(9);
/// Whoever reads slower than so many bytes per second, after a minute's start, loses the file when others need its place.
const SLOWEST: u64 = 16 << 10;
const START: Duration = Duration::from_secs(60);
/// So many bytes are read at once.
const PART: usize = 128 << 10;

/// The spool files of a server.
pub struct Spools {
    dir: PathBuf,
    max_bytes: u64,
    writers: Arc<Semaphore>,
    files: Mutex<Vec<Weak<Held>>>,
}

/// A file in use; taken away it is closed, and so gone.
struct Held {
    workspace: WorkspaceId,
    file: Mutex<Option<File>>,
    /// When its reader has had time enough; none while it is written.
    until: Mutex<Option<Instant>>,
}

/// A spool file that is being written.
pub struct Spool {
    held: Arc<Held>,
    length: u64,
    max_bytes: u64,
    _writer: OwnedSemaphorePermit,
}

/// A spool file that is whole.
pub struct Spooled {
    held: Arc<Held>,
    length: u64,
}

impl Spools {
    /// In this folder.
    pub fn new(dir: &Path) -> Self {
        Self::with_limit(dir, MAX_BYTES)
    }

    fn with_limit(dir: &Path, max_bytes: u64) -> Self {
        let writers = Arc::new(Semaphore::new(WRITERS));
        Self { dir: dir.to_owned(), max_bytes, writers, files: Mutex::default() }
    }

    /// A new file: 429 while the workspace has too many, 503 while everybody together has.
    pub async fn open(&self, workspace: WorkspaceId, clock: &Clock) -> Result<Spool> {
        let held = self.admit(workspace)?;
        let writer = timeout(PATIENCE, self.writers.clone().acquire_owned()).await;
        let writer = writer.map_err(|_| busy())?.map_err(Error::internal)?;
        let path = self.dir.join(format!("spool-{}", clock.new_id()));
        let file = blocking(move || nameless(&path)).await?;
        *lock(&held.file) = Some(file);
        Ok(Spool { held, length: 0, max_bytes: self.max_bytes, _writer: writer })
    }

    fn admit(&self, workspace: WorkspaceId) -> Result<Arc<Held>> {
        let mut files = lock(&self.files);
        let mut held: Vec<Arc<Held>> = files.iter().filter_map(Weak::upgrade).collect();
        let is_own = |held: &&Arc<Held>| held.workspace == workspace;
        let is_full =
            |held: &[Arc<Held>]| held.len() >= FILES || held.iter().filter(is_own).count() >= FILES_OF_WORKSPACE;
        if is_full(&held) {
            held.retain(|held| !held.take_away_from_slow(Instant::now()));
        }
        if held.iter().filter(is_own).count() >= FILES_OF_WORKSPACE {
            return Err(Error::new(Code::TooManyRequests).with("seconds", 10).retry_after(10));
        }
        if held.len() >= FILES {
            return Err(busy());
        }
        let new = Arc::new(Held { workspace, file: Mutex::default(), until: Mutex::default() });
        held.push(new.clone());
        *files = held.iter().map(Arc::downgrade).collect();
        Ok(new)
    }
}

impl Held {
    /// Closes the file of a reader who has had time enough; whether there is none then.
    fn take_away_from_slow(&self, now: Instant) -> bool {
        let is_slow = lock(&self.until).is_some_and(|until| until <= now);
        if is_slow {
            lock(&self.file).take();
        }
        is_slow
    }

    /// Uses the file, if it was not taken away.
    fn with<T>(&self, work: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        match &*lock(&self.file) {
            Some(file) => work(file),
            None => Err(io::Error::from(io::ErrorKind::TimedOut)),
        }
    }
}

impl Spool {
    /// Adds a part; 422 when the file would become too large.
    pub async fn write(&mut self, part: impl Into<Bytes>) -> Result<()> {
        let (part, at): (Bytes, u64) = (part.into(), self.length);
        self.length += part.len() as u64;
        if self.length > self.max_bytes {
            return Err(Error::new(Code::ExportTooLarge).with("max", self.max_bytes));
        }
        let held = self.held.clone();
        blocking(move || held.with(|file| file.write_all_at(&part, at))).await
    }

    /// Nothing more comes: it can be sent.
    pub fn finish(self) -> Spooled {
        let time = START + Duration::from_secs(self.length / SLOWEST);
        *lock(&self.held.until) = Some(Instant::now() + time);
        Spooled { held: self.held, length: self.length }
    }
}

impl Spooled {
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The content, read as it is sent. Where reading breaks off the connection does too, so that nobody takes a part for
    /// the whole.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold((self, 0), |(spooled, at)| async move {
            let part = PART.min(usize::try_from(spooled.length - at).unwrap_or(PART));
            if part == 0 {
                return Ok(None);
            }
            let held = spooled.held.clone();
            let read = move || {
                let mut bytes = vec![0; part];
                held.with(|file| file.read_exact_at(&mut bytes, at)).map(|()| Bytes::from(bytes))
            };
            Ok(Some((blocking(read).await?, (spooled, at + part as u64))))
        })
    }
}

/// A file of the owner's alone whose name is gone before anything is written.
fn nameless(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    remove_file(path)?;
    Ok(file)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(Error::internal)?.map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Error::new(Code::StorageFull).because(error)
        }
        _ => Error::internal(format!("a spool file: {error}")),
    })
}

fn busy() -> Error {
    Error::new(Code::Unavailable).with("seconds", 10).retry_after(10)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
