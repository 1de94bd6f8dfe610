//! Values of the business that are right by construction: ids, texts, instants, money, choices, the clock.
//! Each knows its JSON schema and how it is stored. Nothing here knows a slice, a request or a pool.

mod arg;
mod choice;
mod clock;
pub mod error;
mod geo;
mod hours;
mod id;
mod json;
mod lock;
mod money;
mod person;
pub(crate) mod private;
mod record;
mod seal;
mod stored;
mod text;
mod time;
mod web;

pub use arg::{Arg, ToArg};
pub(crate) use choice::{choice, open_choice, shown_status};
pub use clock::{Clock, random_bytes};
pub use geo::{CountryCode, Currency, Language, TimeZone};
pub use hours::{Weekday, WeeklyHours};
pub use id::*;
pub use json::JsonText;
pub use lock::{Lock, LockReason};
pub use money::{MAX_MINOR, MAX_RATE_MINOR, RateMinor};
pub use person::Person;
pub use record::{Record, joined, joined_len, text};
pub use seal::{Sealer, SecretKey};
pub(crate) use stored::stored_as;
pub use stored::{Cells, Column, Columns, Stored};
pub use text::*;
pub use time::{Date, Timestamp};
pub use web::{WebAddress, WebAddressFault};

/// The largest integer that every JSON reader keeps exact (2^53 − 1, RFC 8259 §6).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Folds text for search and sorting, so that "müller" finds "MÜLLER" and Ä sorts beside A:
/// compatibility decomposition, lower case, combining marks dropped, ß as ss.
pub fn fold(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| if c == 'ß' { ['s', 's'].into_iter().take(2) } else { [c, c].into_iter().take(1) })
        .collect()
}

/// How many characters of a folded text a list is sorted by.
const SORTED_CHARS: usize = 300;

/// What a text is sorted by: its folded beginning. Folding can make a text many times longer, and a cursor holds this
/// and must fit into an address; the id decides between what begins alike.
pub fn sort_key(text: &str) -> String {
    fold(text).chars().take(SORTED_CHARS).collect()
}

/// `%folded%` for a `LIKE … ESCAPE '\'`, with the pattern characters of the searched text made literal.
pub fn like_pattern(text: &str) -> String {
    literal_pattern(&fold(text))
}

/// `%text%` for a `LIKE … ESCAPE '\'`, with the pattern characters of a text that is folded already made literal.
pub fn literal_pattern(folded: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_umlauts_and_case_equal() {
        assert_eq!(fold("MÜLLER & Söhne"), fold("müller & söhne"));
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(like_pattern("50%_Ä"), "%50\\%\\_a%");
        assert_eq!(literal_pattern("50%_Ä"), "%50\\%\\_Ä%");
    }

    #[test]
    fn a_sort_key_stays_short_however_much_folding_makes_of_a_text() {
        assert_eq!(sort_key("Ärger"), "arger");
        let long = "\u{FDFA}".repeat(200);
        assert!(fold(&long).chars().count() > 3000);
        assert_eq!(sort_key(&long).chars().count(), SORTED_CHARS);
    }
}
