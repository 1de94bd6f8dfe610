//! Bringing entries that are noted already under other terms: the one way in which terms reach them.

use super::{
    super::{
        Basis,
        application::{AppliedEntry, AppliedValues, SkipReason, SkippedEntry, TermsApplication},
        store,
    },
    account::store_changed,
    basis,
};
use crate::db::Tx;
use crate::hours::accounting::{self, pools_of};
use crate::hours::{BillingLine, DayRule, RateKey, RateSource, Sums, Terms, rate};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Currency, Date, TermsId, TimeEntryId};
use crate::slices::engagements::model::TermsRow;

/// Accounts anew, under this version, for the unlocked entries of the dates on which it is in force (or would be, were it
/// accepted), and for those that they are or were accounted for with. What was given for an entry stays, its task's rate
/// as well.
pub async fn apply_terms(tx: &mut Tx, applied: &TermsRow) -> Result<TermsApplication> {
    let terms = &applied.terms.as_ref().ok_or_else(Error::not_found)?.0;
    let member = tx.actor().member.ok_or_else(|| Error::internal("somebody applies terms"))?;
    let basis = basis(tx, member, Some(applied.engagement_id), None).await?;
    let basis = basis.as_if_accepted(applied.id, applied.effective_from, terms, tx.now());
    // An entry may reach over the end, where it is accounted for with others.
    let until = basis.ends_before(applied.effective_from).unwrap_or(Date::LAST);
    let (workspace, dates) = (tx.workspace(), (applied.effective_from, until.days_later(2)));
    tx.renew();
    let before = store::pooled(tx, workspace, applied.engagement_id, dates).await?;
    tx.renew();
    let mut skipped = Vec::new();
    let own = select(&before, &basis, (applied.id, terms), &mut skipped);
    let mut after = before.clone();
    let mut pools = std::collections::BTreeSet::new();
    for line in after.iter_mut().filter(|line| own.contains(&line.id)) {
        pools.extend(pools_of(line, basis.version(line.terms_id)));
        rate_anew(line, terms);
        line.terms_id = Some(applied.id);
        pools.extend(pools_of(line, basis.version(line.terms_id)));
    }
    accounting::account(&mut after, &own, &pools, |id| basis.version(id));
    after.sort_by_key(|line| (line.work_date, line.id.0));
    let changed = store_changed(tx, &basis, &before, &after, &[]).await?;
    Ok(answer(&terms.currency, &before, &after, &changed, skipped))
}

/// The entries that come under the version; others of its dates are told with the reason.
fn select(
    lines: &[BillingLine],
    basis: &Basis,
    (applied, terms): (TermsId, &Terms),
    skipped: &mut Vec<SkippedEntry>,
) -> Vec<TimeEntryId> {
    let gives_days = DayRule::of(terms) == Some(DayRule::Given);
    let mut own = Vec::new();
    for line in lines {
        if line.terms_id == Some(applied) || basis.in_force(line.work_date) != Some(applied) {
            continue;
        }
        let reason = match () {
            () if line.locked => SkipReason::Locked,
            () if gives_days && line.billable && line.days_given.is_none() => SkipReason::DaysNotGiven,
            () => {
                own.push(line.id);
                continue;
            }
        };
        skipped.push(SkippedEntry { id: line.id, work_date: line.work_date, reason: reason.as_str().to_owned() });
    }
    own
}

/// The rate under other terms: what the entry or its task says for itself stays.
fn rate_anew(line: &mut BillingLine, terms: &Terms) {
    let from = |source| line.rate_minor.filter(|_| line.rate_source == Some(source));
    let snapshot = rate(from(RateSource::Entry), from(RateSource::Task), Some(terms), None, None);
    line.rate_minor = snapshot.map(|rate| rate.rate_minor);
    line.rate_unit = snapshot.map(|rate| rate.unit);
    line.rate_source = snapshot.map(|rate| rate.source);
}

fn answer(
    currency: &Currency,
    before: &[BillingLine],
    after: &[BillingLine],
    changed: &[TimeEntryId],
    skipped: Vec<SkippedEntry>,
) -> TermsApplication {
    let of = |lines: &[BillingLine], id| lines.iter().find(|line| line.id == id).cloned();
    let mut sums = [Sums::default(), Sums::default()];
    let mut entries = Vec::new();
    for line in after.iter().filter(|line| changed.contains(&line.id)) {
        let Some(old) = of(before, line.id) else { continue };
        for (sums, line) in sums.iter_mut().zip([&old, line]) {
            let key = RateKey::new(None, line.rate_minor, line.rate_unit, currency);
            sums.add_line(key, line);
        }
        let values = |line: &BillingLine| AppliedValues::from(line);
        entries.push(AppliedEntry {
            id: line.id,
            member_id: line.member_id,
            work_date: line.work_date,
            before: values(&old),
            after: values(line),
        });
    }
    let [old, new] = sums.map(|sums| sums.total().amounts.first().map_or(0, |sum| sum.amount_minor));
    TermsApplication {
        dry_run: false,
        entries,
        skipped,
        currency: currency.clone(),
        amount_before_minor: old,
        amount_after_minor: new,
    }
}
