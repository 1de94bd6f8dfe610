//! A new engagement, as it is given and as a patch changes it.

use super::AcceptedElsewhere;
use crate::hours::{NewTerms, Terms, complete_terms};
use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{ClientId, Columns, Date, ExternalRef, ExternalSource, Markdown, Note, TimeZone, Title, fold};
use crate::slices::clients::model::{ClientRow, both_or_neither};
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new engagement. It is a draft that only assistants see, until it is proposed; with `accepted` it is active at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "title": "Büropaket 20 Stunden", "starts_on": "2026-12-01",
    "terms": {"kind": "retainer", "price_minor": 90000, "included_minutes": 1200, "carry": "all", "carry_expires_after": 1}
})))]
pub struct NewEngagement {
    /// The client it is with.
    pub client_id: ClientId,
    /// What it is called.
    #[schema(examples("Büropaket 20 Stunden"))]
    pub title: Title,
    /// What is to be done, for both sides (Markdown).
    #[serde(default)]
    pub description: Option<Markdown>,
    /// A note that only assistants see.
    #[serde(default)]
    pub internal_note: Option<Note>,
    /// The first day with work.
    #[schema(examples("2026-12-01"))]
    pub starts_on: Date,
    /// The last day with work; null for open-ended.
    #[serde(default)]
    #[schema(examples("2027-11-30"))]
    pub ends_on: Option<Date>,
    /// The zone whose calendar its days and periods follow; default: the client's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TimeZone, required = false)]
    pub time_zone: Option<TimeZone>,
    /// The other system that `external_ref` belongs to. Both or neither.
    #[serde(default)]
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system, unique per source.
    #[serde(default)]
    pub external_ref: Option<ExternalRef>,
    /// Its terms; default: the client's `default_terms`, without which they are required. A patch that changes the
    /// kind gives the terms anew; any other patch is merged into them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NewTerms, required = false)]
    #[columns(skip)]
    pub terms: Option<NewTerms>,
    /// That the client accepted it elsewhere: it is created, proposed and accepted at once, and active. Only for a new
    /// one; an engagement that was accepted already stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[columns(skip)]
    pub accepted: Option<AcceptedElsewhere>,
}

impl Patchable for NewEngagement {
    const PATCH: &'static str = "EngagementPatch";
    const FIXED: &'static [&'static str] = &["client_id", "accepted"];
}

impl NewEngagement {
    /// Checks what the schema cannot say, fills in what the client gives, completes the terms, and drops what the row does
    /// not hold. Without the client, which is then at fault itself, what can be found without it. Terms are lacking where
    /// there is a fault.
    pub fn complete(mut self, client: Option<&ClientRow>, faults: &mut Faults) -> (Self, Option<Terms>) {
        both_or_neither(faults, self.external_source.is_some(), self.external_ref.is_some());
        if self.ends_on.is_some_and(|end| end < self.starts_on) {
            faults.push(Fault::new("/ends_on", FaultCode::EndsBeforeStart).reads("/starts_on"));
        }
        if let Some(accepted) = self.accepted.take() {
            accepted.check("/accepted", faults);
        }
        let given = self.terms.take();
        let Some(client) = client else {
            let own = given.as_ref().and_then(|terms| terms.currency.clone()).unwrap_or_default();
            return (self, given.map(|terms| terms.complete_into(&own, "/terms", faults)));
        };
        if self.time_zone.is_none() {
            self.time_zone.clone_from(&client.fields.time_zone);
        }
        let given = given.or_else(|| client.fields.default_terms.clone().map(|terms| terms.0));
        if given.is_none() {
            faults.push(Fault::new("/terms", FaultCode::Required).reads("/client_id"));
        }
        let terms = given.map(|given| complete_terms(given, client.currency(), "/terms", faults));
        (self, terms)
    }

    /// What a search for shared texts looks through, folded.
    pub fn search_text(&self) -> String {
        let parts = [Some(&*self.title), self.description.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// What only an assistant's search looks through, folded.
    pub fn search_internal(&self) -> String {
        let parts = [self.internal_note.as_deref(), self.external_ref.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }
}
