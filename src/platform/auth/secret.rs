//! Secrets that are handed out once: refresh tokens, API keys, invitation and mail tokens, addresses. 256 random bits
//! behind a prefix that scanners find, with a checksum that tells a typing error from a wrong secret; only the hash is kept.

use crate::kernel::random_bytes;
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a secret is for. Each kind has its own prefix and cannot stand in for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretKind {
    Refresh,
    ApiKey,
    Invitation,
    Mailed,
    BalanceLink,
}

/// A secret that was just made: the text for its holder and the hash for the database.
pub struct Secret {
    pub text: String,
    pub hash: Vec<u8>,
}

impl SecretKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "vz_ref_",
            Self::ApiKey => "vz_key_",
            Self::Invitation => "vz_inv_",
            Self::Mailed => "vz_mail_",
            Self::BalanceLink => "vz_bal_",
        }
    }

    /// Makes a secret of this kind.
    pub fn make(self) -> Secret {
        let random = random_bytes::<32>();
        let text =
            format!("{}{}", self.prefix(), URL_SAFE_NO_PAD.encode([&random[..], &checksum(&random)].concat()));
        let hash = hash(&text);
        Secret { text, hash }
    }

    /// The hash of a text of this kind's form, `None` for anything else.
    pub fn hash(self, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(self.prefix())?).ok()?;
        let (random, sum) = bytes.split_at_checked(32)?;
        (sum == checksum(random)).then(|| hash(text))
    }

    /// Whether a text starts like this kind.
    pub fn claims(self, text: &str) -> bool {
        text.starts_with(self.prefix())
    }
}

fn checksum(random: &[u8]) -> [u8; 4] {
    let digest = digest::digest(&digest::SHA256, random);
    [digest.as_ref()[0], digest.as_ref()[1], digest.as_ref()[2], digest.as_ref()[3]]
}

fn hash(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_kind_and_checksum() {
        let secret = SecretKind::ApiKey.make();
        assert_eq!(SecretKind::ApiKey.hash(&secret.text), Some(secret.hash));
        assert_eq!(SecretKind::Refresh.hash(&secret.text), None);
        let mut typo = secret.text.clone().into_bytes();
        typo[10] = if typo[10] == b'A' { b'B' } else { b'A' };
        assert_eq!(SecretKind::ApiKey.hash(&String::from_utf8(typo).unwrap()), None);
        assert_eq!(SecretKind::ApiKey.hash("vz_key_"), None);
    }
}
