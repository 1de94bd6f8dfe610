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
    mails: Family<OutcomeLabel, Counter>,
    mails_due: Gauge,
    mails_overdue_seconds: Gauge,
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
    /// Counters at 0, beside one that is kept elsewhere: writes whose order runs ahead of the clock.
    pub fn new(ahead: Counter) -> Self {
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
        let (mails, mails_due, mails_overdue_seconds) = (Family::default(), Gauge::default(), Gauge::default());
        registry.register("mails", "Attempts to deliver a mail by outcome", mails.clone());
        registry.register("mails_due", "Mails that wait for a delivery", mails_due.clone());
        registry.register(
            "mails_overdue_seconds",
            "For how long the mail that waits longest has been due",
            mails_overdue_seconds.clone(),
        );
        Self { registry, requests, seconds, mails, mails_due, mails_overdue_seconds }
    }

    /// Counts one answered request.
    pub fn observe(&self, operation: &'static str, status: u16, elapsed: Duration) {
        self.requests.get_or_create(&RequestLabels { operation, status: status.into() }).inc();
        self.seconds.get_or_create(&OperationLabel { operation }).observe(elapsed.as_secs_f64());
    }

    /// Counts attempts to deliver a mail that ended alike.
    pub fn count_mails(&self, outcome: &'static str, number: u64) {
        self.mails.get_or_create(&OutcomeLabel { outcome }).inc_by(number);
    }

    /// Notes how many mails are due, and for how long the first of them has been.
    pub fn show_mails_due(&self, number: i64, seconds: i64) {
        self.mails_due.set(number);
        self.mails_overdue_seconds.set(seconds);
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string");
        text
    }
}
