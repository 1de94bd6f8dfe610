//! Values of the business that are right by construction: ids, texts, instants, money, choices, the clock.
//! Each knows its JSON schema and how it is stored. Nothing here knows a slice, a request or a pool.

mod choice;
mod clock;
mod geo;
mod hours;
mod id;
mod json;
mod lock;
mod person;
mod text;
mod time;
mod web;

pub(crate) use choice::choice;
pub use clock::{Clock, random_bytes};
pub use geo::{CountryCode, Currency, Language, TimeZone};
pub use hours::{Weekday, WeeklyHours};
pub use id::*;
pub use json::JsonText;
pub use lock::Lock;
pub use person::Person;
pub use text::*;
pub use time::{Date, Timestamp};
pub use web::{WebAddress, WebAddressFault};

/// The largest integer that every JSON reader keeps exact (2^53 − 1, RFC 8259 §6).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// The largest amount of money one member may hold, in minor units.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

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

/// `%folded%` for a `LIKE … ESCAPE '\'`, with the pattern characters of the searched text made literal.
pub fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars() {
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
    }
}
