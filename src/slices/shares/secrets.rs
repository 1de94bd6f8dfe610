//! The two secrets of a share link, sealed each for its row and its place there: what one of them was sealed as
//! cannot be opened as another.

use super::url::Fragment;
use crate::kernel::error::{Error, Result};
use crate::kernel::{Columns, LinkPassword, Sealer, ShareLinkId};

/// What follows `#` and the password, as they are stored.
#[derive(Columns)]
pub struct Sealed {
    #[columns(name = "sealed_fragment")]
    pub fragment: Option<Vec<u8>>,
    #[columns(name = "sealed_password")]
    pub password: Option<Vec<u8>>,
}

/// Seals what follows `#`.
pub fn seal_fragment(sealer: &Sealer, id: ShareLinkId, fragment: &Fragment) -> Vec<u8> {
    sealer.seal(&context(id, "fragment"), fragment.expose().as_bytes())
}

/// Seals a password.
pub fn seal_password(sealer: &Sealer, id: ShareLinkId, password: &LinkPassword) -> Vec<u8> {
    sealer.seal(&context(id, "password"), password.as_bytes())
}

impl Sealed {
    /// The whole link.
    pub fn open_url(&self, sealer: &Sealer, id: ShareLinkId, url: String) -> Result<String> {
        match &self.fragment {
            None => Ok(url),
            Some(sealed) => Ok(format!("{url}#{}", open(sealer, id, "fragment", sealed)?)),
        }
    }

    /// The password, when there is one.
    pub fn open_password(&self, sealer: &Sealer, id: ShareLinkId) -> Result<Option<LinkPassword>> {
        let open = |sealed: &Vec<u8>| open(sealer, id, "password", sealed).map(LinkPassword);
        self.password.as_ref().map(open).transpose()
    }
}

fn open(sealer: &Sealer, id: ShareLinkId, part: &str, sealed: &[u8]) -> Result<String> {
    String::from_utf8(sealer.open(&context(id, part), sealed)?)
        .map_err(|_| Error::internal("a sealed value is not the text that was sealed"))
}

fn context(id: ShareLinkId, part: &str) -> Vec<u8> {
    format!("share_links/{id}/{part}").into_bytes()
}
