//! What is done with entries in the transactions of the slices below.

use super::{
    acts::{apply_terms, follow_task, stop_all},
    store::{self, blocking},
};
use crate::db::{Reaction, Registered, Tx};
use crate::kernel::error::{Code, Error, Fault, FaultCode, ProblemReference, Result};
use crate::kernel::{ClientId, Date, MemberId};
use crate::platform::auth::Scope;
use crate::slices::accounts::members::MemberRemoval;
use crate::slices::clients::acts::ClientArchival;
use crate::slices::engagements::acts::{EndChange, EngagementClosing, RetroactiveTerms};
use crate::slices::tasks::acts::TaskMove;

pub const REACTIONS: &[&Registered] = &[
    &Reaction::<ClientArchival>(|tx, act| Box::pin(stop_of_client(tx, act.0))),
    &Reaction::<MemberRemoval>(|tx, act| Box::pin(stop_of_member(tx, act.0))),
    &Reaction::<EngagementClosing>(|tx, act| Box::pin(close(tx, act))),
    &Reaction::<EndChange>(|tx, act| Box::pin(check_end(tx, act))),
    &Reaction::<RetroactiveTerms>(|tx, act| Box::pin(async { apply_terms(tx, &act.0).await.map(drop) })),
    &Reaction::<TaskMove>(|tx, act| Box::pin(follow_task(tx, act))),
];

/// Ends the timers that run for a client.
async fn stop_of_client(tx: &mut Tx, client: ClientId) -> Result<()> {
    let open = store::find_open_of(tx, client).await?;
    stop_all(tx, open).await
}

/// Ends the timer of a member.
async fn stop_of_member(tx: &mut Tx, member: MemberId) -> Result<()> {
    let scope = Scope::workspace(tx.workspace());
    let open = store::find_open(tx, scope, member).await?;
    stop_all(tx, open).await
}

/// Ends the timers of an engagement that takes work up to a day alone. Work that reaches beyond it is in the way (409), or
/// moves it.
async fn close(tx: &mut Tx, act: &mut EngagementClosing) -> Result<()> {
    if !act.moves_end {
        let mut later = blocking::after_day(tx, act.row.id, act.until).await?;
        later.extend(blocking::timers_booked_after(tx, act.row.id, (act.row.closed_on, act.until)).await?);
        let conflicts: Vec<_> =
            later.into_iter().take(ProblemReference::MOST).map(ProblemReference::from).collect();
        if !conflicts.is_empty() {
            let refusal = Error::new(Code::HasLaterEntries).with("on", act.until).conflicts(conflicts);
            return Err(refusal.allowed_actions(act.row.standing().allowed_actions(false)));
        }
    }
    let open = store::find_open_on(tx, act.row.id).await?;
    stop_all(tx, open).await?;
    if act.moves_end {
        let last = blocking::last_date(tx, act.row.id).await?;
        act.until = last.map_or(act.until, |last| last.max(act.until));
    }
    Ok(())
}

/// Refuses an agreed end before work that is noted (422), naming the first of it.
async fn check_end(tx: &mut Tx, act: &EndChange) -> Result<()> {
    let later = blocking::after_day(tx, act.engagement, act.ends_on).await?;
    let booked = blocking::timers_booked_after(tx, act.engagement, (act.closed_on, act.ends_on)).await?;
    let Some(first) = later.into_iter().chain(booked).next() else { return Ok(()) };
    let next = act.ends_on.0.succ_opt().map_or(act.ends_on, Date);
    let fault = Fault::new("/ends_on", FaultCode::EntriesLater).with("id", first.id);
    let refusal = Error::invalid(vec![fault.with("date", first.work_date.max(next))]);
    Err(refusal.conflicts([ProblemReference::from(first)]))
}
