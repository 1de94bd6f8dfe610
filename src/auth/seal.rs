//! Sealing with the secret key: AES-256-GCM for what must not be read at rest, HMAC-SHA256 for what must not be forged.
//! Each purpose has a key of its own.

use super::SecretKey;
use crate::error::{Error, Result};
use crate::types::random_bytes;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hmac,
};

/// Seals and signs for one purpose.
pub struct Sealer {
    aead: LessSafeKey,
    mac: hmac::Key,
}

const NONCE: usize = 12;
const MAC: usize = 16;

impl Sealer {
    /// A sealer for a purpose; what one seals another cannot open.
    pub fn new(key: &SecretKey, purpose: &str) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &key.0);
        let derive = |use_: &str| hmac::sign(&root, format!("{purpose}/{use_}").as_bytes());
        let aead = UnboundKey::new(&AES_256_GCM, derive("seal").as_ref()).expect("a MAC of SHA-256 has 32 bytes");
        Self { aead: LessSafeKey::new(aead), mac: hmac::Key::new(hmac::HMAC_SHA256, derive("sign").as_ref()) }
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

    /// Appends a signature.
    pub fn sign(&self, context: &[u8], payload: &[u8]) -> Vec<u8> {
        [payload, &self.tag(context, payload)].concat()
    }

    /// The payload, when its signature is right.
    pub fn verify<'a>(&self, context: &[u8], signed: &'a [u8]) -> Option<&'a [u8]> {
        let (payload, tag) = signed.split_at_checked(signed.len().checked_sub(MAC)?)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.tag(context, payload), tag).ok()?;
        Some(payload)
    }

    fn tag(&self, context: &[u8], payload: &[u8]) -> [u8; MAC] {
        let mut mac = hmac::Context::with_key(&self.mac);
        mac.update(&(context.len() as u64).to_be_bytes());
        mac.update(context);
        mac.update(payload);
        let mut tag = [0; MAC];
        tag.copy_from_slice(&mac.sign().as_ref()[..MAC]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_and_signed_values_open_only_where_they_belong() {
        let key = SecretKey([7; 32]);
        let (a, b) = (Sealer::new(&key, "a"), Sealer::new(&key, "b"));
        let sealed = a.seal(b"row 1", b"secret");
        assert_eq!(a.open(b"row 1", &sealed).unwrap(), b"secret");
        assert!(a.open(b"row 2", &sealed).is_err() && b.open(b"row 1", &sealed).is_err());
        let signed = a.sign(b"list", b"cursor");
        assert_eq!(a.verify(b"list", &signed), Some(b"cursor".as_slice()));
        assert!(a.verify(b"other", &signed).is_none() && b.verify(b"list", &signed).is_none());
        assert!(a.verify(b"list", b"short").is_none());
    }
}
