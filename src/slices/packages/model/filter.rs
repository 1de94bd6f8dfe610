//! Which periods and lines are listed.

use super::{LedgerKind, PeriodStatus};
use crate::kernel::CauseId;
use crate::web::{Listing, OneOf, Primitive, params};

params! {
    /// Which periods to list.
    pub struct PeriodFilter {
        /// Only those that stand there.
        status: OneOf<PeriodStatus>,
    }
}

impl Listing for PeriodFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("seq", "seq")];
    const ID: &'static str = "seq";
}

params! {
    /// Which lines of the account to list.
    pub struct LedgerFilter {
        /// Only those of the period with this number.
        period_seq: Primitive<i64>,
        /// Only those of these kinds.
        kind: OneOf<LedgerKind>,
        /// Only those that this entry, adjustment, extension or block caused.
        cause_id: CauseId,
    }
}

impl Listing for LedgerFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("on", "line")];
    const ID: &'static str = "line";
}
