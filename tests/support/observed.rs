//! Which refusals the tests have seen: each operation's statuses and codes, a line each, in `target/tmp/refusals`. The
//! document lists what an operation can refuse, and `tools/check-refusals` holds both against each other.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions, create_dir_all},
    io::Write,
    sync::{LazyLock, Mutex},
};

struct Observed {
    file: File,
    seen: HashSet<String>,
}

static OBSERVED: LazyLock<Mutex<Observed>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/refusals");
    create_dir_all(folder).expect("a folder for what is observed");
    let path = format!("{folder}/{}", std::process::id());
    let file = OpenOptions::new().create(true).append(true).open(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    Mutex::new(Observed { file, seen: HashSet::new() })
});

/// Notes that an operation has refused something with this status and code.
pub fn observe(operation: &str, status: u16, code: &str) {
    let line = format!("{operation} {status} {code}\n");
    let mut observed = OBSERVED.lock().expect("no test panics while it holds the lock");
    if observed.seen.insert(line.clone()) {
        // One write, so that lines of several programs stay whole.
        observed.file.write_all(line.as_bytes()).expect("a line of what is observed");
    }
}
