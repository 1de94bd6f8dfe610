//! Codes that the world keeps: time zones, currencies, languages, countries. Unknown codes are refused.

use super::stored_as;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::{borrow::Cow, fmt, ops::Deref, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident ($schema:literal, $format:literal, max $max:literal, $example:literal, $valid:path)),+ $(,)?) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The `format` under which the document and the body check know this code.
            pub const FORMAT: &'static str = $format;

            /// Whether the text is such a code.
            pub fn is_valid(text: &str) -> bool {
                text.len() <= $max && $valid(text)
            }
        }

        impl FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                if Self::is_valid(text) { Ok(Self(text.to_owned())) } else { Err(()) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <Cow<'_, str>>::deserialize(from)?;
                text.parse().map_err(|()| D::Error::custom(concat!("not a ", $format)))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc, " "),*).trim()))
                    .min_length(Some(2))
                    .max_length(Some($max))
                    .format(Some(SchemaFormat::Custom($format.to_owned())))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($schema)
            }
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        stored_as!($name(String));
    )+};
}

codes! {
    /// A time zone by its IANA name.
    TimeZone ("TimeZoneName", "time-zone", max 64, "Europe/Berlin", valid_zone),
    /// A currency by its ISO 4217 code.
    Currency ("CurrencyCode", "currency", max 3, "EUR", valid_currency),
    /// A language by its BCP 47 tag.
    Language ("LanguageTag", "language", max 35, "de", valid_language),
    /// A country by its ISO 3166-1 alpha-2 code.
    CountryCode ("CountryCode", "country", max 2, "DE", valid_country),
}

impl TimeZone {
    /// The zone's rules.
    pub fn tz(&self) -> chrono_tz::Tz {
        self.0.parse().unwrap_or(chrono_tz::UTC)
    }
}

impl Language {
    /// Whether it is German, of whatever region.
    pub fn is_german(&self) -> bool {
        self.0.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("de"))
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self("Europe/Berlin".into())
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self("EUR".into())
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("de".into())
    }
}

fn valid_zone(text: &str) -> bool {
    text.parse::<chrono_tz::Tz>().is_ok()
}

fn valid_currency(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase()) && iso_currency::Currency::from_code(text).is_some()
}

fn valid_language(text: &str) -> bool {
    oxilangtag::LanguageTag::parse(text).is_ok_and(|tag| (2..=3).contains(&tag.primary_language().len()))
}

/// The crate takes no text at all for a country that is not told.
fn valid_country(text: &str) -> bool {
    text.len() == 2 && text.parse::<iso_country::Country>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_codes_pass() {
        assert!(
            TimeZone::is_valid("Europe/Berlin")
                && !TimeZone::is_valid("Europe/Bonn")
                && !TimeZone::is_valid("+01:00")
        );
        assert!(Currency::is_valid("EUR") && !Currency::is_valid("eur") && !Currency::is_valid("EUX"));
        let german = |tag: &str| Language(tag.into()).is_german();
        assert!(german("de") && german("DE-at") && !german("del") && !german("en"));
        assert!(Language::is_valid("de-AT") && !Language::is_valid("deutsch") && !Language::is_valid("d"));
        assert!(
            CountryCode::is_valid("ZW")
                && CountryCode::is_valid("DE")
                && !CountryCode::is_valid("XX")
                && !CountryCode::is_valid("E ")
                && !CountryCode::is_valid("de")
                && !CountryCode::is_valid("")
        );
        let letters = || (b'A'..=b'Z').map(char::from);
        let pairs = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        assert_eq!(pairs.filter(|pair| CountryCode::is_valid(pair)).count(), 249, "as ISO assigned them in 2026");
    }
}
