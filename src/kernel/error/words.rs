//! What schemas call the types, formats and patterns of values, in words for people. English, German.

use super::{Fault, FaultCode};

/// A schema's name for something, and what people call it.
type Words = (&'static str, &'static str, &'static str);

const TYPES: &[Words] = &[
    ("string", "text", "Text"),
    ("integer", "a whole number", "eine ganze Zahl"),
    ("number", "a number", "eine Zahl"),
    ("boolean", "true or false", "true oder false"),
    ("array", "a list", "eine Liste"),
    ("object", "an object", "ein Objekt"),
];

const FORMATS: &[Words] = &[
    ("country", "a country in two letters, such as DE", "ein Land in zwei Buchstaben, wie DE"),
    ("currency", "a currency in three letters, such as EUR", "eine Währung in drei Buchstaben, wie EUR"),
    ("date", "a day, such as 2026-11-02", "ein Tag, wie 2026-11-02"),
    (
        "date-time",
        "an instant with its offset, such as 2026-11-02T09:15:00Z",
        "ein Zeitpunkt mit seinem Abstand zu UTC, wie 2026-11-02T09:15:00Z",
    ),
    ("e164-phone", PHONE.0, PHONE.1),
    ("email", "an e-mail address, such as jana@example.com", "eine E-Mail-Adresse, wie jana@example.com"),
    ("http-url", WEB.0, WEB.1),
    ("https-url", "a web address that begins with https://", "eine Webadresse, die mit https:// beginnt"),
    ("language", "a language, such as de or en-GB", "eine Sprache, wie de oder en-GB"),
    ("local-time", LOCAL_TIME.0, LOCAL_TIME.1),
    ("text", "text that is not blank, without control characters", "Text, der nicht leer ist, ohne Steuerzeichen"),
    ("time-zone", "a time zone, such as Europe/Berlin", "eine Zeitzone, wie Europe/Berlin"),
    ("user-name", "a user name without spaces", "ein Benutzername ohne Leerzeichen"),
    (
        "uuid",
        "an id, such as 01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90",
        "eine Id, wie 01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90",
    ),
];

const PHONE: (&str, &str) = (
    "a phone number with its country code and without spaces, such as +4915112345678",
    "eine Telefonnummer mit Landesvorwahl und ohne Leerzeichen, wie +4915112345678",
);
const WEB: (&str, &str) = (
    "a web address that begins with http:// or https://",
    "eine Webadresse, die mit http:// oder https:// beginnt",
);
const LOCAL_TIME: (&str, &str) =
    ("a local day and time, such as 2026-11-02T10:15", "ein Tag mit Ortszeit, wie 2026-11-02T10:15");

const PATTERNS: &[Words] = &[
    (r"^[^\u0000]*$", "text without the character NUL", "Text ohne das Zeichen NUL"),
    (
        r"^[^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*[^\s\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069][^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*$",
        "one line that is not blank, without control characters",
        "eine Zeile, die nicht leer ist, ohne Steuerzeichen",
    ),
    (r"^[^\u0000-\u001F\u007F-\u009F]*$", "one line without control characters", "eine Zeile ohne Steuerzeichen"),
    (
        r#"^[^\s\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069"<>\[\]]+$"#,
        "an e-mail address without spaces, quotes and brackets",
        "eine E-Mail-Adresse ohne Leerzeichen, Anführungszeichen und Klammern",
    ),
    (
        r#"^(\*|"?[0-9]{1,19}(-[0-9A-Za-z-]+)?"?)$"#,
        "the version or the ETag of what you saw, such as 3 or \"3-9f86d081884c7d65\"",
        "die Version oder der ETag dessen, was Sie gesehen haben, wie 3 oder \"3-9f86d081884c7d65\"",
    ),
    ("^[!-~]+$", "a text of visible ASCII characters without spaces", "ein Text aus sichtbaren ASCII-Zeichen"),
    (
        "^[A-Z]{2}[A-Z0-9+*]{2,12}$",
        "a VAT id with its country in capitals and without spaces, such as DE123456789",
        "eine USt-IdNr. mit dem Land in Großbuchstaben und ohne Leerzeichen, wie DE123456789",
    ),
    ("^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day from 00:00 to 23:59", "eine Uhrzeit von 00:00 bis 23:59"),
    (
        "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        "a time of day from 00:00 to 24:00",
        "eine Uhrzeit von 00:00 bis 24:00",
    ),
    (
        "^[A-Za-z0-9][A-Za-z0-9 _.-]*$",
        "a name of letters, digits, spaces and the signs _ . - that begins with a letter or digit",
        "ein Name aus Buchstaben, Ziffern, Leerzeichen und den Zeichen _ . -, mit Buchstabe oder Ziffer am Anfang",
    ),
    (r"^\+[1-9][0-9]{1,14}$", PHONE.0, PHONE.1),
    (
        "^(0|[1-9][0-9]{0,5}|1000000):(0|[1-9][0-9]{0,11}|1000000000000)$",
        "minutes and a price with a colon between, such as 600:50000",
        "Minuten und ein Preis mit einem Doppelpunkt dazwischen, wie 600:50000",
    ),
    (
        r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-][0-2][0-9]:[0-5][0-9])?$",
        LOCAL_TIME.0,
        LOCAL_TIME.1,
    ),
    (r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s\u0000-\u001F\u007F]+$", WEB.0, WEB.1),
];

impl Fault {
    /// A value of another type than one of these, as schemas name them.
    pub fn of_type<'n>(pointer: impl Into<String>, names: impl IntoIterator<Item = &'n str>) -> Self {
        // That null would do as well helps nobody who meant something.
        let (english, german): (Vec<_>, Vec<_>) =
            names.into_iter().filter(|name| *name != "null").map(|name| of(TYPES, name)).unzip();
        Self::new(pointer, FaultCode::WrongType).with_both("expected", english.join(" or "), german.join(" oder "))
    }

    /// A text that is none of this format, as schemas name it.
    pub fn of_format(pointer: impl Into<String>, name: &str) -> Self {
        let (english, german) = of(FORMATS, name);
        Self::new(pointer, FaultCode::InvalidFormat).with_both("format", english, german)
    }

    /// A text that does not match this pattern.
    pub fn of_pattern(pointer: impl Into<String>, pattern: &str) -> Self {
        let (english, german) = of(PATTERNS, pattern);
        Self::new(pointer, FaultCode::InvalidCharacters).with_both("form", english, german)
    }
}

/// What a text that matches this pattern is, in English and German.
pub fn pattern_in_words(pattern: &str) -> (&str, &str) {
    of(PATTERNS, pattern)
}

/// What people call it. What has no words is named as it is; a test of the document sees to it that none is.
fn of<'n>(table: &[(&'n str, &'n str, &'n str)], name: &'n str) -> (&'n str, &'n str) {
    table.iter().find(|(known, ..)| *known == name).map_or((name, name), |(_, english, german)| (english, german))
}
