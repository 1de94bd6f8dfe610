//! The words that terms are made of.

use crate::kernel::choice;

choice! {
    /// How an engagement is paid: by the hour, by the day, one price for a project, or a package of hours per period.
    pub enum EngagementKind {
        Hourly = "hourly",
        Daily = "daily",
        Project = "project",
        Retainer = "retainer",
    }
}

choice! {
    /// How long one billing span of an engagement is.
    #[derive(Default)]
    pub enum BillingPeriod {
        Week = "week",
        #[default]
        Month = "month",
        Quarter = "quarter",
        HalfYear = "half_year",
        Year = "year",
    }
}

choice! {
    /// What becomes of a package's unused minutes at the end of a period: they expire, they are all carried into
    /// the next one, or they are carried up to a cap.
    #[derive(Default)]
    pub enum CarryPolicy {
        #[default]
        None = "none",
        All = "all",
        Capped = "capped",
    }
}

choice! {
    /// Which minutes of a package are used first: those that expire next, those of the current period, or the oldest
    /// ones carried in.
    #[derive(Default)]
    pub enum ConsumeOrder {
        #[default]
        ExpiringFirst = "expiring_first",
        IncludedFirst = "included_first",
        OldestFirst = "oldest_first",
    }
}

choice! {
    /// What happens when a package is used up: the overage is billed, the next period starts lower, or more work is refused
    /// (409 `retainer_exhausted`) until the client agrees to an extension or a block.
    #[derive(Default)]
    pub enum DeficitPolicy {
        #[default]
        Bill = "bill",
        Carry = "carry",
        Block = "block",
    }
}

choice! {
    /// Whether a first or last partial period of a package includes all of its minutes or a share by days.
    #[derive(Default)]
    pub enum Proration {
        #[default]
        None = "none",
        Days = "days",
    }
}

choice! {
    /// Which work uses up a package: billable work only, or all of it.
    #[derive(Default)]
    pub enum CountedWork {
        #[default]
        Billable = "billable",
        All = "all",
    }
}

choice! {
    /// How worked time becomes days: the entry says how many days it is, thresholds per local date give half and
    /// whole days, or minutes count in proportion with at most one day rate per local date.
    #[derive(Default)]
    pub enum DayMode {
        Explicit = "explicit",
        Threshold = "threshold",
        #[default]
        ProRataCapped = "pro_rata_capped",
    }
}

choice! {
    /// What the workspace makes of entries of one member that lie in the same time.
    pub enum OverlapPolicy {
        /// They are accepted without a word.
        Allow = "allow",
        /// They are accepted, and the answer lists the others.
        Warn = "warn",
        /// They are refused, and the refusal lists the others.
        Reject = "reject",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_travel_as_the_specification_says() {
        let policies = serde_json::to_value(OverlapPolicy::ALL).unwrap();
        assert_eq!(policies, serde_json::json!(["allow", "warn", "reject"]));
    }
}
