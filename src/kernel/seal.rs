//! Sealing with the secret key (AES-256-GCM) what must be neither read nor forged. Each purpose has a key of its own.

use super::{
    error::{Error, Result},
    random_bytes,
};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hmac,
};

/// The key behind sealed secrets and tamper-evident cursors.
#[derive(Clone)]
pub struct SecretKey(pub(crate) [u8; 32]);

/// Seals for one purpose.
pub struct Sealer {
    aead: LessSafeKey,
}

const NONCE: usize = 12;

#[cfg(test)]
impl SecretKey {
    /// A key that nobody keeps.
    pub fn random() -> Self {
        Self(random_bytes())
    }
}

impl Sealer {
    /// A sealer for a purpose; what one seals another cannot open.
    pub fn new(key: &SecretKey, purpose: &str) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &key.0);
        let derived = hmac::sign(&root, format!("{purpose}/seal").as_bytes());
        let aead = UnboundKey::new(&AES_256_GCM, derived.as_ref()).expect("a MAC of SHA-256 has 32 bytes");
        Self { aead: LessSafeKey::new(aead) }
    }

    /// Encrypts; `context` (where it is kept) must be the same on opening.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = random_bytes::<NONCE>();
        let mut sealed = plain.to_vec();
        self.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed)
            .expect("a few kilobytes can always be sealed");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts; an error when it was tampered with or sealed elsewhere.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed value does not open: another secret key?");
        let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut plain = rest.to_vec();
        let length = self.aead.open_in_place(nonce, Aad::from(context), &mut plain).map_err(|_| broken())?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_values_open_only_where_they_belong() {
        let key = SecretKey([7; 32]);
        let (a, b) = (Sealer::new(&key, "a"), Sealer::new(&key, "b"));
        let sealed = a.seal(b"row 1", b"secret");
        assert_eq!(a.open(b"row 1", &sealed).unwrap(), b"secret");
        assert!(a.open(b"row 2", &sealed).is_err() && b.open(b"row 1", &sealed).is_err());
        assert!(a.open(b"row 1", b"short").is_err() && a.open(b"row 1", &sealed[..sealed.len() - 1]).is_err());
    }
}
