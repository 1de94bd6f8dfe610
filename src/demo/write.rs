//! Writing a plan into the database: step by step, a day's steps in one transaction, by the acts that the API does.

mod business;
mod packages;
mod people;
mod work;

use super::plan::{Plan, Step, Who};
use super::{Login, Office};
use crate::db::{Actor, Tx};
use crate::kernel::error::{Error, Result};
use crate::kernel::{
    ClientId, Clock, EngagementId, MemberId, Name, ShareLinkId, TaskId, Timestamp, UserId, WorkspaceId,
};
use crate::platform::app::App;
use crate::platform::auth::Scope;
use crate::slices::engagements::in_force;
use crate::web::{Body, read_part};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use utoipa::ToSchema;

/// At most this many steps are one transaction.
const BATCH: usize = 400;

/// Writes a workspace; everybody's password has this hash.
pub async fn write(app: &App, plan: &Plan, hash: &str) -> Result<Office> {
    let mut writer = Writer::found(app, plan, hash).await?;
    for day in plan.steps.chunk_by(|(at, step), (next, other)| {
        at.utc().date_naive() == next.utc().date_naive() && !step.is_exact() && !other.is_exact()
    }) {
        for steps in day.chunks(BATCH) {
            writer.write(steps).await?;
        }
    }
    Ok(Office { name: plan.office.clone(), logins: logins(plan) })
}

/// A member who acts.
#[derive(Clone)]
struct Member {
    user: UserId,
    id: MemberId,
    name: Name,
    is_owner: bool,
}

/// What was written so far, by the places in the plan.
struct Writer<'a> {
    app: &'a App,
    plan: &'a Plan,
    hash: &'a str,
    /// Follows the plan. A workspace's own, since its time begins a year ago.
    clock: Clock,
    workspace: WorkspaceId,
    team: HashMap<usize, Member>,
    contacts: HashMap<usize, Member>,
    clients: HashMap<usize, ClientId>,
    engagements: HashMap<usize, EngagementId>,
    tasks: HashMap<usize, TaskId>,
    links: HashMap<usize, ShareLinkId>,
}

impl Writer<'_> {
    async fn write(&mut self, steps: &[(Timestamp, Step)]) -> Result<()> {
        let Some((end, _)) = steps.last() else { return Ok(()) };
        self.clock.set(*end);
        let request_id = self.clock.new_id().to_string();
        let mut tx = Tx::begin(&self.app.db, &self.clock, self.workspace, Actor::server(&request_id)).await?;
        if tx.due().is_past(*end) {
            in_force::record_due(&mut tx).await?;
        }
        for (_, step) in steps {
            let who = self.member(self.actor(step))?;
            tx.set_actor(Actor {
                user: Some(who.user),
                member: Some(who.id),
                api_key: None,
                name: who.name.to_string(),
                request_id: request_id.clone(),
            });
            self.perform(&mut tx, step).await?;
        }
        tx.commit().await
    }

    async fn perform(&mut self, tx: &mut Tx, step: &Step) -> Result<()> {
        match step {
            Step::Join(member) => self.join(tx, *member).await,
            Step::Client(client) => self.add_client(tx, *client).await,
            Step::ArchiveClient(client) => self.archive_client(tx, *client).await,
            Step::Engagement(engagement) => self.draft_engagement(tx, *engagement).await,
            Step::Act { engagement, act, by, note } => self.act(tx, *engagement, *act, (*by, *note)).await,
            Step::NewTerms { engagement, terms, from, by, note } => {
                self.change_terms(tx, *engagement, (terms, *from), (*by, *note)).await
            }
            Step::Task(task) => self.add_task(tx, *task).await,
            Step::TaskAct { task, action, by, said } => self.task_act(tx, *task, *action, (*by, *said)).await,
            Step::Comment { task, by, text, internal } => self.comment(tx, *task, *by, (text, *internal)).await,
            Step::Link(link) => self.add_link(tx, *link).await,
            Step::Revoke(link) => self.revoke_link(tx, *link).await,
            Step::Package { engagement, by, deed } => self.package(tx, *engagement, *by, deed).await,
            Step::Entry(entry) => self.note_work(tx, entry).await,
            Step::StartTimer { by, engagement, description } => {
                self.start_timer(tx, *by, (*engagement, description)).await
            }
            Step::PauseTimer { by } => self.pause_timer(tx, *by).await,
        }
    }

    /// Who does a step.
    fn actor(&self, step: &Step) -> Who {
        match step {
            Step::Act { by, .. }
            | Step::Package { by, .. }
            | Step::TaskAct { by, .. }
            | Step::Comment { by, .. } => *by,
            Step::Task(task) => self.plan.tasks[*task].by,
            Step::Link(link) => self.plan.links[*link].by,
            Step::StartTimer { by, .. } | Step::PauseTimer { by } => Who::Team(*by),
            Step::Entry(entry) => Who::Team(entry.member),
            _ => Who::Team(0),
        }
    }

    fn member(&self, who: Who) -> Result<&Member> {
        match who {
            Who::Team(member) => known(&self.team, member),
            Who::Contact(client) => known(&self.contacts, client),
        }
    }

    /// What somebody may see.
    fn scope(&self, who: Who) -> Result<Scope> {
        let client = match who {
            Who::Team(_) => None,
            Who::Contact(client) => Some(*known(&self.clients, client)?),
        };
        Ok(Scope { workspace: self.workspace, client })
    }
}

/// What was written for a place of the plan.
fn known<T>(written: &HashMap<usize, T>, place: usize) -> Result<&T> {
    written
        .get(&place)
        .ok_or_else(|| Error::internal(format!("the plan uses number {place} before it is written")))
}

/// Reads a planned body as the API would, against the schema of the document.
fn read<T: ToSchema + DeserializeOwned + 'static>(body: &Value) -> Result<T> {
    read_part(body.clone()).and_then(Body::checked).map_err(|error| {
        let faults: Vec<_> =
            error.faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect();
        Error::internal(format!("a planned body is not valid ({}): {body}", faults.join(", ")))
    })
}

fn logins(plan: &Plan) -> Vec<Login> {
    let team = plan.team.iter().enumerate().map(|(i, person)| Login {
        role: if i == 0 { "owner" } else { "colleague" },
        client: None,
        name: person.name.clone(),
        email: person.email.clone(),
    });
    let contacts = plan.clients.iter().filter_map(|client| {
        let person = client.login.as_ref()?;
        Some(Login {
            role: "client",
            client: client.body["name"].as_str().map(str::to_owned),
            name: person.name.clone(),
            email: person.email.clone(),
        })
    });
    team.chain(contacts).collect()
}
