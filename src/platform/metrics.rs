//! Counters for the operator, in Prometheus' text form at `/metrics`.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::time::Duration;

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<OperationLabel, Histogram>,
}

/// What is counted of a queue; clones count together.
#[derive(Clone, Default)]
pub struct Meter {
    outcomes: Family<OutcomeLabel, Counter>,
    due: Gauge,
    overdue_seconds: Gauge,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    status: u32,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OperationLabel {
    operation: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

impl Metrics {
    /// Counters at 0, beside what is counted elsewhere: writes whose order runs ahead of the clock, and queues by name.
    pub fn new(ahead: Counter, queues: &[(&str, &Meter)]) -> Self {
        let buckets = || Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0]);
        let requests = Family::default();
        let seconds = Family::<OperationLabel, Histogram>::new_with_constructor(buckets);
        let mut registry = Registry::with_prefix("vorzimmer");
        registry.register("http_requests", "Requests by operation and status", requests.clone());
        registry.register("http_request_seconds", "Time to answer by operation", seconds.clone());
        registry.register(
            "order_ahead_writes",
            "Writes whose order of changes runs more than 5 minutes ahead of the clock",
            ahead,
        );
        for (name, Meter { outcomes, due, overdue_seconds }) in queues {
            registry.register(*name, format!("Attempts at {name} by outcome"), outcomes.clone());
            registry.register(format!("{name}_due"), format!("How many {name} wait"), due.clone());
            registry.register(
                format!("{name}_overdue_seconds"),
                format!("For how long the first of the {name} that wait has been due"),
                overdue_seconds.clone(),
            );
        }
        Self { registry, requests, seconds }
    }

    /// Counts one answered request.
    pub fn observe(&self, operation: &'static str, status: u16, elapsed: Duration) {
        self.requests.get_or_create(&RequestLabels { operation, status: status.into() }).inc();
        self.seconds.get_or_create(&OperationLabel { operation }).observe(elapsed.as_secs_f64());
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string");
        text
    }
}

impl Meter {
    /// Counts attempts that ended alike.
    pub fn count(&self, outcome: &'static str, number: u64) {
        self.outcomes.get_or_create(&OutcomeLabel { outcome }).inc_by(number);
    }

    /// Notes how much is due, and for how long the first of it has been.
    pub fn show_due(&self, number: i64, seconds: i64) {
        self.due.set(number);
        self.overdue_seconds.set(seconds);
    }
}
