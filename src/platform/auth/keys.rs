//! Key files: the Ed25519 keys that sign access tokens and the key that seals secrets and cursors.

use crate::kernel::error::{Error, Result};
use crate::kernel::{SecretKey, private, random_bytes};
use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use utoipa::ToSchema;

/// The keys of access tokens, read once at start. The first signs; all verify, so that keys rotate without downtime:
/// every server must know the new one before any signs with it, and the old one until its last token has ended.
pub struct JwtKeys {
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: Vec<(String, DecodingKey)>,
    public: KeySet,
}

/// The public keys of access tokens, as a JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeySet {
    /// The keys; the first signs.
    pub keys: Vec<PublicKey>,
}

/// A public key, as a JSON Web Key (RFC 7517, RFC 8037).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicKey {
    /// The family of keys.
    #[schema(examples("OKP"))]
    pub kty: &'static str,
    /// The curve.
    #[schema(examples("Ed25519"))]
    pub crv: &'static str,
    /// The key itself, in base64url.
    #[schema(examples("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))]
    pub x: String,
    /// Its name, which tokens bear: its thumbprint (RFC 7638).
    #[schema(examples("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"))]
    pub kid: String,
    /// What it is for: signatures.
    #[serde(rename = "use")]
    #[schema(examples("sig"))]
    pub purpose: &'static str,
    /// The algorithm.
    #[schema(examples("EdDSA"))]
    pub alg: &'static str,
}

impl JwtKeys {
    /// Reads a key file: one base64 PKCS#8 Ed25519 key per line, made first when `create` says so and it is absent.
    pub fn load(path: &Path, create: bool) -> Result<Self> {
        let text = read_or_make(path, create, || {
            let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
                .map_err(|_| Error::internal("no Ed25519 key could be made"))?;
            Ok(URL_SAFE_NO_PAD.encode(document.as_ref()))
        })?;
        let mut verifying = Vec::new();
        let mut keys = Vec::new();
        let mut signing = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let der = URL_SAFE_NO_PAD.decode(line).map_err(|_| unreadable(path))?;
            let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| unreadable(path))?;
            let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
            // RFC 7638: the thumbprint of the public key names it.
            let thumbprint = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
            let kid = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, thumbprint.as_bytes()));
            let key = DecodingKey::from_ed_components(&public).map_err(Error::internal)?;
            keys.push(PublicKey {
                kty: "OKP",
                crv: "Ed25519",
                x: public,
                kid: kid.clone(),
                purpose: "sig",
                alg: "EdDSA",
            });
            verifying.push((kid.clone(), key));
            signing.get_or_insert((kid, EncodingKey::from_ed_der(&der)));
        }
        let (kid, signing) = signing.ok_or_else(|| unreadable(path))?;
        Ok(Self { kid, signing, verifying, public: KeySet { keys } })
    }

    /// The public keys (RFC 7517).
    pub fn public(&self) -> &KeySet {
        &self.public
    }
}

impl SecretKey {
    /// Reads a key file of 32 bytes in base64, made first when `create` says so and it is absent.
    pub fn load(path: &Path, create: bool) -> Result<Self> {
        let text = read_or_make(path, create, || Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>())))?;
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| unreadable(path))?;
        bytes.try_into().map(Self).map_err(|_| unreadable(path))
    }
}

/// Makes both key files in a folder where they are absent: `jwt.key` and `secret.key`.
pub fn make_key_files(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).map_err(|error| Error::internal(format!("{}: {error}", dir.display())))?;
    JwtKeys::load(&dir.join("jwt.key"), true)?;
    SecretKey::load(&dir.join("secret.key"), true)?;
    Ok(())
}

/// Other modes than 0600 are narrowed.
fn read_or_make(path: &Path, create: bool, make: impl FnOnce() -> Result<String>) -> Result<String> {
    let failed = |error: std::io::Error| Error::internal(format!("the key file {}: {error}", path.display()));
    private::close(path);
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
            let text = make()?;
            write_durably(path, text.as_bytes()).map_err(failed)?;
            // Whoever came first has won: read what stands there now.
            fs::read_to_string(path).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes a file with mode 0600 that is whole or absent after a power cut. An existing file is left as it is.
fn write_durably(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not the process' number, which is 1 in every container.
    let temporary = path.with_extension(format!("{}.tmp", URL_SAFE_NO_PAD.encode(random_bytes::<12>())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(content)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A hard link fails where a file already stands; a rename would replace another process's key.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    File::open(dir)?.sync_all()?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn unreadable(path: &Path) -> Error {
    Error::internal(format!("the key file {} cannot be read as a key", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_makes_the_keys_at_the_same_time_has_the_same() {
        let name = URL_SAFE_NO_PAD.encode(random_bytes::<12>());
        let dir = std::env::temp_dir().join(format!("vorzimmer-keys-{name}"));
        for round in 0..20 {
            let path = dir.join(round.to_string()).join("jwt.key");
            let make = || {
                make_key_files(path.parent().expect("a folder")).unwrap();
                JwtKeys::load(&path, false).unwrap().kid
            };
            let kids: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
                threads.into_iter().map(|thread| thread.join().expect("the keys are made")).collect()
            });
            assert!(kids.windows(2).all(|pair| pair[0] == pair[1]), "{kids:?}");
        }
        fs::remove_dir_all(&dir).unwrap();
    }
}
