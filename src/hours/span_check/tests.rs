//! What is read of worked time, case by case.

use super::*;
use crate::hours::{LONGEST_DAY_SECONDS, local_days::tests::zone};
use proptest::{option, prelude::*};

const NOW: &str = "2026-11-10T12:00:00Z";

fn read(input: &SpanInput) -> Result<Span, Vec<(String, FaultCode)>> {
    let zone = TimeZone::default();
    Span::from_input(input, &zone, NOW.parse().unwrap())
        .map_err(|error| error.faults().iter().map(|fault| (fault.pointer.clone(), fault.code)).collect())
}

/// An input from `member=value` words.
fn input(words: &str) -> SpanInput {
    words.split_whitespace().fold(SpanInput::default(), |mut input, word| {
        let (member, value) = word.split_once('=').unwrap();
        match member {
            "started_at" => input.started_at = Some(value.parse().unwrap()),
            "ended_at" => input.ended_at = Some(value.parse().unwrap()),
            "started_local" => input.started_local = Some(value.into()),
            "ended_local" => input.ended_local = Some(value.into()),
            "time_zone" => input.time_zone = Some(value.parse().unwrap()),
            "work_date" => input.work_date = Some(value.parse().unwrap()),
            "duration_seconds" => input.duration_seconds = Some(value.parse().unwrap()),
            "break_seconds" => input.break_seconds = Some(value.parse().unwrap()),
            _ => panic!("{member}"),
        }
        input
    })
}

/// `input = started_at work_date time_zone duration_seconds break_seconds` per line, `@` being November 2026.
const GOOD: &str = "
started_at=@02T23:30:00Z ended_at=@03T01:00:00Z break_seconds=600 = @02T23:30:00Z @03 Europe/Berlin 4800 600
started_at=@02T23:30:00Z ended_at=@02T23:30:01Z time_zone=UTC = @02T23:30:00Z @02 UTC 1 0
started_at=@09T12:00:00Z ended_at=@10T12:00:00Z = @09T12:00:00Z @09 Europe/Berlin 86400 0
started_local=@02T10:15 ended_local=@02T12:15 time_zone=Europe/London = @02T10:15:00Z @02 Europe/London 7200 0
started_local=@01T00:30 ended_local=@01T01:30-05:00 time_zone=America/New_York = @01T04:30:00Z @01 America/New_York 7200 0
started_local=@02T09:00 ended_local=@02T10:00 = @02T08:00:00Z @02 Europe/Berlin 3600 0
started_at=@02T23:30:00Z duration_seconds=4800 break_seconds=600 = @02T23:30:00Z @03 Europe/Berlin 4800 600
started_local=@02T09:00 duration_seconds=3600 = @02T08:00:00Z @02 Europe/Berlin 3600 0
started_local=2026-10-25T00:00 duration_seconds=90000 = 2026-10-24T22:00:00Z 2026-10-25 Europe/Berlin 90000 0
started_local=2026-10-24T12:00 ended_local=2026-10-25T12:00 = 2026-10-24T10:00:00Z 2026-10-24 Europe/Berlin 90000 0
work_date=2026-10-25 duration_seconds=90000 = - 2026-10-25 Europe/Berlin 90000 0
work_date=@10 duration_seconds=5400 break_seconds=0 = - @10 Europe/Berlin 5400 0
work_date=@11 duration_seconds=60 time_zone=Pacific/Kiritimati = - @11 Pacific/Kiritimati 60 0";

/// `input = pointer code …` per line.
const BAD: &str = "
 = /started_at one_of_required
