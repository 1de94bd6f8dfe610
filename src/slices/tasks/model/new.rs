//! What a task is made of, and what must hold of it as a whole.

use super::{NewChecklistItem, TaskPriority, Visibility};
use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{
    ClientId, Columns, Date, EngagementId, ExternalRef, ExternalSource, JsonText, Label, Markdown, MemberId, Note,
    RateMinor, Tag, TimeZone, Timestamp, Title, fold,
};
use crate::slices::clients::model::{both_or_neither, check_tags, tags_key};
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new task. What is marked "assistants only" is refused from clients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "title": "Belege für Oktober sortieren",
    "description": "Alles aus dem **roten** Ordner, nach Datum.", "area": "Buchhaltung", "priority": "high",
    "due_on": "2026-11-06", "estimated_minutes": 90, "checklist": [{"title": "Belege einscannen"}],
    "tags": ["monatlich"]
})))]
pub struct NewTask {
    /// The client whom it is for, fixed afterwards. Clients may leave it out: it is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ClientId, required = false)]
    pub client_id: Option<ClientId>,
    /// The client's engagement that it belongs to; not one that is over.
    #[serde(default)]
    pub engagement_id: Option<EngagementId>,
    /// What is to be done.
    pub title: Title,
    /// More about it, in Markdown.
    #[serde(default)]
    pub description: Option<Markdown>,
    /// The department that it belongs to: one of the workspace's `areas`, or any while the workspace has none.
    #[serde(default)]
    pub area: Option<Label>,
    /// How pressing it is; default `normal`.
    #[serde(default)]
    pub priority: TaskPriority,
    /// The day on which work on it begins.
    #[serde(default)]
    pub start_on: Option<Date>,
    /// The day on which it is due, up to its end in the workspace's time zone. Not together with `due_at`.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// The instant at which it is due. Not together with `due_on`.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// How many minutes it will probably take. Assistants only.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 600_000, examples(90))]
    pub estimated_minutes: Option<i64>,
    /// What an hour of it costs, or a day in a daily engagement, in minor units, where it differs from the
    /// engagement's rate. Assistants only.
    #[serde(default)]
    #[schema(value_type = Option<RateMinor>)]
    pub rate_minor: Option<i64>,
    /// Whether its time is billed; null: as the engagement says. Assistants only.
    #[serde(default)]
    #[schema(examples(json!(null)))]
    pub billable: Option<bool>,
    /// The assistant who works on it. Assistants only.
    #[serde(default)]
    #[schema(examples(json!(null)))]
    pub assignee_id: Option<MemberId>,
    /// Its points, at most 100, always replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Vec<NewChecklistItem>, max_items = 100)]
    pub checklist: JsonText<Vec<NewChecklistItem>>,
    /// Tags of the workspace's own, at most 30. Assistants only; clients do not see them.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 30)]
    pub tags: JsonText<Vec<Tag>>,
    /// Who sees it; default `shared`. Assistants only.
    #[serde(default)]
    pub visibility: Visibility,
    /// A note that only assistants see. Assistants only.
    #[serde(default)]
    pub internal_note: Option<Note>,
    /// The other system that `external_ref` belongs to. Both or neither. Assistants only.
    #[serde(default)]
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system, unique per source. Assistants only.
    #[serde(default)]
    pub external_ref: Option<ExternalRef>,
}

impl Patchable for NewTask {
    const PATCH: &'static str = "TaskPatch";
    const FIXED: &'static [&'static str] = &["client_id"];
}

/// What the workspace settles for its tasks.
#[derive(Clone, Debug, Columns)]
pub struct TaskSettings {
    pub areas: JsonText<Vec<Label>>,
    pub time_zone: TimeZone,
}

impl NewTask {
    /// Checks what the schema cannot say, against the task as it was (if it was). `own` is the client who gives it,
    /// if it is one: their tasks are for their own side.
    pub fn check(
        &mut self,
        before: Option<&Self>,
        own: Option<ClientId>,
        settings: &TaskSettings,
        faults: &mut Faults,
    ) {
        self.client_id = self.client_id.or(own);
        if self.client_id.is_none() {
            faults.add("/client_id", FaultCode::Required);
        }
        both_or_neither(faults, self.external_source.is_some(), self.external_ref.is_some());
        self.check_dates(settings, faults);
        // What was named when the workspace still had it may stay.
        let unknown = |area: &&Label| !settings.areas.0.is_empty() && !settings.areas.0.contains(area);
        if self.area.as_ref().filter(unknown).is_some() && before.is_none_or(|before| before.area != self.area) {
            let allowed = settings.areas.0.iter().map(|area| &**area).collect::<Vec<_>>().join(", ");
            faults.push(Fault::new("/area", FaultCode::UnknownValue).with("allowed", allowed));
        }
        check_tags(faults, &self.tags.0);
        if own.is_some() {
            self.check_client_may(before.unwrap_or(&Self::default()), faults);
        }
    }

