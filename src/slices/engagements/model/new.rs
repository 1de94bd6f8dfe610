//! A new engagement, as it is given and as a patch changes it.

use crate::hours::{NewTerms, Terms, complete_terms};
use crate::kernel::error::{Error, FaultCode, Faults, Result};
use crate::kernel::{ClientId, Columns, Date, ExternalRef, ExternalSource, Markdown, Note, TimeZone, Title, fold};
use crate::slices::clients::model::{ClientRow, both_or_neither};
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new engagement. It is a draft that only assistants see, until it is proposed.
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
}

impl Patchable for NewEngagement {
    const PATCH: &'static str = "EngagementPatch";
    const FIXED: &'static [&'static str] = &["client_id"];
}

impl NewEngagement {
    /// Finds what the schema cannot say and no client is needed to judge.
    pub fn check(&self, faults: &mut Faults) {
        both_or_neither(faults, self.external_source.is_some(), self.external_ref.is_some());
        if self.ends_on.is_some_and(|end| end < self.starts_on) {
            faults.add("/ends_on", FaultCode::EndsBeforeStart);
        }
    }

    /// This error about the client, with all that can be found without it.
    pub fn beside(&self, error: Error) -> Error {
        if error.faults().is_empty() {
            return error;
        }
        let mut faults = Faults::new();
        error.faults().iter().cloned().for_each(|fault| faults.push(fault));
        self.check(&mut faults);
        if let Some(terms) = &self.terms {
            let currency = terms.currency.clone().unwrap_or_default();
            terms.clone().complete_into(&currency, "/terms", &mut faults);
        }
        faults.check().err().unwrap_or(error)
    }

    /// Checks it, fills in what the client gives and completes the terms.
    pub fn complete(mut self, client: &ClientRow) -> Result<(Self, Terms)> {
        let mut faults = Faults::new();
        self.check(&mut faults);
        if self.time_zone.is_none() {
            self.time_zone.clone_from(&client.fields.time_zone);
        }
        let given = self.terms.take().or_else(|| client.fields.default_terms.clone().map(|terms| terms.0));
        let terms = match given {
            Some(given) => Some(complete_terms(given, client.currency(), "/terms", &mut faults)),
            None => {
                faults.add("/terms", FaultCode::Required);
                None
            }
        };
        match (faults.check(), terms) {
            (Ok(()), Some(terms)) => Ok((self, terms)),
            (checked, _) => checked.and(Err(Error::internal("terms are missing without a fault"))),
        }
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
