//! Operations and the model's state as the API writes them.

use super::{
    calendar::rfc3339,
    edits::{Change, Cut, TimeChange},
    entry::{Entry, Part, Time},
    model::{Model, NewEntry},
    terms::{DayRule, Mode, Period, Rounding, Scope, Terms},
    totals::Totals,
};
use serde_json::{Map, Value, json};

/// A number of the model as JSON knows it.
pub fn number(value: i128) -> Value {
    json!(i64::try_from(value).expect("it fits"))
}

fn optional(value: Option<i128>) -> Value {
    value.map_or(Value::Null, number)
}

pub fn terms(terms: &Terms, period: Period) -> Value {
    let mut body = json!({
        "kind": if terms.days.is_some() { "daily" } else { "hourly" },
        "rate_minor": number(terms.rate),
        "period": if period == Period::Week { "week" } else { "month" },
        "rounding": rounding(&terms.rounding),
    });
    match terms.days {
        None => {}
        Some(DayRule::Explicit) => body["day_mode"] = json!("explicit"),
        Some(DayRule::Threshold { half_minutes, full_minutes }) => {
            body["day_mode"] = json!("threshold");
            body["half_day_from_minutes"] = number(half_minutes);
            body["full_day_from_minutes"] = number(full_minutes);
        }
        Some(DayRule::ProRata { minutes_per_day }) => {
            body["day_mode"] = json!("pro_rata_capped");
            body["minutes_per_day"] = number(minutes_per_day);
        }
    }
    body
}

fn rounding(rounding: &Rounding) -> Value {
    let mode = match rounding.mode {
        Mode::None => "none",
        Mode::Up => "up",
        Mode::Down => "down",
        Mode::Nearest => "nearest",
    };
    let scope = match rounding.scope {
        Scope::Entry => "entry",
        Scope::TaskDay => "task_day",
        Scope::Day => "day",
        Scope::Period => "period",
    };
    json!({
        "mode": mode,
        "increment_minutes": number(rounding.increment_minutes),
        "scope": scope,
        "minimum_minutes": number(rounding.minimum_minutes),
    })
}

fn put_time(body: &mut Map<String, Value>, time: Time) {
    match time {
        Time::Running { start } => {
            body.insert("started_at".into(), json!(rfc3339(start)));
        }
        Time::Clocked { start, end, pause } => {
            body.insert("started_at".into(), json!(rfc3339(start)));
            body.insert("ended_at".into(), json!(rfc3339(end)));
            body.insert("break_seconds".into(), json!(pause));
        }
        Time::Dated { day, seconds } => {
            body.insert("work_date".into(), json!(day.to_string()));
            body.insert("duration_seconds".into(), json!(seconds));
        }
    }
}

fn task(model: &Model, task: Option<usize>) -> Value {
    task.map_or(Value::Null, |task| json!(model.tasks[task].id))
}

/// The body of a create or of a timer's start; the member only where somebody notes another's work.
pub fn new_entry(model: &Model, new: &NewEntry, member: Option<&str>) -> Value {
    let mut body = Map::new();
    body.insert("engagement_id".into(), json!(model.engagements[new.engagement].id));
    put_time(&mut body, new.time);
    if let Some(member) = member {
        body.insert("member_id".into(), json!(member));
    }
    if new.task.is_some() {
        body.insert("task_id".into(), task(model, new.task));
    }
    if let Some(rate) = new.given.rate {
        body.insert("rate_minor".into(), number(rate));
    }
    if let Some(billable) = new.given.billable {
        body.insert("billable".into(), json!(billable));
    }
    if let Some(days) = new.given.days {
        body.insert("day_ten_thousandths".into(), number(days));
    }
    Value::Object(body)
}

pub fn change(model: &Model, change: &Change) -> Value {
    let mut body = Map::new();
    if let Some(description) = &change.description {
        body.insert("description".into(), json!(description));
    }
    if let Some(to) = change.task {
        body.insert("task_id".into(), task(model, to));
    }
    match change.time {
        None => {}
        Some(TimeChange::Whole(time)) => put_time(&mut body, time),
        Some(TimeChange::Seconds(seconds)) => drop(body.insert("duration_seconds".into(), json!(seconds))),
        Some(TimeChange::Day(day)) => drop(body.insert("work_date".into(), json!(day.to_string()))),
    }
    if let Some(billable) = change.billable {
        body.insert("billable".into(), json!(billable));
    }
    if let Some(rate) = change.rate {
        body.insert("rate_minor".into(), optional(rate));
    }
    if let Some(days) = change.days {
        body.insert("day_ten_thousandths".into(), optional(days));
    }
    if let Some(engagement) = change.engagement {
        body.insert("engagement_id".into(), json!(model.engagements[engagement].id));
    }
    Value::Object(body)
}

pub fn cut(cut: Cut) -> Value {
    match cut {
        Cut::After(seconds) => json!({"split_after_seconds": seconds}),
        Cut::At(instant) => json!({"split_at": rfc3339(instant)}),
    }
}

/// What an entry answers, as far as the model knows it.
pub fn entry(model: &Model, entry: &Entry) -> Value {
    let mut shown = json!({
        "work_date": entry.day().to_string(),
        "billed_seconds": if entry.running() { Value::Null } else { number(entry.billed()) },
        "day_ten_thousandths": optional(entry.days()),
        "amount_minor": optional(entry.amount),
        "allocations": entry.parts.iter().map(part).collect::<Value>(),
        "duration_seconds": if entry.running() { Value::Null } else { json!(entry.time.seconds()) },
    });
    // What a timer will take is known when it stops.
    if !entry.running() {
        shown["terms_id"] = json!(model.engagements[entry.engagement].versions[entry.version].id);
        shown["rate_minor"] = number(entry.rate);
        shown["billable"] = json!(entry.billable);
    }
    shown
}

fn part(part: &Part) -> Value {
    json!({
        "date": part.day.to_string(),
        "duration_seconds": number(part.raw),
        "billed_seconds": number(part.billed),
        "day_ten_thousandths": optional(part.days),
        "amount_minor": optional(part.amount),
    })
}

/// What terms change, before or after.
pub fn accounted(model: &Model, of: &Entry) -> Value {
    let shown = entry(model, of);
    ["terms_id", "rate_minor", "billed_seconds", "day_ten_thousandths", "amount_minor"]
        .into_iter()
        .map(|name| (name.to_owned(), shown[name].clone()))
        .collect::<Map<_, _>>()
        .into()
}

pub fn totals(totals: &Totals) -> Value {
    json!({
        "entries": number(totals.entries),
        "duration_seconds": number(totals.duration_seconds),
        "billable_seconds": number(totals.billable_seconds),
        "billed_seconds": number(totals.billed_seconds),
        "rounding_seconds": number(totals.rounding_seconds),
    })
}