    fn check_dates(&self, settings: &TaskSettings, faults: &mut Faults) {
        if self.due_on.is_some() && self.due_at.is_some() {
            faults.push(Fault::new("/due_at", FaultCode::NotTogether).with("other", "due_on"));
        }
        let due_at_day = self.due_at.map(|at| Date::of(at, settings.time_zone.tz()));
        for (day, pointer) in [(self.due_on, "/due_on"), (due_at_day, "/due_at")] {
            if let (Some(start), Some(day)) = (self.start_on, day)
                && day.0 < start.0
            {
                faults.push(Fault::new(pointer, FaultCode::EndsBeforeStart).reads("/start_on"));
            }
        }
    }

    /// A client says what they want done and by when; how it is worked, billed and filed is the assistants'.
    fn check_client_may(&self, free: &Self, faults: &mut Faults) {
        let differs = [
            ("/estimated_minutes", self.estimated_minutes != free.estimated_minutes),
            ("/rate_minor", self.rate_minor != free.rate_minor),
            ("/billable", self.billable != free.billable),
            ("/assignee_id", self.assignee_id != free.assignee_id),
            ("/tags", self.tags != free.tags),
            ("/visibility", self.visibility != free.visibility),
            ("/internal_note", self.internal_note != free.internal_note),
            ("/external_source", self.external_source != free.external_source),
            ("/external_ref", self.external_ref != free.external_ref),
        ];
        for (pointer, _) in differs.iter().filter(|(_, differs)| *differs) {
            faults.add(*pointer, FaultCode::AssistantsOnly);
        }
    }

    /// What a search for shared texts looks through, folded.
    pub fn search_text(&self) -> String {
        let parts = [Some(&*self.title), self.description.as_deref(), self.area.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// What only an assistant's search looks through, folded.
    pub fn search_internal(&self) -> String {
        let parts = [self.internal_note.as_deref(), self.external_ref.as_deref()];
        let tags = self.tags.0.iter().map(|tag| &**tag);
        fold(&parts.into_iter().flatten().chain(tags).collect::<Vec<_>>().join("\n"))
    }

    /// The tags as the tag filter finds them.
    pub fn tags_key(&self) -> String {
        tags_key(&self.tags.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> TaskSettings {
        TaskSettings { areas: JsonText(vec!["Reisen".into()]), time_zone: "Europe/Berlin".parse().unwrap() }
    }

    fn client() -> ClientId {
        "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".parse().unwrap()
    }

    fn found(mut new: NewTask, before: Option<&NewTask>, own: Option<ClientId>) -> Vec<String> {
        let mut faults = Faults::new();
        new.check(before, own, &settings(), &mut faults);
        let faults = faults.check().err().map(|error| error.faults().to_vec()).unwrap_or_default();
        faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    }

    fn task() -> NewTask {
        NewTask { client_id: Some(client()), title: "Reise buchen".into(), ..NewTask::default() }
    }

    #[test]
    fn assistants_name_the_client_and_clients_need_not() {
        let nobodys = NewTask { client_id: None, ..task() };
        assert_eq!(found(nobodys.clone(), None, None), ["/client_id required"]);
        assert!(found(nobodys, None, Some(client())).is_empty());
    }

    #[test]
    fn an_area_is_one_of_the_workspaces_unless_it_was_there_before() {
        let lost = NewTask { area: Some("Marketing".into()), ..task() };
        assert_eq!(found(lost.clone(), None, None), ["/area unknown_value"]);
        assert_eq!(found(lost.clone(), Some(&task()), None), ["/area unknown_value"]);
        assert!(found(lost.clone(), Some(&lost), None).is_empty());
        assert!(found(NewTask { area: Some("Reisen".into()), ..task() }, None, None).is_empty());
    }

    #[test]
    fn dates_do_not_contradict_each_other() {
        let start_on = "2026-03-03".parse().ok();
        let due_at = "2026-03-02T22:59:00Z".parse().ok();
        assert_eq!(found(NewTask { start_on, due_at, ..task() }, None, None), ["/due_at ends_before_start"]);
        let due_at = "2026-03-02T23:00:00Z".parse().ok();
        assert!(found(NewTask { start_on, due_at, ..task() }, None, None).is_empty());
        let both = NewTask { due_on: start_on, due_at, ..task() };
        assert_eq!(found(both, None, None), ["/due_at not_together"]);
    }

    #[test]
    fn clients_set_what_they_want_done_and_no_more() {
        let wish = NewTask {
            description: Some("Bitte bald".into()),
            area: Some("Reisen".into()),
            priority: TaskPriority::Urgent,
            due_on: "2026-03-03".parse().ok(),
            checklist: JsonText(vec![NewChecklistItem { title: "Zug".into(), done: false }]),
            ..task()
        };
        assert!(found(wish.clone(), None, Some(client())).is_empty());
        let planned = NewTask { estimated_minutes: Some(30), billable: Some(false), ..wish.clone() };
        let words = ["/billable assistants_only", "/estimated_minutes assistants_only"];
        assert_eq!(found(planned.clone(), None, Some(client())), words);
        assert!(found(planned.clone(), None, None).is_empty());
        // What an assistant has set stays when the client rewords the wish.
        assert!(
            found(NewTask { title: "Bahn".into(), ..planned.clone() }, Some(&planned), Some(client())).is_empty()
        );
        assert_eq!(found(wish, Some(&planned), Some(client())), words);
    }
}
