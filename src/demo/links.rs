//! Addresses of share links as each provider of the table makes them.

use super::dice::Dice;

/// Providers by their slugs, with their addresses: `{I}` is an id, `{K}` a key.
const ADDRESSES: &[(&str, &str)] = &[
    ("dropbox", "https://www.dropbox.com/scl/fi/{I}/Belege.pdf?rlkey={K}&dl=0"),
    ("wetransfer", "https://we.tl/t-{I}"),
    ("box", "https://app.box.com/s/{I}"),
    ("nextcloud", "https://cloud.buero.example/s/{I}"),
    ("google_drive", "https://drive.google.com/file/d/{I}/view?usp=sharing"),
    ("onedrive", "https://1drv.ms/f/s!{I}"),
    ("icloud", "https://www.icloud.com/iclouddrive/{I}#Unterlagen"),
    ("proton_drive", "https://drive.proton.me/urls/{I}#{K}"),
    ("tresorit", "https://web.tresorit.com/l/{I}#{K}"),
    ("mega", "https://mega.nz/folder/{I}#{K}"),
    ("swisstransfer", "https://www.swisstransfer.com/d/{I}"),
    ("smash", "https://fromsmash.com/{I}"),
    ("thunderbird_send", "https://send.tb.pro/download/{I}/#{K}"),
    ("send", "https://send.verein.example/download/{I}#{K}"),
    ("lufi", "https://lufi.verein.example/r/{I}#{K}"),
    ("hidrive", "https://my.hidrive.com/lnk/{I}"),
    ("magentacloud", "https://magentacloud.de/s/{I}"),
    ("", "https://dateien.druckerei.example/abholen/{I}"),
];

/// How many links there are before a provider comes twice; the last is one that nobody knows.
pub const PROVIDERS: usize = ADDRESSES.len();

pub const TITLES: &[&str] = &[
    "Belege Oktober",
    "Druckdaten Flyer",
    "Vertragsentwurf zur Durchsicht",
    "Fotos der Veranstaltung",
    "Protokolle des Quartals",
    "Bewerbungsunterlagen",
    "Messekatalog, hohe Auflösung",
];

/// An address at the provider of this place in the table.
pub fn address(provider: usize, dice: &mut Dice) -> String {
    let (_, shape) = ADDRESSES[provider % PROVIDERS];
    shape.replace("{I}", &dice.token(16)).replace("{K}", &dice.token(22))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slices::shares::{providers::all, url::normalise};

    #[test]
    fn every_provider_of_the_table_is_there_and_recognised() {
        let mut dice = Dice::new(1);
        for (i, (slug, _)) in ADDRESSES.iter().enumerate() {
            let link = normalise(&address(i, &mut dice), "/url").unwrap();
            let found = link.provider.map_or("", |provider| provider.slug);
            assert_eq!(found, *slug);
        }
        for provider in all() {
            assert!(ADDRESSES.iter().any(|(slug, _)| *slug == provider.slug), "{} has no link", provider.slug);
        }
    }
}
