//! Clients, engagements and share links.

use super::{Writer, known, read};
use crate::db::Tx;
use crate::demo::plan::Who;
use crate::kernel::error::{Faults, Result};
use crate::kernel::{Date, Remark};
use crate::platform::auth::MemberRole;
use crate::platform::events::record;
use crate::slices::clients::ClientEvent;
use crate::slices::clients::channels::ChannelEvent;
use crate::slices::clients::contacts::ContactEvent;
use crate::slices::clients::{self, channels, contacts, model::NewClient};
use crate::slices::engagements::{
    acts::{self, Said},
    model::{Engagement, EngagementAct, NewEngagement, NewTermsVersion, TermsAct},
    store as engagements,
};
use crate::slices::shares::ShareLinkEvent;
use crate::slices::shares::{self, model::NewShareLink};
use serde_json::{Value, json};

/// Who answers, and what is said with it.
type Reply = (Who, Option<&'static str>);

impl Writer<'_> {
    pub(super) async fn add_client(&mut self, tx: &mut Tx, client: usize) -> Result<()> {
        let planned = &self.plan.clients[client];
        let row = clients::acts::create(tx, read::<NewClient>(&planned.body)?.into()).await?;
        self.clients.insert(client, row.id);
        for contact in &planned.contacts {
            let contact = contacts::store::insert(tx, row.id, &read(contact)?).await?;
            record(tx, ContactEvent::Created, None, &contact).await?;
        }
        for channel in &planned.channels {
            let new: channels::model::NewChannel = read(channel)?;
            let mut faults = Faults::new();
            new.check(false, &mut faults);
            faults.check()?;
            let channel = channels::store::insert(tx, row.id, &new).await?;
            record(tx, ChannelEvent::Created, None, &channel).await?;
        }
        if let Some(person) = &planned.login {
            let member = self.admit(tx, person, MemberRole::Client(row.id)).await?;
            self.contacts.insert(client, member);
        }
        Ok(())
    }

    pub(super) async fn archive_client(&mut self, tx: &mut Tx, client: usize) -> Result<()> {
        let id = *known(&self.clients, client)?;
        let before = clients::store::find(tx, self.scope(Who::Team(0))?, id).await?;
        let row = clients::store::set_archived(tx, id, true).await?;
        record(tx, ClientEvent::Archived, Some(&before), &row).await
    }

    pub(super) async fn draft_engagement(&mut self, tx: &mut Tx, engagement: usize) -> Result<()> {
        let planned = &self.plan.engagements[engagement];
        let mut body = planned.body.clone();
        body["client_id"] = json!(known(&self.clients, planned.client)?);
        let new: NewEngagement = read(&body)?;
        let row = acts::create(tx, self.scope(Who::Team(0))?, new.into()).await?;
        self.engagements.insert(engagement, row.row.id);
        Ok(())
    }

    pub(super) async fn act(
        &mut self,
        tx: &mut Tx,
        engagement: usize,
        act: EngagementAct,
        (by, note): Reply,
    ) -> Result<()> {
        let before = self.engagement(tx, engagement, by).await?;
        let said = Said { note: note.map(Remark::from), ..Said::default() };
        acts::perform(tx, self.scope(by)?, before, act, said).await.map(drop)
    }

    /// Proposes terms and has them accepted.
    pub(super) async fn change_terms(
        &mut self,
        tx: &mut Tx,
        engagement: usize,
        (terms, from): (&Value, Date),
        (by, note): Reply,
    ) -> Result<()> {
        let before = self.engagement(tx, engagement, Who::Team(0)).await?;
        let body =
            json!({"effective_from": from, "terms": terms, "reason": "Anpassung nach dem ersten halben Jahr"});
        let new: NewTermsVersion = read(&body)?;
        let proposed = acts::propose_terms(tx, self.scope(Who::Team(0))?, &before, new.into()).await?;
        let before = self.engagement(tx, engagement, by).await?;
        let note = note.map(Remark::from);
        acts::decide_terms(tx, self.scope(by)?, &before, proposed.into_row(), TermsAct::Accept, note)
            .await
            .map(drop)
    }

    pub(super) async fn add_link(&mut self, tx: &mut Tx, link: usize) -> Result<()> {
        let planned = &self.plan.links[link];
        let mut body = planned.body.clone();
        body["client_id"] = json!(known(&self.clients, planned.client)?);
        body["task_id"] = json!(planned.task.map(|task| known(&self.tasks, task)).transpose()?);
        let new: NewShareLink = read(&body)?;
        let scope = self.scope(planned.by)?;
        let row = shares::acts::create(tx, scope, &self.app.secrets, new.into()).await?;
        self.links.insert(link, row.id);
        Ok(())
    }

    pub(super) async fn revoke_link(&mut self, tx: &mut Tx, link: usize) -> Result<()> {
        let id = *known(&self.links, link)?;
        let before = shares::store::find(tx, self.scope(Who::Team(0))?, id).await?;
        let row = shares::store::revoke(tx, id).await?;
        record(tx, ShareLinkEvent::Revoked, Some(&before), &row).await
    }

    pub(super) async fn engagement(&self, tx: &mut Tx, engagement: usize, by: Who) -> Result<Engagement> {
        let (id, at) = (*known(&self.engagements, engagement)?, tx.recorded_at());
        engagements::find(tx, self.scope(by)?, id, at).await
    }
}
