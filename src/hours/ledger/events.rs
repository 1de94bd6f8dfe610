//! What happens in a period, in the order in which it counts, whatever the order in which it was typed.

use super::{Grant, Happenings, Lot, LotEnd, PackagePeriod, Reduction, Void, Work};
use crate::kernel::Date;
use uuid::Uuid;

/// What happens on a day, in the order in which it happens.
pub(super) enum Event<'a> {
    Grant(&'a Grant),
    Void(&'a Void),
    /// The deficit that came along is taken.
    Owed,
    Reduction(&'a Reduction),
    Work(&'a Work),
    /// The last day of a lot is over.
    End(Uuid),
}

/// Everything that happens in a period, in order; `lots` are those that came along.
pub(super) fn events<'a>(
    period: &PackagePeriod,
    lots: &[Lot],
    happenings: &'a Happenings,
) -> Vec<(Date, Event<'a>)> {
    let (first, last) = (period.period.starts_on, period.period.ends_on);
    let clamped = |on: Date| on.clamp(first, last);
    let Happenings { grants, voids, reductions, work, .. } = happenings;
    let mut events: Vec<(Date, Event<'a>)> = Vec::new();
    events.extend(grants.iter().map(|grant| (clamped(grant.usable_from), Event::Grant(grant))));
    events.extend(voids.iter().map(|void| {
        // Before its first day a lot cannot be voided.
        let granted = grants.iter().find(|grant| grant.id == void.lot).map(|grant| grant.usable_from);
        (clamped(granted.map_or(void.on, |from| from.max(void.on))), Event::Void(void))
    }));
    events.push((first, Event::Owed));
    events.extend(reductions.iter().map(|reduction| (first, Event::Reduction(reduction))));
    events.extend(work.iter().map(|work| (clamped(work.on), Event::Work(work))));
    let carried = lots.iter().filter_map(|lot| match lot.end {
        LotEnd::On(until) => Some((lot.id, until?)),
        LotEnd::AfterPeriods(_) => None,
    });
    let granted = grants.iter().filter_map(|grant| Some((grant.id, grant.usable_until?)));
    let ends = carried.chain(granted).filter(|(_, until)| *until <= last);
    events.extend(ends.map(|(lot, until)| (clamped(until), Event::End(lot))));
    events.sort_by_key(|(on, event)| (*on, event.place()));
    events
}

impl Event<'_> {
    /// Its place in a day. Of work that which begins first; what has no clock times last; then the lower rate.
    fn place(&self) -> (u8, (bool, i64), Option<i64>, Option<Uuid>) {
        let plain = |phase, id| (phase, (false, 0), None, Some(id));
        match self {
            Self::Grant(grant) => plain(0, grant.id),
            Self::Void(void) => plain(1, void.lot),
            Self::Owed => (2, (false, 0), None, None),
            Self::Reduction(reduction) => plain(3, reduction.id),
            // What rounding takes is known when all else is.
            Self::Work(Work { entry: None, overage_rate_minor, .. }) => (5, (false, 0), *overage_rate_minor, None),
            Self::Work(work) => {
                let begin = (work.begins_at.is_none(), work.begins_at.unwrap_or(0));
                (4, begin, work.overage_rate_minor, work.entry)
            }
            Self::End(lot) => plain(6, *lot),
        }
    }
}
