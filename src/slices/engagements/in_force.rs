//! Terms that come into force by time alone. The transaction that accepts them says when; whoever first finds that moment
//! past records it before anything else: the event, and the engagement's next version, which shows them.

use super::{
    acts::record_terms_moved,
    model::{Engagement, EngagementRow, TermsRow},
    store,
};
use crate::db::{Due, Tx};
use crate::kernel::error::Result;
use crate::kernel::{Date, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::platform::jobs::{JobKind, enqueue_anew, withdraw};
use crate::slices::engagements::TermsEvent;
use serde_json::json;

/// Records that terms came into force.
pub static TERMS_EFFECTIVE: JobKind = JobKind { name: "terms.effective", run: |tx, _| Box::pin(record_due(tx)) };

/// What became due by time alone is being recorded. Slices above record what is theirs, and say when more will be due.
pub struct DueRecording;

/// Days differ by less than this from zone to zone.
const ZONES_SECONDS: i64 = 2 * 86_400;

/// Plans the day on which terms come into force that were just accepted.
pub async fn expect(tx: &mut Tx, engagement: &EngagementRow, effective_from: Date) -> Result<()> {
    let now = tx.recorded_at();
    let begins = Some(effective_from.starts_at(engagement.tz())).filter(|begins| *begins > now);
    let next_due_at = tx.due().next_due_at.into_iter().chain(begins).min();
    plan(tx, Due { due_checked_at: Some(now), next_due_at }).await
}

/// Plans an instant at which something becomes due.
pub async fn expect_at(tx: &mut Tx, at: Timestamp) -> Result<()> {
    let known = tx.due();
    if known.due_checked_at.is_some() && known.next_due_at.is_some_and(|next| next <= at) {
        return Ok(());
    }
    let due_checked_at = Some(tx.recorded_at());
    let next_due_at = known.next_due_at.into_iter().chain([at]).min();
    plan(tx, Due { due_checked_at, next_due_at }).await
}

/// Records which terms came into force since that was last done, and plans when others will. A clock that was set back
/// brings back the terms of that time.
pub async fn record_due(tx: &mut Tx) -> Result<()> {
    let (now, checked) = (tx.wall_clock(), tx.due().due_checked_at);
    let scope = Scope::workspace(tx.workspace());
    let since = checked.map_or(Timestamp::from_micros(0), |checked| checked.min(now).plus_seconds(-ZONES_SECONDS));
    let mut engagements = Vec::new();
    let mut next_due_at = None;
    for row in store::with_later_terms(tx, Date::of(since, chrono_tz::UTC)).await? {
        tx.renew();
        let versions = store::terms::of(tx, scope, row.id).await?;
        let begin = versions.iter().filter_map(|version| row.terms_begin_at(version));
        next_due_at = next_due_at.into_iter().chain(begin.filter(|begins| *begins > now)).min();
        engagements.push((row, versions));
    }
    plan(tx, Due { due_checked_at: Some(now), next_due_at }).await?;
    for (row, versions) in engagements {
        tx.renew();
        // Before this was recorded at all, an engagement showed the terms of its last change.
        let recorded = checked.unwrap_or(row.updated_at);
        record_change(tx, scope, (row, versions), (recorded, now)).await?;
    }
    tx.react_to(&mut DueRecording).await
}

/// Records what an engagement shows now instead of what it showed.
async fn record_change(
    tx: &mut Tx,
    scope: Scope,
    (row, versions): (EngagementRow, Vec<TermsRow>),
    (recorded, now): (Timestamp, Timestamp),
) -> Result<()> {
    let before = Engagement::new(row.clone(), versions.clone(), recorded);
    let shown = before.terms.as_ref().map(|terms| terms.id);
    if Engagement::new(row.clone(), versions.clone(), now).terms.map(|terms| terms.id) == shown {
        return Ok(());
    }
    // First the engagement, so that its terms are read beside its new state.
    let touched = store::touch(tx, row.id).await?;
    for version in TermsRow::effective_between(&versions, row.terms_day(recorded), row.terms_day(now)) {
        if Some(version.id) != shown {
            record(tx, TermsEvent::Effective, None, version).await?;
        }
    }
    record_terms_moved(tx, scope, &before, touched).await
}

/// Has what is due next recorded by a job where nobody reads or writes.
async fn plan(tx: &mut Tx, due: Due) -> Result<()> {
    tx.set_due(due).await?;
    let nothing = json!({});
    match due.next_due_at {
        Some(at) => enqueue_anew(tx, &TERMS_EFFECTIVE, &nothing, at).await,
        None => withdraw(tx, &TERMS_EFFECTIVE, &nothing).await,
    }
}
