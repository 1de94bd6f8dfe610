//! A client: what is known about it, and how each role sees it.

mod record;

use crate::hours::{NewTerms, complete_terms};
use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{
    Columns, CountryCode, Currency, Email, ExternalRef, ExternalSource, JsonText, Language, Name, Note, Tag,
    TimeZone, VatId, WeeklyHours, choice, fold, literal_pattern, open_choice, shown_status,
};
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use record::{ClientFilter, ClientInternal, ClientRecord, ClientRow};

choice! {
    /// What a client is in law.
    #[derive(Default)]
    pub enum ClientKind {
        SoleTrader = "sole_trader",
        #[default]
        Company = "company",
        Association = "association",
        Private = "private",
    }
}

choice! {
    /// Where a client stands.
    #[derive(Default)]
    pub enum ClientStage {
        Lead = "lead",
        #[default]
        Active = "active",
        Paused = "paused",
    }
}

choice! {
    /// Where a client stands, or that it is archived: no new work, but reading and corrections.
    pub enum ClientStatus {
        Lead = "lead",
        Active = "active",
        Paused = "paused",
        Archived = "archived",
    }
}

shown_status!(ShownClientStatus of ClientStatus);

open_choice! {
    /// What can be done with a client.
    pub enum ClientAction {
        Edit = "edit",
        Archive = "archive",
        Unarchive = "unarchive",
        Delete = "delete",
    }
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"line1": "Hafenstraße 12", "line2": null, "postal_code": "20457", "city": "Hamburg", "region": null, "country": "DE"})))]
pub struct PostalAddress {
    /// Street and number, or a post-office box.
    pub line1: Name,
    /// What else belongs to it.
    #[serde(default)]
    pub line2: Option<Name>,
    /// The postal code.
    #[serde(default)]
    #[schema(max_length = 20, pattern = r"^[^\u0000-\u001F\u007F-\u009F]*$")]
    pub postal_code: Option<String>,
    /// The town.
    pub city: Name,
    /// The state or region, where the country uses it.
    #[serde(default)]
    pub region: Option<Name>,
    /// The country.
    pub country: CountryCode,
}

/// A new client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "name": "Tischlerei Müller", "kind": "sole_trader", "email": "anna@example.com", "payment_term_days": 14,
    "billing_address": {"line1": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
    "tags": ["handwerk"], "internal_note": "Ruft am liebsten vormittags zurück."
})))]
pub struct NewClient {
    /// What it is called every day. Need not be unique.
    pub name: Name,
    /// The name on contracts and invoices, where it differs.
    #[serde(default)]
    pub legal_name: Option<Name>,
    /// What it is in law; default `company`.
    #[serde(default)]
    pub kind: ClientKind,
    /// Where it stands; default `active`. Archiving is an act of its own: what is set while it is archived shows once
    /// it is brought back.
    #[serde(default)]
    #[columns(name = "stage")]
    pub status: ClientStage,
    /// Where invoices go.
    #[serde(default)]
    #[schema(value_type = Option<PostalAddress>)]
    pub billing_address: Option<JsonText<PostalAddress>>,
    /// Its VAT identification number.
    #[serde(default)]
    pub vat_id: Option<VatId>,
    /// Its general e-mail address.
    #[serde(default)]
    pub email: Option<Email>,
    /// The currency of its engagements; default: the workspace's. Fixed once money-bearing records exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Currency, required = false)]
    pub currency: Option<Currency>,
    /// Its time zone; default: the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TimeZone, required = false)]
    pub time_zone: Option<TimeZone>,
    /// The language that its people are written to in; default: the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Language, required = false)]
    pub language: Option<Language>,
    /// Days until its invoices are due; default 14.
    #[serde(default = "fourteen")]
    #[schema(minimum = 0, maximum = 365)]
    pub payment_term_days: i64,
    /// The terms that new engagements start from.
    #[serde(default)]
    #[schema(value_type = Option<NewTerms>)]
    pub default_terms: Option<JsonText<NewTerms>>,
    /// When it works, in its time zone.
    #[serde(default)]
    #[schema(value_type = Vec<WeeklyHours>, max_items = 20)]
    pub working_hours: JsonText<Vec<WeeklyHours>>,
    /// Tags of the workspace's own, at most 30. Clients do not see them.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 30)]
    pub tags: JsonText<Vec<Tag>>,
    /// A note that the client sees.
    #[serde(default)]
    pub client_note: Option<Note>,
    /// A note that only assistants see.
    #[serde(default)]
    pub internal_note: Option<Note>,
    /// The other system that `external_ref` belongs to. Both or neither.
    #[serde(default)]
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system, unique per source.
    #[serde(default)]
    pub external_ref: Option<ExternalRef>,
}

