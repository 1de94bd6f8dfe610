//! Milestones that were accepted, in the database.

use crate::db::{Conn, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{EngagementId, Record};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::{MilestoneAcceptance, MilestoneRow};

statements! {
    OF = "SELECT ", MilestoneAcceptance::LIST, " FROM milestone_acceptances \
        WHERE workspace_id = $1 AND engagement_id = $2 ORDER BY accepted_at, id";
    INSERT = "INSERT INTO milestone_acceptances (workspace_id, id, client_id, engagement_id, title, amount_minor, \
        currency, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, answer_note) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
}

/// Every milestone of an engagement that was accepted. Whether they may see the engagement is known before.
pub async fn of(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<MilestoneAcceptance>> {
    conn.all(sql(OF).bind(scope.workspace).bind(engagement)).await
}

/// Keeps that a milestone was accepted.
pub async fn insert(tx: &mut Tx, of: &MilestoneRow, acceptance: &MilestoneAcceptance) -> Result<()> {
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(acceptance.id)
        .bind(of.client_id)
        .bind(of.engagement_id)
        .bind(&acceptance.title)
        .bind(acceptance.amount_minor)
        .bind(&of.currency)
        .bind(acceptance.accepted_at)
        .bind(acceptance.accepted_by)
        .bind(acceptance.accepted_by_name.as_str())
        .bind(acceptance.accepted_version)
        .bind(acceptance.accepted_elsewhere)
        .bind(&acceptance.answer_note);
    tx.execute(insert).await.map(drop)
}
