//! Names of people and towns, and how addresses are made of them.

pub const FIRST_NAMES: &[&str] = &[
    "Jana",
    "Miriam",
    "Katrin",
    "Ayşe",
    "Sabine",
    "Lena",
    "Thomas",
    "Oliver",
    "Ines",
    "Markus",
    "Anna",
    "Carolin",
    "Stefan",
    "Birgit",
    "Mehmet",
    "Julia",
    "Andreas",
    "Claudia",
    "Nora",
    "Philipp",
    "Petra",
    "Agnieszka",
    "Jonas",
    "Heike",
    "Daniel",
    "Elif",
    "Martin",
    "Susanne",
    "Tobias",
    "Renate",
];

pub const LAST_NAMES: &[&str] = &[
    "Vogt",
    "Seidel",
    "Lorenz",
    "Demir",
    "Krüger",
    "Müller",
    "Brandt",
    "Hofmann",
    "Schäfer",
    "Nowak",
    "Weiß",
    "Peters",
    "Jürgensen",
    "Böhm",
    "Wagner",
    "Özdemir",
    "Keller",
    "Franke",
    "Albrecht",
    "Huber",
    "Lindner",
    "Petersen",
    "Maurer",
    "Hartwig",
    "Kowalski",
    "Sommer",
    "Gruber",
    "Thiele",
    "Engelhardt",
    "Busch",
    "Reuter",
    "Voß",
    "Arslan",
    "Zimmermann",
    "Hansen",
    "Roth",
    "Winkler",
    "Baumann",
    "Ehlers",
    "Köhler",
    "Pohl",
    "Ritter",
    "Stahl",
    "Graf",
    "Dietrich",
    "Ziegler",
    "Kuhn",
    "Jäger",
    "Haas",
    "Ebert",
    "Pfeiffer",
    "Schuster",
    "Lange",
    "Beck",
    "Gärtner",
    "Wolff",
    "Moser",
    "Fuchs",
    "Scholz",
];

/// Towns with a postal code and a dialling code.
pub const TOWNS: &[(&str, &str, &str)] = &[
    ("Hamburg", "20457", "40"),
    ("Celle", "29221", "5141"),
    ("Lübeck", "23552", "451"),
    ("Freiburg", "79098", "761"),
    ("Leipzig", "04109", "341"),
    ("Kassel", "34117", "561"),
    ("Würzburg", "97070", "931"),
    ("Münster", "48143", "251"),
    ("Rostock", "18055", "381"),
    ("Trier", "54290", "651"),
    ("Regensburg", "93047", "941"),
    ("Göttingen", "37073", "551"),
    ("Erfurt", "99084", "361"),
];

pub const STREETS: &[&str] =
    &["Hafenstraße", "Bahnhofstraße", "Am Markt", "Lindenallee", "Schillerstraße", "Mühlenweg", "Kirchgasse"];

pub const MONTHS: &[&str] = &[
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A name as it stands in an address: lower case, umlauts written out, everything else a hyphen.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c => match crate::kernel::fold(&c.to_string()) {
                plain if plain.chars().all(|c| c.is_ascii_alphanumeric()) && !plain.is_empty() => {
                    out.push_str(&plain);
                }
                _ if !out.ends_with('-') => out.push('-'),
                _ => {}
            },
        }
    }
    out.trim_matches('-').to_owned()
}

/// A person's address at a place under `.example`, which belongs to nobody (RFC 2606).
pub fn mailbox(first: &str, last: &str, place: &str) -> String {
    format!("{}.{}@{place}.example", slug(first), slug(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        assert_eq!(slug("Förderverein Stadtbibliothek Celle e. V."), "foerderverein-stadtbibliothek-celle-e-v");
        assert_eq!(mailbox("Ayşe", "Voß", "buero-voss"), "ayse.voss@buero-voss.example");
    }
}