fn fourteen() -> i64 {
    14
}

impl Patchable for NewClient {
    const PATCH: &'static str = "ClientPatch";
}

impl NewClient {
    /// Checks what the schema cannot say, and fills in the workspace's defaults.
    pub fn complete(
        mut self,
        (currency, time_zone, language): (&Currency, &TimeZone, &Language),
        faults: &mut Faults,
    ) -> Self {
        self.currency.get_or_insert_with(|| currency.clone());
        self.time_zone.get_or_insert_with(|| time_zone.clone());
        self.language.get_or_insert_with(|| language.clone());
        both_or_neither(faults, self.external_source.is_some(), self.external_ref.is_some());
        if let (Some(terms), Some(currency)) = (&self.default_terms, &self.currency) {
            complete_terms(terms.0.clone(), currency, "/default_terms", faults);
        }
        check_hours(faults, "/working_hours", &self.working_hours.0);
        check_tags(faults, &self.tags.0);
        self
    }

    /// What a search for shared texts looks through, folded.
    pub fn search_text(&self) -> String {
        let parts = [
            Some(&*self.name),
            self.legal_name.as_deref(),
            self.email.as_deref(),
            self.client_note.as_deref(),
            self.vat_id.as_deref(),
        ];
        let address = self.billing_address.iter().flat_map(|address| address.0.searched());
        fold(&parts.into_iter().flatten().chain(address).collect::<Vec<_>>().join("\n"))
    }

    /// What only an assistant's search looks through, folded.
    pub fn search_internal(&self) -> String {
        let parts = [self.internal_note.as_deref(), self.external_ref.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// The tags as the tag filter finds them.
    pub fn tags_key(&self) -> String {
        tags_key(&self.tags.0)
    }
}

impl PostalAddress {
    /// What a search looks through.
    fn searched(&self) -> impl Iterator<Item = &str> {
        let lines = [Some(&*self.line1), self.line2.as_deref(), self.postal_code.as_deref(), Some(&*self.city)];
        lines.into_iter().flatten()
    }
}

/// By what tags are the same: whatever their case. Accents tell words apart ("drucken", "drücken").
fn tag_key(tag: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    tag.nfkc().flat_map(char::to_lowercase).collect()
}

/// No tag stands twice.
pub fn check_tags(faults: &mut Faults, tags: &[Tag]) {
    faults.add_repeated("/tags", tags.iter().map(|tag| tag_key(tag)));
}

/// Tags as a tag filter finds them: each between separators that no tag can contain.
pub fn tags_key(tags: &[Tag]) -> String {
    tags.iter().fold(String::from(TAG_SEPARATOR), |key, tag| format!("{key}{}{TAG_SEPARATOR}", tag_key(tag)))
}

/// The `LIKE` pattern that finds one whole tag in a [`tags_key`].
pub fn tag_pattern(tag: &str) -> String {
    literal_pattern(&format!("{TAG_SEPARATOR}{}{TAG_SEPARATOR}", tag_key(tag)))
}

/// The unit separator, a control character.
const TAG_SEPARATOR: char = '\u{1f}';

/// An external reference needs its source, and the other way round.
pub fn both_or_neither(faults: &mut Faults, source: bool, reference: bool) {
    match (source, reference) {
        (true, false) => {
            faults.push(Fault::new("/external_source", FaultCode::NeedsOther).with("other", "external_ref"));
        }
        (false, true) => {
            faults.push(Fault::new("/external_ref", FaultCode::NeedsOther).with("other", "external_source"));
        }
        _ => {}
    }
}

/// Hours must end after they begin.
pub fn check_hours(faults: &mut Faults, pointer: &str, hours: &[WeeklyHours]) {
    for (i, hours) in hours.iter().enumerate() {
        if hours.until <= hours.from {
            let fault = Fault::new(format!("{pointer}/{i}/until"), FaultCode::EndsBeforeStart);
            faults.push(fault.reads_beside(&["from"]));
        }
    }
}
