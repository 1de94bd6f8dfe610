//! Passwords: argon2id, a bounded number of hashes at a time, common passwords refused.

use crate::error::{Code, Error, Result};
use crate::types::Password;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;

/// Hashes passwords (argon2id, m = 19456 KiB, t = 2, p = 1; OWASP's recommendation), as many at a time as there are
/// cores; a queue beyond that is bounded and answers 503.
#[derive(Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
    queued: Arc<AtomicUsize>,
}

/// Verified when there is no such account, so that it takes as long as a wrong password. No password has this hash.
const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// At most this many callers wait for a place.
const QUEUE: usize = 64;

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { places: Arc::new(Semaphore::new(cores)), queued: Arc::default() }
    }
}

impl Hasher {
    /// The PHC string of a password.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let password = password.clone();
        self.run(move || hash(&password)).await
    }

    /// Whether the password belongs to the hash; without a hash it takes as long and says no.
    pub async fn verify(&self, password: &Password, phc: Option<String>) -> Result<bool> {
        let password = password.clone();
        let (known, phc) = (phc.is_some(), phc.unwrap_or_else(|| DECOY.to_owned()));
        self.run(move || {
            let parsed =
                PasswordHash::new(&phc).map_err(|error| Error::internal(format!("a stored hash: {error}")))?;
            Ok(argon2().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let before = self.queued.fetch_add(1, Ordering::SeqCst);
        let queued = Queued(&self.queued);
        if before >= QUEUE {
            return Err(Error::new(Code::Unavailable).with("seconds", 2).retry_after(2));
        }
        let place = self.places.clone().acquire_owned().await.map_err(Error::internal)?;
        drop(queued);
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(place);
            result
        })
        .await
        .map_err(Error::internal)?
    }
}

/// A place in the queue, given back also when the caller has gone.
struct Queued<'a>(&'a AtomicUsize);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str) -> Result<String> {
    let phc = argon2()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::internal(format!("a password cannot be hashed: {error}")))?;
    Ok(phc.to_string())
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
    use std::time::Duration;

    #[tokio::test]
    async fn who_gives_up_leaves_the_queue() {
        let hasher = Hasher::default();
        let cores = hasher.places.available_permits() as u32;
        let busy = hasher.places.clone().acquire_many_owned(cores).await.unwrap();
        for _ in 0..=QUEUE {
            let gives_up = tokio::time::timeout(Duration::from_millis(1), hasher.run(|| Ok(())));
            gives_up.await.expect_err("every place is taken");
        }
        drop(busy);
        hasher.run(|| Ok(())).await.expect("the queue is empty");
    }

    #[tokio::test]
    async fn the_decoy_takes_as_long_as_a_stored_hash_and_belongs_to_nobody() {
        let effort = |phc: &str| phc.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(effort(DECOY), effort(&hash("Sommerregen-am-Nordsee7").unwrap()));
        assert_eq!(DECOY.len(), hash("x").unwrap().len());
        let password = Password("Sommerregen-am-Nordsee7".to_owned());
        assert!(!Hasher::default().verify(&password, None).await.unwrap());
    }

    #[test]
    fn common_passwords_are_known_in_any_dress() {
        for common in ["password", "Passwort123!", "12345678", "qwertzuiop", "aaaaaaaaaaaa", "Hallo2024"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("Sommerregen-am-Nordsee7"));
    }
}
