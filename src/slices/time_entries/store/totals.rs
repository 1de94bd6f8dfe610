//! Sums of entries. Quantities are added up per engagement, rate and unit, priced and rounded once; these are added.

use super::{
    super::{Asked, TimeEntryFilter},
    line,
    list::push_from,
};
use crate::db::{Conn, Order, Slice, Sql, Window, sql};
use crate::hours::{
    BillingLine, Quantity, RateKey, RateUnit, Sums, Terms, TimeTotals, period_of, period_rounding, share,
};
use crate::kernel::error::Result;
use crate::kernel::{Columns, Currency, Date, EngagementId, JsonText, TermsId};
use crate::platform::auth::Scope;
use std::collections::{BTreeMap, HashMap};

/// Entries of one engagement, rate and unit, added up.
#[derive(Columns)]
struct SumRow {
    engagement_id: Option<EngagementId>,
    rate_minor: Option<i64>,
    rate_unit: Option<RateUnit>,
    currency: Currency,
    /// Whether the amounts are of before days were counted in ten-thousandths: they stand as they were shown.
    kept: bool,
    entries: i64,
    duration_seconds: i64,
    billable_seconds: i64,
    billed_seconds: i64,
    day_ten_thousandths: i64,
    break_seconds: i64,
    amount_minor: Option<i64>,
}

/// An entry that reaches beyond the dates that are asked for.
#[derive(Columns)]
struct CrossingRow {
    engagement_id: Option<EngagementId>,
    currency: Currency,
    break_seconds: i64,
    #[columns(flatten)]
    line: BillingLine,
}

/// A version of terms by which time is rounded by period, and the days on which its engagement takes work.
#[derive(Columns)]
struct PeriodTerms {
    id: TermsId,
    engagement_id: EngagementId,
    terms: JsonText<Terms>,
    starts_on: Date,
    last_on: Option<Date>,
}

/// Billable time on one date that is rounded by period.
#[derive(Columns)]
struct PeriodRow {
    terms_id: TermsId,
    rate_minor: Option<i64>,
    rate_unit: Option<RateUnit>,
    currency: Currency,
    work_date: Date,
    worked_seconds: i64,
    billed_seconds: i64,
}

/// The sums of a filter.
pub async fn totals(conn: &mut Conn, scope: Scope, asked: &Asked, slice: &Slice) -> Result<TimeTotals> {
    let filter = &asked.filter;
    let mut sums = Sums::default();
    for row in within(conn, scope, asked, slice).await? {
        let key = row.key();
        let quantity =
            Quantity { billed_seconds: row.billed_seconds, day_ten_thousandths: row.day_ten_thousandths };
        sums.count(row.entries, row.duration_seconds, row.billable_seconds, row.break_seconds);
        sums.add(key, quantity, row.amount_minor, row.kept);
    }
    if filter.work_date_from.is_some() || filter.work_date_until.is_some() {
        for row in crossing(conn, scope, asked, slice).await? {
            add_inside(&mut sums, filter, row);
        }
    }
    if filter.holds_whole_periods() && slice.since.is_none() {
        add_periods(conn, &mut sums, scope, asked).await?;
    }
    Ok(sums.total())
}

impl SumRow {
    fn key(&self) -> RateKey {
        RateKey::new(self.engagement_id, self.rate_minor, self.rate_unit, &self.currency)
    }
}

/// An amount in days that is not what its days cost at its rate: of before days were counted in ten-thousandths.
const KEPT: &str = "COALESCE(billable AND rate_unit = 'day' AND amount_minor <> \
    (COALESCE(day_ten_thousandths, 0) * rate_minor + 5000) / 10000, FALSE)";

