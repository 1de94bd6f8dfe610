//! A time as the clock on the wall shows it: its text form and how it becomes an instant. A time that a zone skips
//! or shows twice is never guessed: the caller corrects it or says which one is meant.

use crate::kernel::error::{Fault, FaultCode};
use crate::kernel::{TimeZone, Timestamp};
use chrono::{
    DateTime, Datelike, Duration, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeZone as _, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The form of a wall-clock time, as the document states it. Whether such a day exists is judged when it is resolved.
const PATTERN: &str = r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-][0-2][0-9]:[0-5][0-9])?$";
/// The longest text of that form.
const MAX_CHARS: usize = 32;
/// How far ahead a skipped time is followed to the next existing one; a whole skipped day is the most history knows.
const LONGEST_GAP_MINUTES: i64 = 48 * 60;

/// A wall-clock time as its writer sent it, with an offset only to choose one of two. It means nothing without a
/// zone; [`LocalTime::resolve`] makes it an instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalTime(String);

impl LocalTime {
    /// The wall-clock time of an instant in a zone, with its offset, so that resolving gives the same instant.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        Self(at.utc().with_timezone(&zone.tz()).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }

    /// The one instant at which the clocks of the zone show this time, or the fault at `pointer`.
    pub fn resolve(&self, zone: &TimeZone, pointer: &str) -> Result<Timestamp, Fault> {
        let not_a_time = || Fault::of_format(pointer, "local-time");
        let (clock, offset) = self.parts().ok_or_else(not_a_time)?;
        let about_zone = |code| Fault::new(pointer, code).with("time_zone", zone);
        let tz = zone.tz();
        let candidates = match tz.from_local_datetime(&clock) {
            MappedLocalTime::None => {
                return Err(
                    about_zone(FaultCode::LocalTimeSkipped).with("next", text_of(next_existing(clock, tz)))
                );
            }
            MappedLocalTime::Single(only) => vec![only],
            MappedLocalTime::Ambiguous(earlier, later) => vec![earlier, later],
        };
        let offsets = || candidates.iter().map(|at| at.offset().fix().to_string()).collect::<Vec<_>>().join(", ");
        let chosen = match (offset, candidates.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => return Err(about_zone(FaultCode::LocalTimeDoubled).with("offsets", offsets())),
            (Some(offset), all) => all.iter().find(|at| at.offset().fix() == offset),
        };
        let chosen = chosen.ok_or_else(|| about_zone(FaultCode::OffsetMismatch).with("offsets", offsets()))?;
        let at = chosen.with_timezone(&Utc);
        if (1970..=9999).contains(&at.year()) { Ok(at.into()) } else { Err(not_a_time()) }
    }

    /// The clock's reading and the offset behind it; nothing when the text is not such a time.
    fn parts(&self) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
        let minutes = "0000-00-00T00:00";
        let after_minutes = self.0.get(minutes.len()..)?;
        let cut = after_minutes.find(['Z', '+', '-']).map_or(self.0.len(), |at| at + minutes.len());
        let (clock, offset) = self.0.split_at_checked(cut)?;
        let clock = if fits(clock, minutes) { Cow::Owned(format!("{clock}:00")) } else { Cow::Borrowed(clock) };
        let (seconds, fraction) = clock.split_at_checked("0000-00-00T00:00:00".len())?;
        let fraction_fits = match fraction.strip_prefix('.') {
            Some(digits) => (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()),
            None => fraction.is_empty(),
        };
        // ":60" would pass as a leap second, which no zone rule knows.
        if !fits(seconds, "0000-00-00T00:00:00") || seconds.as_bytes()[17] > b'5' || !fraction_fits {
            return None;
        }
        let clock = NaiveDateTime::parse_from_str(&clock, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        Some((clock, if offset.is_empty() { None } else { Some(parse_offset(offset)?) }))
    }
}

/// Whether a text has this shape: a digit where the shape has 0, else the same character.
fn fits(text: &str, shape: &str) -> bool {
    let same = |(b, s): (u8, u8)| if s == b'0' { b.is_ascii_digit() } else { b == s };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(same)
}

fn parse_offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let (sign, clock) = text.split_at_checked(1)?;
    if !fits(clock, "00:00") {
        return None;
    }
    let (hours, minutes) = (clock[..2].parse::<i32>().ok()?, clock[3..].parse::<i32>().ok()?);
    let seconds = (minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
}

/// The first whole minute from a skipped time on that the zone's clocks show; the time itself when it exists.
pub(super) fn next_existing(skipped: NaiveDateTime, tz: Tz) -> DateTime<Tz> {
    (0..=LONGEST_GAP_MINUTES)
        .find_map(|minutes| tz.from_local_datetime(&(skipped + Duration::minutes(minutes))).earliest())
        .unwrap_or_else(|| tz.from_utc_datetime(&skipped))
}

