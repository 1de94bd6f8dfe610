//! What happens in an act on an engagement or on proposed terms, in the transaction of the request. The status
//! tables in the model decide; here stands what follows from them.

use super::{
    areas, in_force, milestones,
    model::{
        AcceptedElsewhere, ActDate, Answer, Answered, Deed, Engagement, EngagementAct, EngagementRow,
        NewEngagement, NewTermsVersion, TermsAct, TermsRow, TermsStatus,
    },
    store,
};
use crate::db::Tx;
use crate::hours::{Terms, complete_terms, next_period};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::kernel::{Date, EngagementId, JsonText, Remark};
use crate::platform::auth::Scope;
use crate::platform::entity::Done;
use crate::platform::events::{record, recorded};
use crate::slices::clients::store as clients;
use crate::slices::engagements::EngagementEvent;
use crate::slices::engagements::TermsEvent;
use crate::web::Body;

/// The members of a body that say how billing periods are counted.
const PERIOD_MEMBERS: [&str; 4] =
    ["/terms/period", "/terms/period_count", "/terms/anchor_day", "/terms/anchor_month"];

/// What the caller says with an act.
#[derive(Default)]
pub struct Said {
    pub on: Body<ActDate>,
    /// Whether an end goes behind the last work, where that lies after the day.
    pub moves_end: bool,
    /// Whether an end keeps the agreed notice.
    pub respects_notice: bool,
    pub note: Option<Remark>,
}

/// An engagement is paused or ended.
pub struct EngagementClosing {
    pub row: EngagementRow,
    /// The last day with work. Later work is in the way, or moves it.
    pub until: Date,
    /// Whether later work moves it.
    pub moves_end: bool,
}

/// Another end is agreed for an engagement.
pub struct EndChange {
    pub engagement: EngagementId,
    pub ends_on: Date,
    /// The last day of its closed periods.
    pub closed_on: Option<Date>,
}

/// These accepted terms are to count for what was noted before as well.
pub struct RetroactiveTerms(pub TermsRow);

/// Drafts an engagement with its first terms. One that was accepted elsewhere is proposed and accepted as well; nobody is
/// told that it waits for an answer.
pub async fn create(tx: &mut Tx, scope: Scope, new: Body<NewEngagement>) -> Result<Done<Engagement>> {
    let accepted = new.value.accepted.clone();
    let draft = draft(tx, scope, new).await?;
    let Some(AcceptedElsewhere { note }) = accepted else { return Ok(draft) };
    let proposed = perform(tx, scope, draft.into_row(), EngagementAct::Propose, Said::default()).await?;
    let said = Said { note: Some(note), ..Said::default() };
    perform(tx, scope, proposed.into_row(), EngagementAct::Accept, said).await
}

async fn draft(tx: &mut Tx, scope: Scope, new: Body<NewEngagement>) -> Result<Done<Engagement>> {
    let Body { value: new, mut faults } = new;
    let client = clients::find_for_work(tx, scope, new.client_id, "/client_id").await;
    let client = faults.absorb(client)?;
    let (new, terms) = new.complete(client.as_ref(), &mut faults);
    if let Some(terms) = &terms {
        areas::check(tx, terms, None, &mut faults).await?;
    }
    faults.check()?;
    let terms = terms.ok_or_else(terms_lacking)?;
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
        let Body { value: on, faults } = said.on;
        let until = on.day(before.row.fields.starts_on, deed.on, faults)?;
        before.row.check_not_closed(until.days_later(1))?;
        let mut closing = EngagementClosing { row: before.row.clone(), until, moves_end: said.moves_end };
        tx.react_to(&mut closing).await?;
        if said.respects_notice {
            before.check_notice(deed.on, closing.until)?;
        }
        deed.on = closing.until;
    }
    let row = store::set_life(tx, &before.row, &before.row.life.after(act, status, &deed)).await?;
    if let Some(first) = first_terms(&before, act, &deed) {
        store::terms::set_status(tx, &first).await?;
    }
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    recorded(tx, event(act), Some(&before), after).await
}

/// Puts new terms before the client of a running engagement.
pub async fn propose_terms(
    tx: &mut Tx,
    scope: Scope,
    before: &Engagement,
    new: Body<NewTermsVersion>,
) -> Result<Done<TermsRow>> {
    let Body { value: new, mut faults } = new;
    faults.absorb(before.row.standing().apply(EngagementAct::ProposeTerms, scope.is_client()))?;
    let client = clients::find(tx, scope, before.row.fields.client_id).await?;
    let earliest = before.in_force_from().unwrap_or(before.row.fields.starts_on);
    if let Some(fault) = new.check_start(earliest, before.row.fields.ends_on) {
        faults.push(fault);
    }
    if new.terms.kind != before.row.kind {
        faults.add("/terms/kind", FaultCode::Immutable);
    }
    let terms = complete_terms(new.terms, client.currency(), "/terms", &mut faults);
    areas::check(tx, &terms, before.shown_terms(), &mut faults).await?;
    if let Some(next) = next_period_before(tx, scope, &before.row, (new.effective_from, &terms)).await? {
        let fault = Fault::new("/effective_from", FaultCode::NotAPeriodStart).with("next", next);
        faults.push(fault.reads_all(&PERIOD_MEMBERS));
    }
    faults.absorb(before.row.check_not_closed(new.effective_from))?;
    milestones::check_kept(tx, scope, before.row.id, &terms, &mut faults).await?;
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
    if act == TermsAct::Accept {
        engagement.row.check_not_closed(before.effective_from)?;
    }
    if let (TermsAct::Accept, Some(JsonText(terms))) = (act, &before.terms) {
        let lost = milestones::refusal(tx, scope, engagement.row.id, terms).await?;
        let what = (before.effective_from, terms);
        let next = next_period_before(tx, scope, &engagement.row, what).await?;
        if let Some(refusal) = next.map(|_| Error::new(Code::TermsSuperseded)).or(lost) {
            let left = before.allowed_actions(scope.is_client()).into_iter().filter(|left| *left != act);
            return Err(refusal.allowed_actions(left.collect::<Vec<_>>()));
        }
    }
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

/// Where terms count billing periods otherwise than those accepted for the day before, from a day that is not the first of
/// a period: the first day of the next one.
async fn next_period_before(
    tx: &mut Tx,
    scope: Scope,
    engagement: &EngagementRow,
    (from, terms): (Date, &Terms),
) -> Result<Option<Date>> {
    let versions = store::terms::of(tx, scope, engagement.id).await?;
    let before = from.0.pred_opt().and_then(|day| TermsRow::in_force(&versions, Date(day)));
    let before = before.and_then(|version| version.terms.as_ref());
    Ok(before.and_then(|before| next_period(&before.0, terms, engagement.fields.starts_on, from)))
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

/// Terms that are lacking are a fault, which has been told.
pub(super) fn terms_lacking() -> Error {
    Error::internal("terms are missing without a fault")
}

/// What is left behind of an act that is done now.
pub fn deed(tx: &Tx, scope: Scope, note: Option<Remark>, engagement: &Engagement) -> Deed {
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
