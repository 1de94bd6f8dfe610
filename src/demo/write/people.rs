//! The workspace, its members and the contacts who can log in.

use super::{Member, Writer};
use crate::db::{Actor, Tx};
use crate::demo::plan::{Person, Plan};
use crate::kernel::error::Result;
use crate::kernel::{Clock, Currency, Email, Language, Name, TimeZone};
use crate::platform::app::App;
use crate::platform::auth::MemberRole;
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::slices::accounts::members;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::users::{self, model::UserRow};
use crate::slices::accounts::workspaces::{self, model::NewWorkspace};
use std::collections::HashMap;

/// What an hour of a colleague's costs where nothing else says so.
const RATE_MINOR: i64 = 4500;

impl<'a> Writer<'a> {
    /// Founds the workspace of a plan.
    pub(super) async fn found(app: &'a App, plan: &'a Plan, hash: &'a str) -> Result<Self> {
        let clock = Clock::fixed(plan.begins);
        let mut tx = Tx::open(&app.db, &clock, Actor::default()).await?;
        let user = user(&mut tx, &plan.team[0], hash).await?;
        let (zone, currency, language) = (TimeZone::default(), Currency::default(), Language::default());
        let new = NewWorkspace::usual(Name::from(plan.office.as_str()), zone, currency, language);
        let place = workspaces::found(&mut tx, (user.id, &user.name), &new).await?;
        tx.commit().await?;
        let owner = Member { user: user.id, id: place.member_id, name: user.name, is_owner: true };
        Ok(Self {
            app,
            plan,
            hash,
            clock,
            workspace: place.workspace.id,
            team: HashMap::from([(0, owner)]),
            contacts: HashMap::new(),
            clients: HashMap::new(),
            engagements: HashMap::new(),
            tasks: HashMap::new(),
            links: HashMap::new(),
        })
    }
}

impl Writer<'_> {
    /// Lets a colleague join, with a rate of their own.
    pub(super) async fn join(&mut self, tx: &mut Tx, member: usize) -> Result<()> {
        let joined = self.admit(tx, &self.plan.team[member], MemberRole::Assistant).await?;
        let before = members::store::find(tx, Scope::workspace(self.workspace), joined.id).await?;
        let after = members::store::set_rate(tx, joined.id, Some(RATE_MINOR)).await?;
        record(tx, MemberEvent::Updated, Some(&before), &after).await?;
        self.team.insert(member, joined);
        Ok(())
    }

    /// Makes a person a member.
    pub(super) async fn admit(&self, tx: &mut Tx, person: &Person, place: MemberRole) -> Result<Member> {
        let user = user(tx, person, self.hash).await?;
        let row = members::store::insert(tx, user.id, place).await?;
        record(tx, MemberEvent::Joined, None, &row).await?;
        Ok(Member { user: user.id, id: row.id, name: user.name, is_owner: false })
    }
}

async fn user(tx: &mut Tx, person: &Person, hash: &str) -> Result<UserRow> {
    let (email, name) = (Email(person.email.clone()), Name(person.name.clone()));
    users::store::insert(tx, (&email, &name), hash.to_owned(), true).await
}
