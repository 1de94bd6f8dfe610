//! What is given of a share link, and what of it the schema cannot check.

use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{
    ClientId, EngagementId, LinkPassword, Note, TaskId, Timestamp, Title, WebUrl, choice, fold, sort_key,
};
use crate::platform::auth::Role;
use crate::slices::shares::url::{NormalUrl, normalise};
use crate::slices::tasks::model::Visibility;
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Where the files of a new share link can be.
    pub enum NewShareSource {
        /// A link elsewhere that is tracked here.
        External = "external",
    }
}

/// A new share link. It has no debug form, since its address and password may be secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "source": "external", "client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "title": "Belege Oktober",
    "url": "https://cloud.example.com/s/AbCdEf123", "client_note": "Bitte bis Freitag holen."
})))]
pub struct NewShareLink {
    /// Where the files are.
    pub source: NewShareSource,
    /// The client whose link it is. Assistants must name it; a client may leave it out, since it is their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ClientId, required = false)]
    pub client_id: Option<ClientId>,
    /// The engagement it belongs to, one of this client's.
    #[serde(default)]
    pub engagement_id: Option<EngagementId>,
    /// The task it belongs to, one of this client's and of this engagement's.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Title>,
    /// The whole link, with what follows `#`, which is kept encrypted. Parameters that only track are dropped. It
    /// cannot be changed: another address is another link.
    pub url: WebUrl,
    /// The password that opens the link, kept encrypted.
    #[serde(default)]
    pub password: Option<LinkPassword>,
    /// When the link ends, in the future. Without it the provider's usual lifetime is assumed, where one is known.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Who sees it; default `shared`. Only assistants can keep it `internal`.
    #[serde(default)]
    pub visibility: Visibility,
    /// A note that the client sees.
    #[serde(default)]
    pub client_note: Option<Note>,
    /// A note that only assistants see, and only they can set.
    #[serde(default)]
    pub internal_note: Option<Note>,
}

impl Patchable for NewShareLink {
    const PATCH: &'static str = "ShareLinkPatch";
    const FIXED: &'static [&'static str] = &["source", "client_id", "url"];
}

impl NewShareLink {
    /// Checks what the schema cannot say of a new link, and gives whose it is and where it leads, unless that is at
    /// fault. `own` is the client who adds it, if it is one.
    pub fn complete(
        &self,
        own: Option<ClientId>,
        now: Timestamp,
        faults: &mut Faults,
    ) -> (Option<ClientId>, Option<NormalUrl>) {
        let client = self.client_id.or(own);
        if client.is_none() {
            faults.add("/client_id", FaultCode::Required);
        }
        let url = match normalise(&self.url, "/url") {
            // An international host grows when it is written as every program reads it.
            Ok(url) if url.with_fragment().chars().count() > MAX_URL => {
                faults.push(Fault::new("/url", FaultCode::TooLong).with("max", MAX_URL));
                None
            }
            Ok(url) => Some(url),
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        self.check_end(None, now, faults);
        self.check_role(own.is_some(), self.internal_note.is_some(), faults);
        (client, url)
    }

    /// Checks what the schema cannot say of a link that stood as `before`; `mentions_note` says whether the change
    /// speaks of the internal note at all, since its being empty is internal too.
    pub fn check_change(
        &self,
        before: &Self,
        (by, mentions_note): (Role, bool),
        now: Timestamp,
        faults: &mut Faults,
    ) {
        self.check_end(before.expires_at, now, faults);
        self.check_role(by == Role::Client, mentions_note, faults);
    }

    fn check_end(&self, before: Option<Timestamp>, now: Timestamp, faults: &mut Faults) {
        if self.expires_at != before && self.expires_at.is_some_and(|at| at <= now) {
            faults.add("/expires_at", FaultCode::InThePast);
        }
    }

    fn check_role(&self, by_client: bool, mentions_note: bool, faults: &mut Faults) {
        if by_client && mentions_note {
            faults.add("/internal_note", FaultCode::AssistantsOnly);
        }
        if by_client && self.visibility == Visibility::Internal {
            faults.add("/visibility", FaultCode::AssistantsOnly);
        }
    }

    /// The same link with nothing said of its password.
    pub fn without_password(&self) -> Self {
        Self { password: None, ..self.clone() }
    }

    /// The title as lists sort by it.
    pub fn sort_key(&self) -> String {
        sort_key(self.title.as_deref().unwrap_or_default())
    }

    /// What a search for shared texts looks through, folded. The address is left out: it opens the files.
    pub fn search_text(&self) -> String {
        let parts = [self.title.as_deref(), self.client_note.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// What only an assistant's search looks through, folded.
    pub fn search_internal(&self) -> String {
        fold(self.internal_note.as_deref().unwrap_or_default())
    }
}

/// The longest address, as the schema of [`WebUrl`] has it too.
const MAX_URL: usize = 4000;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn new(more: serde_json::Value) -> NewShareLink {
        let mut body = json!({"source": "external", "url": "https://we.tl/t-abc#key"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    fn pointers<T>(check: impl FnOnce(&mut Faults) -> T) -> Vec<(String, FaultCode)> {
        let mut faults = Faults::new();
        check(&mut faults);
        let faults = faults.check().err().map(|error| error.faults().to_vec()).unwrap_or_default();
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_fault_of_a_new_link_is_found_at_once() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let bad = new(json!({"url": "https://anna:pw@example.com/", "expires_at": "2026-03-02T09:00:00Z"}));
        let expected = [
            ("/client_id".to_owned(), FaultCode::Required),
            ("/expires_at".to_owned(), FaultCode::InThePast),
            ("/url".to_owned(), FaultCode::UrlWithCredentials),
        ];
        assert_eq!(pointers(|faults| bad.complete(None, now, faults)), expected);
        let long = new(json!({"url": format!("https://bücher.example/{}", "x".repeat(3977))}));
        let own = ClientId(uuid::Uuid::nil());
        assert_eq!(
            pointers(|faults| long.complete(Some(own), now, faults)),
            [("/url".to_owned(), FaultCode::TooLong)]
        );
        let (client, url) = new(json!({})).complete(Some(own), now, &mut Faults::new());
        let provider = url.and_then(|url| url.provider).map(|provider| provider.slug);
        assert_eq!((client, provider), (Some(own), Some("wetransfer")));
    }

    #[test]
    fn what_is_internal_is_for_assistants() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let own = Some(ClientId(uuid::Uuid::nil()));
        let internal = new(json!({"visibility": "internal", "internal_note": "psst"}));
        let expected = [
            ("/internal_note".to_owned(), FaultCode::AssistantsOnly),
            ("/visibility".to_owned(), FaultCode::AssistantsOnly),
        ];
        assert_eq!(pointers(|faults| internal.complete(own, now, faults)), expected);
        let plain = new(json!({}));
        assert_eq!(pointers(|faults| internal.check_change(&plain, (Role::Client, true), now, faults)), expected);
        assert_eq!(pointers(|faults| internal.check_change(&plain, (Role::Assistant, true), now, faults)), []);
    }

    #[test]
    fn an_end_that_has_passed_may_stay_but_not_be_set() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let past = new(json!({"expires_at": "2026-03-01T00:00:00Z"}));
        assert_eq!(pointers(|faults| past.check_change(&past, (Role::Assistant, false), now, faults)), []);
        let expected = [("/expires_at".to_owned(), FaultCode::InThePast)];
        assert_eq!(
            pointers(|faults| past.check_change(&new(json!({})), (Role::Assistant, false), now, faults)),
            expected
        );
    }
}
