//! The milestones of a project over HTTP.

use crate::db::{Conn, Page};
use crate::kernel::Timestamp;
use crate::kernel::error::{Error, Result};
use crate::platform::cx::Cx;
use crate::platform::entity::Entity;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::{
    MilestoneEvent,
    acts::deed,
    milestones::milestones_of,
    model::{
        Answer, AnswerNote, Deed, Engagement, MilestoneAcceptance, MilestoneFilter, MilestoneRow,
        ProjectMilestoneRecord,
    },
    store,
};
use crate::web::{Changed, Found, Json, List, Listed};

impl Addressed for MilestoneRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let engagement = Engagement::find(conn, cx, at).await?;
        let number: i64 = cx.id("number")?;
        let all = milestones_of(conn, cx.scope(), &engagement, at).await?;
        all.into_iter().find(|milestone| milestone.number == number).ok_or_else(Error::not_found)
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/milestones/{}", self.engagement_id, self.number)
    }
}

pub async fn list_milestones(cx: Cx, list: List<MilestoneFilter>) -> Result<Listed<ProjectMilestoneRecord>> {
    let mut list = list.read(&cx)?;
    let mut conn = list.snapshot(&cx).await?;
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    let mut rows = milestones_of(&mut conn, cx.scope(), &engagement, at).await?;
    if let Some(statuses) = &list.filter.status {
        rows.retain(|milestone| statuses.0.contains(&milestone.status()));
    }
    let (count, viewer) = (rows.len() as i64, cx.viewer());
    let page = Page::of(rows, &list.slice.window, |milestone| milestone.number);
    list.finish(&cx, page, |milestone| milestone.view(&viewer), async || Ok(count)).await
}

pub async fn get_milestone(cx: Cx) -> Result<Found<ProjectMilestoneRecord>> {
    kit::show::<MilestoneRow>(&cx).await
}

pub async fn accept_milestone(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<ProjectMilestoneRecord>> {
    let (said, by_client) = (kit::said::<MilestoneRow, _>(&cx, body).await?, cx.scope().is_client());
    let said = said.judged(|said, faults| said.check(Answer::Accept, by_client, faults))?;
    kit::act(&cx, async |tx, before: MilestoneRow| {
        before.require_acceptable()?;
        let at = tx.recorded_at();
        let engagement = store::find(tx, cx.scope(), before.engagement_id, at).await?;
        let deed = Deed { seen: before.version, ..deed(tx, cx.scope(), said.note, &engagement) };
        let acceptance = MilestoneAcceptance::new(&before, &deed);
        store::milestones::insert(tx, &before, &acceptance).await?;
        let version = before.version + 1;
        let after = MilestoneRow { acceptance: Some(acceptance), version, updated_at: at, ..before.clone() };
        recorded(tx, MilestoneEvent::Accepted, Some(&before), after).await
    })
    .await
}
