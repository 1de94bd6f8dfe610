//! Instants and dates. An instant is UTC in whole microseconds; a date is a day in somebody's calendar and never
//! derived from an instant without a zone.

use super::stored_as;
use chrono::{DateTime, Datelike, Duration, NaiveDate, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{borrow::Cow, fmt, str::FromStr};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// An instant in UTC, whole microseconds, between the years 1970 and 9999.
/// Travels as RFC 3339 with `Z`; stored as TIMESTAMPTZ on PostgreSQL and as microseconds on SQLite.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Timestamp(i64);

/// The last instant of the year 9999.
const LAST: Timestamp = Timestamp(253_402_300_799_999_999);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds from `earlier` to this instant, rounded down.
    pub const fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }

    /// This instant, `seconds` later (or earlier, when negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1_000_000)
    }

    /// This instant as chrono knows it.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> Self {
        at.utc()
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Timestamp;
    fn add(self, by: Duration) -> Timestamp {
        Timestamp(self.0 + by.num_microseconds().unwrap_or(0))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Timestamp;
    fn sub(self, by: Duration) -> Timestamp {
        Timestamp(self.0 - by.num_microseconds().unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for Timestamp {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        // A leap second counts as the second after it, and must not carry beyond the end.
        let at = Self::from(DateTime::parse_from_rfc3339(text).map_err(|_| ())?.with_timezone(&Utc));
        if (Self(0)..=LAST).contains(&at) { Ok(at) } else { Err(()) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'_, str>>::deserialize(from)?;
        text.parse().map_err(|()| D::Error::custom("not an RFC 3339 instant between 1970 and 9999"))
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant (RFC 3339) in UTC, at most microseconds, years 1970 to 9999."))
            .examples([serde_json::json!("2026-11-02T09:15:00Z")])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}

/// A calendar day (ISO 8601) between the years 1900 and 9999.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

/// The first day of a year.
const fn first_day(year: i32) -> NaiveDate {
    match NaiveDate::from_yo_opt(year, 1) {
        Some(day) => day,
        None => NaiveDate::MAX,
    }
}

impl Date {
    /// The first day there is.
    pub const FIRST: Self = Self(first_day(1900));
    /// No day lies after the year of this one.
    pub const LAST: Self = Self(first_day(9999));

    /// The last day there is.
    pub const END: Self = Self(match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => day,
        None => NaiveDate::MAX,
    });

    /// So many days later; the last day there is, where there is none so late.
    #[must_use]
    pub fn days_later(self, days: u64) -> Self {
        self.0.checked_add_days(chrono::Days::new(days)).map_or(Self::END, |day| Self(day.min(Self::END.0)))
    }

    /// The day that an instant falls on in a zone.
    pub fn of(at: Timestamp, zone: chrono_tz::Tz) -> Self {
        Self(at.utc().with_timezone(&zone).date_naive())
    }

    /// The day's first instant in a zone: its midnight, the first of two, or what the clocks show next where they
    /// skip it (a whole day at most).
    pub fn starts_at(self, zone: chrono_tz::Tz) -> Timestamp {
        let midnight = self.0.and_time(chrono::NaiveTime::MIN);
        (0..=24 * 60)
            .find_map(|minutes| zone.from_local_datetime(&(midnight + Duration::minutes(minutes))).earliest())
            .unwrap_or_else(|| zone.from_utc_datetime(&midnight))
            .with_timezone(&Utc)
            .into()
    }

    /// The day's last microsecond in a zone.
    pub fn ends_at(self, zone: chrono_tz::Tz) -> Timestamp {
        let next = self.0.succ_opt().map_or(self, Self).starts_at(zone);
        Timestamp::from_micros(next.micros() - 1)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() != 10 {
            return Err(());
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| ())?;
        if (1900..=9999).contains(&date.year()) { Ok(Self(date)) } else { Err(()) }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'_, str>>::deserialize(from)?;
        text.parse().map_err(|()| D::Error::custom("not a date between 1900 and 9999"))
    }
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some("A calendar day (ISO 8601), years 1900 to 9999."))
            .examples([serde_json::json!("2026-11-02")])
            .into()
    }
}

impl ToSchema for Date {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CalendarDate")
    }
}

stored_as!(Date(NaiveDate));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_utc_with_at_most_microseconds() {
        let at: Timestamp = "2026-03-29T02:30:00.123456789+02:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-03-29T00:30:00.123456Z");
        assert_eq!("2026-03-29T00:00:00Z".parse::<Timestamp>().unwrap().to_string(), "2026-03-29T00:00:00Z");
        assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().is_err());
        assert_eq!("9999-12-31T23:59:59.9999999Z".parse::<Timestamp>(), Ok(LAST));
        for beyond in ["9999-12-31T23:59:60Z", "9999-12-31T23:59:60.5Z", "9999-12-31T23:59:59-00:01"] {
            assert!(beyond.parse::<Timestamp>().is_err(), "{beyond}");
        }
        assert_eq!("2016-12-31T23:59:60Z".parse::<Timestamp>().unwrap().to_string(), "2017-01-01T00:00:00Z");
        assert!("2026-02-29".parse::<Date>().is_err());
    }

    #[test]
    fn days_begin_and_end_as_their_zone_says() {
        for (day, zone, begins, ends) in [
            ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z"),
            // Midnight is skipped; the whole day is.
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59.999999Z"),
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T09:59:59.999999Z"),
        ] {
            let (day, zone): (Date, chrono_tz::Tz) = (day.parse().unwrap(), zone.parse().unwrap());
            assert_eq!(day.starts_at(zone).to_string(), begins);
            assert_eq!(day.ends_at(zone).to_string(), ends);
        }
    }
}
