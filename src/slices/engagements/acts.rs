//! What happens in an act on an engagement or on proposed terms, in the transaction of the request. The status
//! tables in the model decide; here stands what follows from them.

use super::{
    in_force,
    model::{
        ActDate, Answer, Answered, Deed, Engagement, EngagementAct, EngagementRow, NewEngagement, NewTermsVersion,
        TermsAct, TermsRow, TermsStatus,
    },
    store,
};
use crate::db::Tx;
use crate::hours::complete_terms;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{Date, Remark};
use crate::platform::auth::Scope;
use crate::platform::entity::Done;
use crate::platform::events::{record, recorded};
use crate::slices::clients::store as clients;
use crate::slices::engagements::EngagementEvent;
use crate::slices::engagements::TermsEvent;
use crate::slices::time_entries::{
    AppliedTerms, EntryConflict, TermsApplication, apply_terms, stop_on_engagement, store::blocking,
};

/// What the caller says with an act.
#[derive(Default)]
pub struct Said {
    pub on: ActDate,
    /// Whether an end goes behind the last work, where that lies after the day.
    pub moves_end: bool,
    pub note: Option<Remark>,
}

/// Drafts an engagement with its first terms.
pub async fn create(tx: &mut Tx, scope: Scope, new: NewEngagement) -> Result<Done<Engagement>> {
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
    recorded(tx, EngagementEvent::Created, None, after).await
}

/// Does an act on an engagement: the status it leads to, what it leaves behind, and its event.
pub async fn perform(
    tx: &mut Tx,
    scope: Scope,
    before: Engagement,
    act: EngagementAct,
    said: Said,
) -> Result<Done<Engagement>> {
    let status = before.row.standing().apply(act, scope.is_client())?;
    let mut deed = deed(tx, scope, said.note, &before);
    if matches!(act, EngagementAct::Pause | EngagementAct::End) {
        let day = said.on.day(before.row.fields.starts_on, deed.on)?;
        deed.on = close(tx, &before.row, day, said.moves_end).await?;
    }
    let row = store::set_life(tx, &before.row, &before.row.life.after(act, status, &deed)).await?;
    if let Some(first) = first_terms(&before, act, &deed) {
        store::terms::set_status(tx, &first).await?;
    }
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    recorded(tx, event(act), Some(&before), after).await
}

/// Stops the timers of an engagement that takes work up to this day alone; that day. Work that reaches beyond it is in
/// the way (409), or moves it.
async fn close(tx: &mut Tx, row: &EngagementRow, day: Date, moves_end: bool) -> Result<Date> {
    if !moves_end {
        let later = blocking::after_day(tx, row.id, day).await?;
        let conflicts: Vec<_> = later.into_iter().take(EntryConflict::MOST).map(EntryConflict::from).collect();
        if !conflicts.is_empty() {
            let refusal = Error::new(Code::HasLaterEntries).with("on", day).member("conflicts", conflicts);
            return Err(refusal.member("allowed_actions", row.standing().allowed_actions(false)));
        }
    }
    stop_on_engagement(tx, row.id).await?;
    match moves_end {
        true => Ok(blocking::last_date(tx, row.id).await?.map_or(day, |last| last.max(day))),
        false => Ok(day),
    }
}

/// Refuses an agreed end before work that is noted (422), naming the first of it.
pub async fn check_end(tx: &mut Tx, row: &EngagementRow, ends_on: Option<Date>) -> Result<()> {
    let Some(day) = ends_on.filter(|_| ends_on != row.fields.ends_on) else { return Ok(()) };
    let later = blocking::after_day(tx, row.id, day).await?;
    let Some(first) = later.into_iter().next() else { return Ok(()) };
    let next = day.0.succ_opt().map_or(day, Date);
    let fault = Fault::new("/ends_on", FaultCode::EntriesLater).with("id", first.id);
    let refusal = Error::invalid(vec![fault.with("date", first.work_date.max(next))]);
    Err(refusal.member("conflicts", [EntryConflict::from(first)]))
}

/// Puts new terms before the client of a running engagement.
pub async fn propose_terms(
    tx: &mut Tx,
    scope: Scope,
    before: &Engagement,
    new: NewTermsVersion,
) -> Result<Done<TermsRow>> {
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
        proposed_at: Some(tx.wall_clock()),
    };
    let row = store::terms::insert(tx, &before.row, insert).await?;
    let row = recorded(tx, TermsEvent::Proposed, None, row).await?;
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
) -> Result<Done<TermsRow>> {
    before.require(act, scope.is_client())?;
    let deed = Deed { seen: before.version, ..deed(tx, scope, note, engagement) };
    let (status, answered, withdrawn_at, event) = match act {
        TermsAct::Accept => {
            (TermsStatus::Accepted, Answered::new(Answer::Accept, &deed), None, TermsEvent::Accepted)
        }
        TermsAct::Decline => {
            (TermsStatus::Declined, Answered::new(Answer::Decline, &deed), None, TermsEvent::Declined)
        }
        TermsAct::Withdraw => (TermsStatus::Withdrawn, Answered::default(), Some(deed.at), TermsEvent::Withdrawn),
        TermsAct::Apply => return Err(Error::internal("applying terms decides nothing about them")),
    };
    let touched = store::touch(tx, engagement.row.id).await?;
    let after = TermsRow { status, answered, withdrawn_at, ..before.clone() };
    let after = store::terms::set_status(tx, &after).await?;
    if act == TermsAct::Accept {
        in_force::expect(tx, &engagement.row, after.effective_from).await?;
    }
    let after = recorded(tx, event, Some(&before), after).await?;
    record_terms_moved(tx, scope, engagement, touched).await?;
    Ok(after)
}

/// Accounts under a version for entries that were noted before.
pub async fn apply(tx: &mut Tx, version: &TermsRow) -> Result<TermsApplication> {
    let terms = version.terms.as_ref().ok_or_else(Error::not_found)?;
    let (engagement, id, effective_from) = (version.engagement_id, version.id, version.effective_from);
    apply_terms(tx, AppliedTerms { engagement, id, effective_from, terms: &terms.0 }).await
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
    record(tx, EngagementEvent::Updated, Some(before), &after).await
}

fn deed(tx: &Tx, scope: Scope, note: Option<Remark>, engagement: &Engagement) -> Deed {
    let at = tx.wall_clock();
    Deed {
        at,
        ordered_at: tx.now(),
        on: engagement.row.day_of(at),
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

fn event(act: EngagementAct) -> EngagementEvent {
    match act {
        EngagementAct::Edit | EngagementAct::ProposeTerms => EngagementEvent::Updated,
        EngagementAct::Propose => EngagementEvent::Proposed,
        EngagementAct::Withdraw => EngagementEvent::Withdrawn,
        EngagementAct::Accept => EngagementEvent::Accepted,
        EngagementAct::Decline => EngagementEvent::Declined,
        EngagementAct::Pause => EngagementEvent::Paused,
        EngagementAct::Resume => EngagementEvent::Resumed,
        EngagementAct::End => EngagementEvent::Ended,
        EngagementAct::Archive => EngagementEvent::Archived,
        EngagementAct::Delete => EngagementEvent::Deleted,
    }
}
