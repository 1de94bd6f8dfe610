//! Where PostgreSQL's programs are, and who may run them.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::MetadataExt,
    path::PathBuf,
};

/// The folder that holds `initdb` and `postgres`: on the PATH, else Debian's newest.
#[expect(clippy::disallowed_methods, reason = "tests look for programs as a shell does")]
pub fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            Some((entry.as_ref().ok()?.file_name().to_str()?.parse::<u32>().ok()?, entry.ok()?.path()))
        })
        .collect();
    debian.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    std::env::split_paths(&path)
        .chain(debian.into_iter().map(|(_, dir)| dir.join("bin")))
        .find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root: then the user `postgres`, else `nobody`, runs it.
pub fn owner() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("the list of users");
    ["postgres", "nobody"].iter().find_map(|name| {
        let fields: Vec<_> =
            users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|it| it[0] == *name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    })
}

/// A port of this machine that nobody listens at.
pub fn spare_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a spare port");
    listener.local_addr().expect("the port of a listener").port()
}
