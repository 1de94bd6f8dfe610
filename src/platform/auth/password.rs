//! Passwords: argon2id, a bounded number of hashes at a time, common passwords refused.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Password, random_bytes};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use std::sync::{
    Arc, LazyLock, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;

/// Hashes passwords (argon2id, m = 19456 KiB, t = 2, p = 1; OWASP's recommendation), as many at a time as there are
/// cores; a queue beyond that is bounded and answers 503.
#[derive(Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
    queued: Arc<AtomicUsize>,
    memories: Arc<Mutex<Memories>>,
}

/// What argon2 works in: 19 MiB.
type Memory = Vec<Block>;

/// The memories of the places. Each is used again and again while there is work, and the last one to finish gives them all
/// back to the system.
#[derive(Default)]
struct Memories {
    idle: Vec<Memory>,
    in_use: usize,
}

/// How many blocks of 1 KiB a memory has room for; those beyond its 19 MiB are never touched. glibc gives what is larger
/// than 32 MiB a mapping of its own, which ends when it is freed; what is smaller stays with the process once the first
/// was freed, in the arena of each thread that ever hashed.
const ROOM: usize = 33 << 10;

/// Verified when there is no such account, so that it takes as long as a wrong password. No password has this hash.
const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// At most this many callers wait for a place.
const QUEUE: usize = 64;

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { places: Arc::new(Semaphore::new(cores)), queued: Arc::default(), memories: Arc::default() }
    }
}

impl Hasher {
    /// The PHC string of a password.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let password = password.clone();
        self.run(move |memory| hash(&password, memory)).await
    }

    /// Whether the password belongs to the hash; without a hash it takes as long and says no.
    pub async fn verify(&self, password: &Password, phc: Option<String>) -> Result<bool> {
        let password = password.clone();
        let (known, phc) = (phc.is_some(), phc.unwrap_or_else(|| DECOY.to_owned()));
        self.run(move |memory| Ok(verify(&password, &phc, memory)? && known)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let before = self.queued.fetch_add(1, Ordering::SeqCst);
        let queued = Queued(&self.queued);
        if before >= QUEUE {
            return Err(Error::new(Code::Unavailable).with("seconds", 2).retry_after(2));
        }
        let place = self.places.clone().acquire_owned().await.map_err(Error::internal)?;
        drop(queued);
        let (memories, others) = (self.memories.clone(), self.queued.clone());
        tokio::task::spawn_blocking(move || {
            let held = || memories.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = held().take();
            let result = work(&mut memory);
            held().give_back(memory, others.load(Ordering::SeqCst) > 0);
            drop(place);
            result
        })
        .await
        .map_err(Error::internal)?
    }
}

impl Memories {
    fn take(&mut self) -> Memory {
        self.in_use += 1;
        self.idle.pop().unwrap_or_else(|| Memory::with_capacity(ROOM))
    }

    fn give_back(&mut self, memory: Memory, is_awaited: bool) {
        self.in_use -= 1;
        self.idle.push(memory);
        if self.in_use == 0 && !is_awaited {
            self.idle.clear();
        }
    }
}

/// A place in the queue, given back also when the caller has gone.
struct Queued<'a>(&'a AtomicUsize);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The PHC string (argon2id, version 19) of a password with a new salt.
fn hash(password: &str, memory: &mut Memory) -> Result<String> {
    let params = Params::new(19_456, 2, 1, None).map_err(failed)?;
    let salt = Salt::new(&random_bytes::<16>()).map_err(failed)?;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(failed)?,
        salt: Some(salt),
        hash: Some(output(password, &salt, params, Params::DEFAULT_OUTPUT_LEN, memory)?),
    };
    Ok(hash.to_string())
}

/// Whether a password belongs to a PHC string of ours, compared in constant time.
fn verify(password: &str, phc: &str, memory: &mut Memory) -> Result<bool> {
    let stored = PasswordHash::new(phc).map_err(failed)?;
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else { return Err(failed("it lacks a part")) };
    if stored.algorithm != ARGON2ID_IDENT || stored.version != Some(Version::V0x13.into()) {
        return Err(failed("it is of another algorithm"));
    }
    let params = Params::try_from(&stored).map_err(failed)?;
    Ok(output(password, &salt, params, expected.len(), memory)? == expected)
}