async fn within(conn: &mut Conn, scope: Scope, asked: &Asked, slice: &Slice) -> Result<Vec<SumRow>> {
    let filter = &asked.filter;
    let mut query = sql("SELECT engagement_id, rate_minor, rate_unit, currency, ");
    query.push(KEPT).push(
        " AS kept, COUNT(*) AS entries, CAST(COALESCE(SUM(duration_seconds), 0) AS BIGINT) AS duration_seconds, \
         CAST(COALESCE(SUM(CASE WHEN billable THEN duration_seconds END), 0) AS BIGINT) AS billable_seconds, \
         CAST(COALESCE(SUM(billed_seconds), 0) AS BIGINT) AS billed_seconds, \
         CAST(COALESCE(SUM(CASE WHEN billable THEN day_ten_thousandths END), 0) AS BIGINT) AS day_ten_thousandths, \
         CAST(SUM(CASE WHEN duration_seconds IS NULL THEN 0 ELSE break_seconds END) AS BIGINT) AS break_seconds, \
         CAST(SUM(amount_minor) AS BIGINT) AS amount_minor",
    );
    push_from(&mut query, scope, asked, slice);
    // In lists of changes tombstones pass every filter; what is gone adds up to nothing.
    query.push(" AND deleted_at IS NULL");
    if let Some(from) = filter.work_date_from {
        query.push(" AND COALESCE(work_date, work_date) >= ").push_bind(from);
    }
    if let Some(until) = filter.work_date_until {
        query.push(" AND last_work_date < ").push_bind(until);
    }
    query.push(" GROUP BY engagement_id, rate_minor, rate_unit, currency, ").push(KEPT);
    conn.all(query).await
}

/// The entries of the filter that reach beyond its dates.
async fn crossing(conn: &mut Conn, scope: Scope, asked: &Asked, slice: &Slice) -> Result<Vec<CrossingRow>> {
    let filter = &asked.filter;
    let mut query = sql(concat!("SELECT engagement_id, currency, break_seconds, ", line!()));
    push_from(&mut query, scope, asked, slice);
    query.push(" AND deleted_at IS NULL AND duration_seconds IS NOT NULL AND (COALESCE(work_date, work_date) < ");
    query.push_bind(filter.work_date_from.unwrap_or(Date::FIRST)).push(" OR last_work_date >= ");
    query.push_bind(filter.work_date_until.unwrap_or(Date::LAST)).push(")");
    conn.all(query).await
}

/// Adds the part of an entry that lies within the dates of the filter.
fn add_inside(sums: &mut Sums, filter: &TimeEntryFilter, row: CrossingRow) {
    let (line, parts) = (&row.line, row.line.parts());
    let breaks = share(row.break_seconds, &parts.iter().map(|part| part.duration_seconds).collect::<Vec<_>>());
    let (mut worked, mut paused, mut quantity, mut amount) =
        (0, 0, Quantity::default(), line.amount_minor.map(|_| 0));
    for (part, pause) in parts.iter().zip(breaks).filter(|(part, _)| filter.has_date(part.date)) {
        worked += part.duration_seconds;
        paused += pause;
        quantity.billed_seconds += part.billed_seconds;
        if line.billable {
            quantity.day_ten_thousandths += part.day_ten_thousandths.unwrap_or(0);
        }
        amount = amount.zip(part.amount_minor).map(|(sum, part)| sum + part);
    }
    let key = RateKey::new(row.engagement_id, line.rate_minor, line.rate_unit, &row.currency);
    sums.count(1, worked, if line.billable { worked } else { 0 }, paused);
    sums.add(key, quantity, amount, line.keeps_amount());
}

