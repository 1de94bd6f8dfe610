use super::*;
use crate::kernel::random_bytes;
use futures_util::TryStreamExt;
use std::os::unix::fs::MetadataExt;

/// Spools in a folder of their own, which goes with it.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("vorzimmer-spool-{}", u64::from_ne_bytes(random_bytes())));
        std::fs::create_dir(&dir).unwrap();
        Self(dir)
    }

    fn is_empty(&self) -> bool {
        std::fs::read_dir(&self.0).unwrap().next().is_none()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn workspace() -> WorkspaceId {
    WorkspaceId(Clock::system().new_id())
}

async fn open(spools: &Spools, workspace: WorkspaceId) -> Result<Spool> {
    spools.open(workspace, &Clock::system()).await
}

#[tokio::test]
async fn a_spool_gives_back_what_was_written_and_leaves_no_name() {
    let place = Place::new();
    let spools = Spools::new(&place.0);
    let mut spool = open(&spools, workspace()).await.unwrap();
    let mode = spool.held.with(|file| Ok(file.metadata()?.mode())).unwrap();
    assert_eq!(mode & 0o777, 0o600);
    let mut expected = Vec::new();
    for n in 0..5_u8 {
        let part = vec![n; 100_000];
        expected.extend_from_slice(&part);
        spool.write(part).await.unwrap();
        assert!(place.is_empty(), "a process that dies leaves nothing");
    }
    let spooled = spool.finish();
    assert_eq!(spooled.length(), 500_000);
    let parts: Vec<Bytes> = spooled.into_stream().try_collect().await.unwrap();
    assert!(parts.len() > 1 && parts.concat() == expected);
}

#[tokio::test]
async fn a_spool_is_bounded() {
    let place = Place::new();
    let spools = Spools::with_limit(&place.0, 10);
    let mut spool = open(&spools, workspace()).await.unwrap();
    spool.write("0123456789").await.unwrap();
    assert_eq!(spool.write("0").await.unwrap_err().code(), Code::ExportTooLarge);
}

#[tokio::test]
async fn a_workspace_has_few_spools_and_all_together_have_not_many() {
    let place = Place::new();
    let spools = Spools::new(&place.0);
    let (busy, mut held) = (workspace(), Vec::new());
    for _ in 0..FILES_OF_WORKSPACE {
        held.push(open(&spools, busy).await.unwrap().finish());
    }
    let refused = open(&spools, busy).await.err().unwrap();
    assert_eq!(refused.code(), Code::TooManyRequests);
    while held.len() < FILES {
        held.push(open(&spools, workspace()).await.unwrap().finish());
    }
    assert_eq!(open(&spools, workspace()).await.err().unwrap().code(), Code::Unavailable);
    held.truncate(1);
    open(&spools, busy).await.unwrap();
}

#[tokio::test]
async fn a_reader_who_takes_too_long_makes_room() {
    let place = Place::new();
    let spools = Spools::new(&place.0);
    let (own, mut held) = (workspace(), Vec::new());
    for _ in 0..FILES_OF_WORKSPACE {
        let mut spool = open(&spools, own).await.unwrap();
        spool.write("whole").await.unwrap();
        held.push(spool.finish());
    }
    *lock(&held[0].held.until) = Some(Instant::now());
    open(&spools, own).await.unwrap();
    let [slow, quick] = [held.remove(0), held.remove(0)];
    assert!(slow.into_stream().try_collect::<Vec<_>>().await.is_err(), "its connection breaks off");
    assert_eq!(quick.into_stream().try_collect::<Vec<_>>().await.unwrap().concat(), b"whole");
}
