//! CPU time of processes, as Linux counts it, in nanoseconds.

use std::fs;

/// What a server and its database have used so far.
#[derive(Clone, Copy, Default)]
pub struct Used {
    pub server: u64,
    /// The processes of PostgreSQL; 0 where the database is in the server.
    pub database: u64,
}

impl Used {
    pub fn since(self, before: Self) -> Self {
        Self { server: self.server - before.server, database: self.database.saturating_sub(before.database) }
    }
}

/// The CPU time of a server, and of PostgreSQL below its first process.
pub fn of(server: u32, postmaster: Option<u32>) -> Used {
    let database = postmaster.map_or(0, |parent| {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| parent_of(*id) == Some(parent)).map(threads).sum()
    });
    Used { server: threads(server), database }
}

/// The memory that a process holds, in bytes.
pub fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn threads(process: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| on_cpu(&fs::read_to_string(task.path().join("schedstat")).ok()?)).sum()
}

/// The first figure of `schedstat`.
fn on_cpu(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The fourth field of `stat`, counted after the name, which may hold anything.
fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
