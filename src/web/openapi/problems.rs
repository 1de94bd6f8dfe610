//! A problem of each code as the server writes it: the examples of refusals.

use crate::kernel::error::{Blocker, Code, Error, Fault, FaultCode, Problem, ProblemReference};
use crate::kernel::{Date, LockReason, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const REQUEST: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";
const ENTRY: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8ea1";

/// What stands in the places of sentences, but where a code has words of its own.
const PLACES: &[(&str, &str)] = &[
    ("action", "complete"),
    ("allow", "GET, HEAD, OPTIONS"),
    ("count", "3"),
    ("days", "30"),
    ("expected", "application/json in UTF-8"),
    ("from", "2026-12-01"),
    ("left", "30"),
    ("max", "1048576"),
    ("name", "limit"),
    ("on", "2026-11-30"),
    ("most", "1000"),
    ("reason", "use 1 to 200."),
    ("scope", "time:write"),
    ("seconds", "12"),
    ("seq", "3"),
    ("status", "requested"),
    ("title", "Entwurf abgenommen"),
    ("who", "An assistant"),
];

/// An example of each of these codes; `docs` is where the catalogue is served.
pub(super) fn examples(docs: &str, codes: &BTreeSet<Code>) -> Map<String, Value> {
    let example = |code: &Code| {
        let problem = Problem::of(&sample(*code), false, "/v1/tasks", REQUEST, docs);
        let value = serde_json::to_value(problem).expect("a problem is JSON");
        (code.to_string(), json!({"summary": code.title(false), "value": value}))
    };
    codes.iter().map(example).collect()
}

/// A refusal of this kind, with what it tells programs.
fn sample(code: Code) -> Error {
    let entry = || ProblemReference {
        status: Some("recorded".into()),
        work_date: "2026-11-02".parse().ok(),
        ..ProblemReference::new("time_entry", uuid::Uuid::try_parse(ENTRY).unwrap_or_default())
    };
    let running = || ProblemReference {
        status: Some("running".into()),
        started_at: "2026-11-02T09:15:00Z".parse::<Timestamp>().ok(),
        ..entry()
    };
    let said = |name, value: &str| Error::new(code).with(name, value);
    let refusal = match code {
        Code::ValidationFailed => Error::invalid(vec![Fault::new("/title", FaultCode::Required)]),
        Code::InvalidParameter => Error::new(code).parameter("limit"),
        Code::InvalidJson => said("reason", "expected value at line 1 column 11"),
        Code::InvalidHeader => said("name", "Idempotency-Key").with("reason", "use 1 to 255 visible characters."),
        Code::InvitationClosed => said("reason", "revoked").reason("revoked"),
        Code::LinkClosed => said("reason", "it was revoked").reason("revoked"),
        Code::PreconditionFailed => Error::new(code).current_version(4),
        Code::ActionNotAllowed => Error::new(code).allowed_actions(vec!["accept", "decline"]),
        Code::HasDependents => Error::new(code).blocked_by([Blocker { r#type: "time_entries", count: 3 }]),
        Code::CurrencyFixed => Error::new(code).blocked_by([Blocker { r#type: "engagements", count: 1 }]),
        Code::DuplicateExternalRef | Code::TimeEntryOverlaps => Error::new(code).conflicts([entry()]),
        Code::HasEntries => Error::new(code).count(3).conflicts([entry()]),
        Code::HasLaterEntries => Error::new(code).conflicts([entry()]).allowed_actions(vec!["end"]),
        Code::TimerRunning => Error::new(code).current(running()),
        Code::TimeEntryLocked => {
            said("action", "edit").lock_reason(LockReason::Approved).allowed_actions(Vec::<String>::new())
        }
        Code::EngagementNotActive => said("status", "ended").engagement_status("ended"),
        Code::NoticeRequired => match "2026-12-31".parse::<Date>() {
            Ok(day) => Error::new(code).with("on", day).earliest_on(day),
            Err(_) => Error::new(code),
        },
        Code::TermsFixed => {
            said("status", "active").fixed(vec!["starts_on"]).allowed_actions(vec!["pause", "end"])
        }
        _ => Error::new(code),
    };
    PLACES.iter().fold(refusal, |refusal, (name, value)| refusal.with(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_of_a_sentence_is_empty() {
        for (code, example) in examples("http://127.0.0.1:8080", &Code::ALL.iter().copied().collect()) {
            let detail = example["value"]["detail"].as_str().unwrap();
            assert!(!detail.contains('{'), "{code}: {detail}");
        }
    }
}
