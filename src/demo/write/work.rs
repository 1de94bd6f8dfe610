//! Tasks, what is said about them, and worked time.

use super::{Writer, known, read};
use crate::db::Tx;
use crate::demo::plan::{PlannedEntry, Who, Worked};
use crate::kernel::error::Result;
use crate::kernel::{CommentText, Note};
use crate::platform::events::record;
use crate::slices::tasks::{
    acts,
    comments::{CommentEvent, model::NewComment, store as comments},
    model::{NewTask, TaskAction, Visibility},
    store as tasks,
};
use crate::slices::time_entries::{self, NewTimeEntry, TimeEntryFields, store as entries};
use serde_json::json;

/// The system that some entries were taken over from.
const IMPORTED_FROM: &str = "toggl";

impl Writer<'_> {
    pub(super) async fn add_task(&mut self, tx: &mut Tx, task: usize) -> Result<()> {
        let planned = &self.plan.tasks[task];
        let mut body = planned.body.clone();
        body["client_id"] = json!(known(&self.clients, planned.client)?);
        body["engagement_id"] = json!(planned.engagement.map(|e| known(&self.engagements, e)).transpose()?);
        if let Some(assignee) = planned.assignee {
            body["assignee_id"] = json!(known(&self.team, assignee)?.id);
        }
        let new: NewTask = read(&body)?;
        let row = acts::create(tx, self.scope(planned.by)?, self.member(planned.by)?.id, new.into()).await?;
        self.tasks.insert(task, row.id);
        Ok(())
    }

    pub(super) async fn task_act(
        &mut self,
        tx: &mut Tx,
        task: usize,
        action: TaskAction,
        (by, said): (Who, Option<&'static str>),
    ) -> Result<()> {
        let (scope, member) = (self.scope(by)?, self.member(by)?.id);
        let before = tasks::find(tx, scope, *known(&self.tasks, task)?).await?;
        acts::perform(tx, scope, member, before, action, said.map(CommentText::from)).await.map(drop)
    }

    pub(super) async fn comment(
        &mut self,
        tx: &mut Tx,
        task: usize,
        by: Who,
        (text, internal): (&str, bool),
    ) -> Result<()> {
        let task = tasks::find(tx, self.scope(by)?, *known(&self.tasks, task)?).await?;
        let visibility = if internal { Visibility::Internal } else { Visibility::Shared };
        let new = NewComment { text: text.into(), visibility };
        let comment = comments::insert(tx, &task, self.member(by)?.id, &new).await?;
        record(tx, CommentEvent::Created, None, &comment).await
    }

    pub(super) async fn note_work(&mut self, tx: &mut Tx, planned: &PlannedEntry) -> Result<()> {
        let mut body = json!({
            "engagement_id": known(&self.engagements, planned.engagement)?,
            "task_id": planned.task.map(|task| known(&self.tasks, task)).transpose()?,
            "billable": planned.billable,
            "day_ten_thousandths": planned.day_ten_thousandths,
            "description": planned.description,
            "service": planned.service,
            "internal_note": planned.internal_note,
            "tags": planned.tags,
        });
        match &planned.worked {
            Worked::Between(start, end) => {
                (body["started_at"], body["ended_at"]) = (json!(start), json!(end));
            }
            Worked::On(date, seconds) => {
                (body["work_date"], body["duration_seconds"]) = (json!(date), json!(seconds));
            }
        }
        if let Some(seconds) = planned.break_seconds {
            body["break_seconds"] = json!(seconds);
        }
        if let Some(number) = planned.imported {
            body["source"] = json!("import");
            (body["external_source"], body["external_ref"]) = (json!(IMPORTED_FROM), json!(number.to_string()));
        }
        let new: NewTimeEntry = read(&body)?;
        let who = time_entries::acts::Writer { notes_late: planned.is_late, ..self.time_writer(planned.member)? };
        time_entries::acts::create(tx, who, new.into()).await.map(drop)
    }

    pub(super) async fn start_timer(
        &mut self,
        tx: &mut Tx,
        by: usize,
        (engagement, description): (usize, &str),
    ) -> Result<()> {
        let fields = TimeEntryFields {
            engagement_id: Some(*known(&self.engagements, engagement)?),
            description: Some(Note::from(description)),
            ..TimeEntryFields::default()
        };
        time_entries::acts::start(tx, self.time_writer(by)?, fields.into(), None, "/engagement_id").await.map(drop)
    }

    pub(super) async fn pause_timer(&mut self, tx: &mut Tx, by: usize) -> Result<()> {
        let who = self.time_writer(by)?;
        match entries::find_open(tx, who.scope, who.member).await? {
            Some(open) => time_entries::acts::pause(tx, open).await.map(drop),
            None => Ok(()),
        }
    }

    fn time_writer(&self, member: usize) -> Result<time_entries::acts::Writer> {
        let who = known(&self.team, member)?;
        let scope = self.scope(Who::Team(member))?;
        Ok(time_entries::acts::Writer {
            scope,
            member: who.id,
            is_owner: who.is_owner,
            by_key: false,
            notes_late: false,
            only_tries: false,
            puts_off: false,
        })
    }
}