fn text_of(at: DateTime<Tz>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

impl From<&str> for LocalTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialSchema for LocalTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "A wall-clock time in the `time_zone` beside it, without offset. A time that the clocks skip is \
                 refused; one that they show twice needs the offset of the one that is meant.",
            ))
            .max_length(Some(MAX_CHARS))
            .pattern(Some(PATTERN))
            .examples([serde_json::json!("2026-11-02T10:15"), serde_json::json!("2026-10-25T02:30+02:00")])
            .into()
    }
}

impl ToSchema for LocalTime {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("WallClockTime")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::error::{Error, Problem};
    use proptest::prelude::*;

    fn resolve(text: &str, zone: &str) -> Result<String, Fault> {
        let at = LocalTime::from(text).resolve(&zone.parse().unwrap(), "/started_local")?;
        Ok(at.to_string())
    }

    fn sentence(fault: Fault) -> String {
        let problem = Problem::of(&Error::invalid(vec![fault]), false, "/", "", "");
        problem.errors[0].detail.clone()
    }

    #[test]
    fn wall_clock_times_become_instants() {
        for (text, zone, expected) in [
            ("2026-11-02T10:15", "Europe/Berlin", "2026-11-02T09:15:00Z"),
            ("2026-07-02T10:15:30", "Europe/Berlin", "2026-07-02T08:15:30Z"),
            ("2026-07-02T10:15:30.25", "Europe/Berlin", "2026-07-02T08:15:30.250Z"),
            ("2026-07-02T10:15+02:00", "Europe/Berlin", "2026-07-02T08:15:00Z"),
            ("2026-10-25T02:30+02:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),
            ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00Z"),
            ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"),
            ("2026-10-25T01:30Z", "Europe/London", "2026-10-25T01:30:00Z"),
            ("2026-11-01T01:30-05:00", "America/New_York", "2026-11-01T06:30:00Z"),
            ("2026-01-02T10:15", "Asia/Kathmandu", "2026-01-02T04:30:00Z"),
        ] {
            assert_eq!(resolve(text, zone).unwrap(), expected, "{text} {zone}");
        }
    }

    #[test]
    fn skipped_doubled_and_misplaced_times_are_faults() {
        use FaultCode::{InvalidFormat, LocalTimeDoubled, LocalTimeSkipped, OffsetMismatch};
        for (text, zone, code) in [
            ("2026-03-29T02:30", "Europe/Berlin", LocalTimeSkipped),
            ("2026-03-29T02:30+01:00", "Europe/Berlin", LocalTimeSkipped),
            ("2011-12-30T12:00", "Pacific/Apia", LocalTimeSkipped),
            ("2026-10-25T02:30", "Europe/Berlin", LocalTimeDoubled),
            ("2026-10-25T02:30+03:00", "Europe/Berlin", OffsetMismatch),
            ("2026-07-02T10:15Z", "Europe/Berlin", OffsetMismatch),
            ("2026-02-30T10:00", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T24:00", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T10:15:60", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T10:15:30.", "Europe/Berlin", InvalidFormat),
            ("2026-07-02 10:15", "Europe/Berlin", InvalidFormat),
            ("2026-7-2T10:15", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T10:15+2:00", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T10:15+25:00", "Europe/Berlin", InvalidFormat),
            ("1969-07-02T10:15", "Europe/Berlin", InvalidFormat),
            ("2026-07-02T10:1ü", "Europe/Berlin", InvalidFormat),
            ("", "Europe/Berlin", InvalidFormat),
        ] {
            let fault = resolve(text, zone).unwrap_err();
            assert_eq!((fault.code, fault.pointer.as_str()), (code, "/started_local"), "{text} {zone}");
        }
    }

    #[test]
    fn faults_say_what_is_right_instead() {
        let skipped = sentence(resolve("2026-03-29T02:30", "Europe/Berlin").unwrap_err());
        assert!(skipped.contains("Europe/Berlin") && skipped.contains("2026-03-29T03:00:00"), "{skipped}");
        let day = sentence(resolve("2011-12-30T12:00", "Pacific/Apia").unwrap_err());
        assert!(day.contains("2011-12-31T00:00:00"), "{day}");
        let doubled = sentence(resolve("2026-10-25T02:30", "Europe/Berlin").unwrap_err());
        assert!(doubled.contains("+02:00, +01:00"), "{doubled}");
    }

    proptest! {
        #[test]
        fn what_an_instant_shows_resolves_to_it(micros in 0_i64..4_000_000_000_000_000, zone in super::super::local_days::tests::zone()) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(LocalTime::of(at, &zone).resolve(&zone, "").unwrap(), at);
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,40}") {
            let _ = LocalTime(text).resolve(&TimeZone::default(), "");
        }
    }
}
