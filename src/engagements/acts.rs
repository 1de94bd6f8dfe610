//! What happens in an act on an engagement or on proposed terms, in the transaction of the request. The status
//! tables in the model decide; here stands what follows from them.

use super::{
    in_force,
    model::{
        ActDate, Answer, Answered, Deed, Engagement, EngagementAct, EngagementRow, NewEngagement, NewTermsVersion,
        TermsAct, TermsRow, TermsStatus, complete_terms,
    },
    store,
};
use crate::auth::Scope;
use crate::clients::store as clients;
use crate::db::Tx;
use crate::error::{FaultCode, Faults, Result};
use crate::events::record;
use crate::time_entries::stop_on_engagement;
use crate::types::Remark;

/// What the caller says with an act.
#[derive(Default)]
pub struct Said {
    pub on: ActDate,
    pub note: Option<Remark>,
}

/// Drafts an engagement with its first terms.
pub async fn create(tx: &mut Tx, scope: Scope, new: NewEngagement) -> Result<Engagement> {
    let client = clients::find_for_work(tx, scope, new.client_id, "/client_id").await;
    let client = client.map_err(|error| new.beside(error))?;
    let (new, terms) = new.complete(&client)?;
    store::check_ref(tx, &new, None).await?;
    let row = store::insert(tx, &new, terms.kind).await?;
    let first = store::terms::TermsInsert {
        status: TermsStatus::Draft,
        effective_from: new.starts_on,
        terms,
        reason: &None,
        proposed_at: None,
    };
    store::terms::insert(tx, &row, first).await?;
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    record(tx, "engagement.created", None, &after).await?;
    Ok(after)
}

/// Does an act on an engagement: the status it leads to, what it leaves behind, and its event.
pub async fn perform(
    tx: &mut Tx,
    scope: Scope,
    before: Engagement,
    act: EngagementAct,
    said: Said,
) -> Result<Engagement> {
    let status = before.row.standing().apply(act, scope.is_client())?;
    let mut deed = deed(tx, scope, said.note, &before);
    if matches!(act, EngagementAct::Pause | EngagementAct::End) {
        deed.on = said.on.day(before.row.fields.starts_on, deed.on)?;
    }
    let row = store::set_life(tx, &before.row, &before.row.life.after(act, status, &deed)).await?;
    if let Some(first) = first_terms(&before, act, &deed) {
        store::terms::set_status(tx, &first).await?;
    }
    if matches!(act, EngagementAct::Pause | EngagementAct::End) {
        stop_on_engagement(tx, before.row.id).await?;
    }
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    record(tx, event(act), Some(&before), &after).await?;
    Ok(after)
}

/// Puts new terms before the client of a running engagement.
pub async fn propose_terms(
    tx: &mut Tx,
    scope: Scope,
    before: &Engagement,
    new: NewTermsVersion,
) -> Result<TermsRow> {
    before.row.standing().apply(EngagementAct::ProposeTerms, scope.is_client())?;
    let client = clients::find(tx, scope, before.row.fields.client_id).await?;
    let mut faults = Faults::new();
    let earliest = before.in_force_from().unwrap_or(before.row.fields.starts_on);
    if let Some(fault) = new.check_start(earliest, before.row.fields.ends_on) {
        faults.push(fault);
    }
    if new.terms.kind != before.row.kind {
        faults.add("/terms/kind", FaultCode::Immutable);
    }
    let terms = complete_terms(new.terms, client.currency(), "/terms", &mut faults);
    faults.check()?;
    // First the engagement, so that the version is read beside its new state.
    let touched = store::touch(tx, before.row.id).await?;
    let insert = store::terms::TermsInsert {
        status: TermsStatus::Proposed,
        effective_from: new.effective_from,
        terms,
        reason: &new.reason,
        proposed_at: Some(tx.now()),
    };
    let row = store::terms::insert(tx, &before.row, insert).await?;
    record(tx, "terms.proposed", None, &row).await?;
    record_terms_moved(tx, scope, before, touched).await?;
    Ok(row)
}

/// Answers proposed terms, or takes them back.
pub async fn decide_terms(
    tx: &mut Tx,
    scope: Scope,
    engagement: &Engagement,
    before: TermsRow,
    act: TermsAct,
    note: Option<Remark>,
) -> Result<TermsRow> {
    before.require(act, scope.is_client(), engagement.in_force_from())?;
    let deed = Deed { seen: before.version, ..deed(tx, scope, note, engagement) };
    let (status, answered, withdrawn_at, event) = match act {
        TermsAct::Accept => (TermsStatus::Accepted, Answered::new(Answer::Accept, &deed), None, "terms.accepted"),
        TermsAct::Decline => {
            (TermsStatus::Declined, Answered::new(Answer::Decline, &deed), None, "terms.declined")
        }
        TermsAct::Withdraw => (TermsStatus::Withdrawn, Answered::default(), Some(deed.at), "terms.withdrawn"),
    };
    let touched = store::touch(tx, engagement.row.id).await?;
    let after = TermsRow { status, answered, withdrawn_at, ..before.clone() };
    let after = store::terms::set_status(tx, &after).await?;
    if act == TermsAct::Accept {
        in_force::expect(tx, &engagement.row, after.effective_from).await?;
    }
    record(tx, event, Some(&before), &after).await?;
    record_terms_moved(tx, scope, engagement, touched).await?;
    Ok(after)
}

/// Whoever keeps engagements by their events learns that this one has a new version, and which terms it shows now.
pub(super) async fn record_terms_moved(
    tx: &mut Tx,
    scope: Scope,
    before: &Engagement,
    touched: EngagementRow,
) -> Result<()> {
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, touched, at).await?;
    record(tx, "engagement.updated", Some(before), &after).await
}

fn deed(tx: &Tx, scope: Scope, note: Option<Remark>, engagement: &Engagement) -> Deed {
    Deed {
        at: tx.now(),
        on: engagement.row.day_of(tx.now()),
        by: tx.actor().member,
        by_name: tx.actor().name.clone(),
        by_client: scope.is_client(),
        note,
        seen: engagement.row.version,
    }
}

/// The first terms, which are proposed, withdrawn and answered with their engagement.
fn first_terms(engagement: &Engagement, act: EngagementAct, deed: &Deed) -> Option<TermsRow> {
    let first = engagement.terms.clone()?;
    let (status, proposed_at, answered) = match act {
        EngagementAct::Propose => (TermsStatus::Proposed, Some(deed.at), Answered::default()),
        EngagementAct::Withdraw => (TermsStatus::Draft, None, Answered::default()),
        EngagementAct::Accept => (TermsStatus::Accepted, first.proposed_at, Answered::new(Answer::Accept, deed)),
        EngagementAct::Decline => (TermsStatus::Declined, first.proposed_at, Answered::new(Answer::Decline, deed)),
        _ => return None,
    };
    Some(TermsRow { status, proposed_at, answered, ..first })
}

fn event(act: EngagementAct) -> &'static str {
    match act {
        EngagementAct::Edit | EngagementAct::ProposeTerms => "engagement.updated",
        EngagementAct::Propose => "engagement.proposed",
        EngagementAct::Withdraw => "engagement.withdrawn",
        EngagementAct::Accept => "engagement.accepted",
        EngagementAct::Decline => "engagement.declined",
        EngagementAct::Pause => "engagement.paused",
        EngagementAct::Resume => "engagement.resumed",
        EngagementAct::End => "engagement.ended",
        EngagementAct::Archive => "engagement.archived",
        EngagementAct::Delete => "engagement.deleted",
    }
}