/// What argon2id makes of a password; it overwrites whatever the memory holds before it reads it.
fn output(password: &str, salt: &Salt, params: Params, len: usize, memory: &mut Memory) -> Result<Output> {
    memory.resize(memory.len().max(params.block_count()), Block::new());
    let mut bytes = [0; Output::MAX_LENGTH];
    let out = bytes.get_mut(..len).ok_or_else(|| failed("it is too long"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory).map_err(failed)?;
    Output::new(out).map_err(failed)
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("a password's hash: {cause}"))
}

/// Whether a password is one of the common ones, in any case and with digits or signs around it.
pub fn is_common(password: &str) -> bool {
    static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    let one_character = lower.chars().next().is_some_and(|first| lower.chars().all(|c| c == first));
    one_character || COMMON.iter().any(|word| *word == lower || (core.chars().count() >= 4 && *word == core))
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher, PasswordVerifier};
    use std::time::Duration;

    #[tokio::test]
    async fn who_gives_up_leaves_the_queue() {
        let hasher = Hasher::default();
        let cores = hasher.places.available_permits() as u32;
        let busy = hasher.places.clone().acquire_many_owned(cores).await.unwrap();
        for _ in 0..=QUEUE {
            let gives_up = tokio::time::timeout(Duration::from_millis(1), hasher.run(|_| Ok(())));
            gives_up.await.expect_err("every place is taken");
        }
        drop(busy);
        hasher.run(|_| Ok(())).await.expect("the queue is empty");
    }

    #[tokio::test]
    async fn the_decoy_takes_as_long_as_a_stored_hash_and_belongs_to_nobody() {
        let effort = |phc: &str| phc.split('$').take(4).collect::<Vec<_>>().join("$");
        let hash = |password| hash(password, &mut Memory::new()).unwrap();
        assert_eq!(effort(DECOY), effort(&hash("Sommerregen-am-Nordsee7")));
        assert_eq!(DECOY.len(), hash("x").len());
        let password = Password("Sommerregen-am-Nordsee7".to_owned());
        assert!(!Hasher::default().verify(&password, None).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_are_what_argon2_makes_of_them_in_a_memory_that_is_used_again() {
        let hasher = Hasher::default();
        let passwords =
            ["Sommerregen-am-Nordsee7", "Winterwind", "Frühlingsduft", "Herbstlaub"].map(str::to_owned);
        let hashes = passwords.map(|password| (Password(password.clone()), hasher.clone(), password));
        let hashes = futures_util::future::join_all(hashes.map(async |(password, hasher, text)| {
            let hash = hasher.hash(&password).await.unwrap();
            PasswordVerifier::verify_password(&Argon2::default(), text.as_bytes(), hash.as_str()).unwrap();
            (password, hash)
        }))
        .await;
        let by_argon2 = Argon2::default().hash_password(b"Sommerregen-am-Nordsee7").unwrap().to_string();
        for (password, hash) in &hashes {
            assert!(hasher.verify(password, Some(hash.clone())).await.unwrap());
            assert!(!hasher.verify(&Password("another".into()), Some(hash.clone())).await.unwrap());
            let first = *password == hashes[0].0;
            assert_eq!(hasher.verify(password, Some(by_argon2.clone())).await.unwrap(), first);
        }
        assert!(
            hasher
                .verify(&hashes[0].0, Some("$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo".into()))
                .await
                .is_err()
        );
        let memories = hasher.memories.lock().unwrap();
        assert_eq!((memories.in_use, memories.idle.len()), (0, 0), "nobody needs them any more");
    }

    #[test]
    fn memories_are_kept_while_somebody_works_or_waits() {
        let mut memories = Memories::default();
        let (one, other) = (memories.take(), memories.take());
        memories.give_back(one, false);
        assert_eq!(memories.idle.len(), 1);
        memories.give_back(other, true);
        assert_eq!(memories.idle.len(), 2);
        let again = memories.take();
        assert_eq!((again.capacity() >= ROOM, memories.idle.len()), (true, 1));
        memories.give_back(again, false);
        assert_eq!(memories.idle.len(), 0);
    }

    #[test]
    fn common_passwords_are_known_in_any_dress() {
        for common in ["password", "Passwort123!", "12345678", "qwertzuiop", "aaaaaaaaaaaa", "Hallo2024"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("Sommerregen-am-Nordsee7"));
    }
}
