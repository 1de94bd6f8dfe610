//! Files that nobody but the server's own user may read or write: the database and its companions, the keys.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// What the server's own user may do with them at most.
const MODE: u32 = 0o600;

/// Makes an empty file where there is none, and closes it to others. One that is there is not opened: closing a database
/// file again would end the locks that this process holds on it.
pub fn make(path: &Path) -> io::Result<()> {
    match OpenOptions::new().create_new(true).write(true).mode(MODE).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => close(path),
    }
    Ok(())
}

/// Closes a file to others, if it is there. One that belongs to somebody else, or cannot be changed, stays as it is: how
/// it came there is for whoever put it there to know.
pub fn close(path: &Path) {
    let narrowed = || {
        let mode = fs::metadata(path)?.permissions().mode();
        match mode & 0o7777 & !MODE {
            0 => Ok(()),
            _ => fs::set_permissions(path, Permissions::from_mode(mode & MODE)),
        }
    };
    match narrowed() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a file stays open to others");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::random_bytes;

    #[test]
    fn a_file_is_closed_to_others_and_never_opened_wider() {
        let dir = std::env::temp_dir().join(format!("vorzimmer-private-{}", u64::from_ne_bytes(random_bytes())));
        fs::create_dir(&dir).unwrap();
        let path = dir.join("file");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        close(&path);
        make(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(mode(), 0o600);
        fs::write(&path, "kept").unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        for (before, after) in [(0o644, 0o600), (0o777, 0o600), (0o640, 0o600), (0o400, 0o400), (0o440, 0o400)] {
            fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
            close(&path);
            assert_eq!(mode(), after, "{before:o}");
        }
        fs::remove_dir_all(&dir).unwrap();
    }
}
