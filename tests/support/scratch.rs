//! Folders of this test process. A small shell beside it reads a pipe that only this process holds open: when the
//! process ends, however it ends, the shell tidies up, so that even SIGKILL leaves nothing behind.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// A folder of one test, removed on drop.
pub struct Dir(PathBuf);

impl Dir {
    pub fn new() -> Self {
        static ROOT: OnceLock<(PathBuf, Child)> = OnceLock::new();
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (root, _) = ROOT.get_or_init(|| watched("files", None, "read -r end", &[]));
        let dir = root.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&dir).expect("a folder in the folder of this process");
        Self(dir)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        // What cannot be removed now goes with the folder of the process.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that `script` (it is `$1` there) may use until its standard input ends; afterwards the folder goes.
/// The child must be kept: dropping it closes the pipe.
pub fn watched(kind: &str, owner: Option<(u32, u32)>, script: &str, args: &[&OsStr]) -> (PathBuf, Child) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970").as_nanos();
    let dir = std::env::temp_dir().join(format!("vorzimmer-{kind}-{}-{now}", std::process::id()));
    let script = format!("trap '' HUP INT TERM\nmkdir -m 700 \"$1\" || exit\n{script}\nrm -rf \"$1\"");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).arg("sh").arg(&dir).args(args).stdin(Stdio::piped()).current_dir("/");
    // Ctrl-C reaches the whole group of the terminal: the shell must outlive it to tidy up.
    shell.process_group(0);
    if let Some((user, group)) = owner {
        shell.uid(user).gid(group);
    }
    let mut child = shell.spawn().expect("sh starts");
    let made =
        wait_until(Duration::from_secs(10), || dir.is_dir() || child.try_wait().is_ok_and(|end| end.is_some()));
    assert!(made, "the shell made no folder {}", dir.display());
    (dir, child)
}

/// Polls until the condition holds; whether it did in time.
pub fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// Writes past the test runner's capture, which hides what passing tests print.
pub fn announce(line: &str) {
    use io::Write;
    // A closed standard error is nobody's fault here.
    let _ = writeln!(io::stderr(), "{line}");
}