time_zone=UTC break_seconds=-1 = /break_seconds too_small /started_at one_of_required
started_at=@02T09:00:00Z = /started_at needs_one_of
started_at=@11T09:00:00Z = /started_at in_the_future /started_at needs_one_of
ended_local=2026-03-29T02:30 time_zone=Europe/Berlin = /ended_local local_time_skipped /ended_local needs_other
ended_local=@02T09:00 time_zone=UTC = /ended_local needs_other
work_date=@02 = /work_date needs_other
duration_seconds=0 = /duration_seconds needs_one_of /duration_seconds too_small
duration_seconds=60 = /duration_seconds needs_one_of
started_at=@02T09:00:00Z duration_seconds=0 = /duration_seconds too_small
started_at=@02T09:00:00Z duration_seconds=86401 = /duration_seconds interval_too_long
started_at=@02T09:00:00Z duration_seconds=86400 break_seconds=1 = /duration_seconds interval_too_long
started_at=@10T11:30:00Z duration_seconds=1801 = /duration_seconds in_the_future
started_at=@10T12:00:01Z duration_seconds=1 = /started_at in_the_future
started_at=@02T09:00:00Z work_date=@02 duration_seconds=60 = /work_date not_together
ended_at=@02T09:00:00Z duration_seconds=60 = /duration_seconds not_together /ended_at needs_other
started_at=@02T09:00:00Z ended_local=@02T10:00 duration_seconds=60 = /ended_local not_together
started_local=2026-10-23T12:00 ended_local=2026-10-24T12:00:01 = /ended_local interval_too_long
started_local=2026-10-25T00:00 duration_seconds=90001 = /duration_seconds interval_too_long
work_date=2026-10-25 duration_seconds=90001 = /duration_seconds too_large
started_at=@02T09:00:00Z ended_at=@02T10:00:00Z duration_seconds=3600 = /duration_seconds not_together
ended_at=@02T10:00:00Z work_date=@02 started_local=@02T09:00 = /ended_at needs_other /started_local not_together /work_date not_together
started_at=@10T12:00:01Z ended_at=@10T13:00:00Z = /ended_at in_the_future /started_at in_the_future
started_local=@10T12:00 ended_local=@10T13:01 time_zone=Europe/Berlin = /ended_local in_the_future
work_date=@11 duration_seconds=86401 = /duration_seconds too_large /work_date in_the_future
started_at=@02T10:00:00Z ended_at=@02T10:00:00Z break_seconds=60 = /ended_at ends_before_start
started_at=@02T10:00:00Z ended_at=@02T09:00:00Z break_seconds=-1 = /break_seconds too_small /ended_at ends_before_start
started_at=@02T10:00:00Z ended_at=@02T10:00:00.9Z = /ended_at too_small
started_at=@02T10:00:00Z ended_at=@03T10:00:01Z = /ended_at interval_too_long
started_at=@02T10:00:00Z ended_at=@02T11:00:00Z break_seconds=3600 = /break_seconds too_large
work_date=@02 duration_seconds=3600 break_seconds=60 = /break_seconds not_together
started_local=2026-03-29T02:30 ended_local=2026-10-25T02:30 time_zone=Europe/Berlin = /ended_local local_time_doubled /started_local local_time_skipped
started_local=morgens ended_local=@02T10:00+05:00 time_zone=Europe/Berlin = /ended_local offset_mismatch /started_local invalid_format";

fn cases(table: &str) -> impl Iterator<Item = (String, String)> {
    let table = table.trim_start_matches('\n').replace('@', "2026-11-");
    let lines: Vec<String> = table.lines().map(str::to_owned).collect();
    lines.into_iter().map(|line| line.split_once(" = ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap())
}

#[test]
fn each_way_gives_the_same_kind_of_span() {
    for (words, expected) in cases(GOOD) {
        let Span { started_at, work_date, time_zone, duration_seconds, break_seconds, .. } =
            read(&input(&words)).unwrap();
        let started = started_at.map_or("-".into(), |at| at.to_string());
        let shown = format!("{started} {work_date} {time_zone} {duration_seconds} {break_seconds}");
        assert_eq!(shown, expected, "{words}");
    }
}

#[test]
fn every_fault_is_named_at_its_member() {
    for (words, expected) in cases(BAD) {
        let faults = read(&input(&words)).unwrap_err();
        let shown: Vec<String> = faults.iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
        assert_eq!(shown.join(" "), expected, "{words}");
    }
}

fn instant() -> impl Strategy<Value = Option<Timestamp>> {
    let now: Timestamp = NOW.parse().unwrap();
    option::of(
        (-200_000_000_000_i64..20_000_000_000)
            .prop_map(move |micros| Timestamp::from_micros(now.micros() + micros)),
    )
}

proptest! {
    #[test]
    fn accepted_spans_hold_their_promises(
        (started_at, ended_at, zone) in (instant(), instant(), zone()),
        seconds in option::weighted(0.3, prop_oneof![0..100_000_i64, any::<i64>()]),
        break_seconds in option::of(prop_oneof![-10..100_000_i64, any::<i64>()]),
    ) {
        let input = SpanInput { started_at, ended_at, duration_seconds: seconds, break_seconds, time_zone: Some(zone), ..Default::default() };
        match read(&input) {
            Err(faults) => prop_assert!(!faults.is_empty()),
            Ok(span) => {
                let (from, until) = (span.started_at.unwrap(), span.ended_at.unwrap());
                prop_assert!(span.duration_seconds >= 1 && span.break_seconds >= 0 && until <= NOW.parse().unwrap());
                prop_assert_eq!(span.duration_seconds + span.break_seconds, until.seconds_since(from));
                prop_assert!(until.seconds_since(from) <= LONGEST_DAY_SECONDS);
                let by_date = span.seconds_by_date();
                prop_assert_eq!(by_date.iter().map(|(_, seconds)| seconds).sum::<i64>(), span.duration_seconds);
                prop_assert_eq!(read(&SpanInput::default().completed_from(&span)), Ok(span.clone()));
                prop_assert_eq!(span.changed(&input, NOW.parse().unwrap()).unwrap(), span);
            }
        }
    }
}
