//! The balance of an engagement, for everybody who shows it.

use super::{PackageAccount, Since, model::BalanceRecord};
use crate::db::Conn;
use crate::hours::{EngagementKind, Terms};
use crate::kernel::Timestamp;
use crate::kernel::error::{Error, Result};
use crate::platform::auth::Scope;
use crate::slices::engagements::{milestones_of, model::Engagement};

/// What an engagement has left at an instant, under the terms that are shown with it.
pub async fn balance_of(
    conn: &mut Conn,
    scope: Scope,
    engagement: Engagement,
    at: Timestamp,
) -> Result<BalanceRecord> {
    let terms = shown_terms(&engagement)?;
    let milestones = match terms.kind {
        EngagementKind::Project => Some(milestones_of(conn, scope, &engagement, at).await?),
        _ => None,
    };
    // Of a project all that was ever done counts.
    let since = if terms.kind == EngagementKind::Project { Since::Begin } else { Since::Today };
    let account = PackageAccount::read_since(conn, scope, engagement.row, at, since).await?;
    Ok(BalanceRecord::of(&account, &terms, milestones))
}

/// The terms that are shown with an engagement.
pub(super) fn shown_terms(engagement: &Engagement) -> Result<Terms> {
    let terms = engagement.terms.as_ref().and_then(|version| version.terms.clone());
    Ok(terms.ok_or_else(Error::not_found)?.0)
}