/// Adds what rounding by period makes of the periods that lie wholly within the dates of the filter.
async fn add_periods(conn: &mut Conn, sums: &mut Sums, scope: Scope, asked: &Asked) -> Result<()> {
    let filter = &asked.filter;
    let versions: Vec<PeriodTerms> = conn.all(period_terms(scope, filter)).await?;
    if versions.is_empty() {
        return Ok(());
    }
    let versions: HashMap<TermsId, PeriodTerms> = versions.into_iter().map(|row| (row.id, row)).collect();
    // What is rounded together, and of it the worked and billed time of each rate.
    let mut periods: BTreeMap<_, BTreeMap<RateKey, (i64, i64)>> = BTreeMap::new();
    let mut add = |row: PeriodRow| {
        let Some(version) = versions.get(&row.terms_id) else { return };
        let terms = &version.terms.0;
        let (from, until) = period_of(terms.period_shape(), version.starts_on, row.work_date);
        let last = version.last_on.and_then(|last| last.0.succ_opt()).map_or(until, |end| until.min(Date(end)));
        if filter.work_date_from.is_some_and(|first| first > from.max(version.starts_on))
            || filter.work_date_until.is_some_and(|end| end < last)
        {
            return;
        }
        let engagement = version.engagement_id;
        let key = RateKey::new(Some(engagement), row.rate_minor, row.rate_unit, &row.currency);
        let period = periods.entry((engagement, terms.rounding, from, until)).or_default();
        let (worked, billed) = period.entry(key).or_default();
        *worked += row.worked_seconds;
        *billed += row.billed_seconds;
    };
    let ids: Vec<TermsId> = versions.keys().copied().collect();
    let dated: Vec<PeriodRow> = conn.all(dated(scope, asked, &ids)).await?;
    dated.into_iter().for_each(&mut add);
    let several: Vec<CrossingRow> = conn.all(on_several_dates(scope, asked, &ids)).await?;
    for CrossingRow { line, currency, .. } in several {
        let Some(terms_id) = line.terms_id else { continue };
        for part in line.parts().iter().filter(|part| filter.has_date(part.date)) {
            add(PeriodRow {
                terms_id,
                rate_minor: line.rate_minor,
                rate_unit: line.rate_unit,
                currency: currency.clone(),
                work_date: part.date,
                worked_seconds: part.duration_seconds,
                billed_seconds: part.billed_seconds,
            });
        }
    }
    for ((_, rounding, ..), rates) in periods {
        let parts = period_rounding(&rounding, &rates.values().copied().collect::<Vec<_>>());
        for (key, seconds) in rates.into_keys().zip(parts) {
            sums.add_rounding(key, seconds);
        }
    }
    Ok(())
}

fn period_terms(scope: Scope, filter: &TimeEntryFilter) -> Sql {
    let mut query =
        sql("SELECT t.id, t.engagement_id, t.terms, e.starts_on, COALESCE(e.ended_on, e.ends_on) AS last_on \
         FROM engagement_terms t JOIN engagements e ON e.workspace_id = t.workspace_id AND e.id = t.engagement_id \
         WHERE t.rounds_by_period AND t.status = 'accepted' AND t.deleted_at IS NULL AND t.workspace_id = ");
    query.push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND t.client_id = ").push_bind(own);
    }
    if let Some(ids) = &filter.client_id {
        query.push_in("t.client_id", ids.0.iter().copied());
    }
    if let Some(ids) = &filter.engagement_id {
        query.push_in("t.engagement_id", ids.0.iter().copied());
    }
    query
}

/// The billable time of each date and rate under these terms, of entries that lie on one date.
fn dated(scope: Scope, asked: &Asked, ids: &[TermsId]) -> Sql {
    let mut query = sql("SELECT terms_id, rate_minor, rate_unit, currency, work_date, \
         CAST(SUM(duration_seconds) AS BIGINT) AS worked_seconds, CAST(SUM(billed_seconds) AS BIGINT) AS billed_seconds");
    push_rounded(&mut query, scope, asked, ids);
    query.push(" AND last_work_date = work_date GROUP BY terms_id, rate_minor, rate_unit, currency, work_date");
    query
}

/// The billable entries under these terms that lie on several dates.
fn on_several_dates(scope: Scope, asked: &Asked, ids: &[TermsId]) -> Sql {
    let mut query = sql(concat!("SELECT engagement_id, currency, break_seconds, ", line!()));
    push_rounded(&mut query, scope, asked, ids);
    query.push(" AND last_work_date > work_date");
    query
}

fn push_rounded(query: &mut Sql, scope: Scope, asked: &Asked, ids: &[TermsId]) {
    let order = Order { column: "work_date", id: "id", descending: false };
    let slice = Slice { window: Window { order, limit: 0, after: None }, since: None };
    push_from(query, scope, asked, &slice);
    query.push(" AND billable AND duration_seconds IS NOT NULL AND terms_id IN (");
    query.push_binds(ids.iter().copied()).push(")");
}
