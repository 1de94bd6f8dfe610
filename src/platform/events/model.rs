//! What is recorded of a change.

use crate::kernel::{ApiKeyId, ClientId, MemberId, Timestamp};
use crate::platform::entity::Entity;
use crate::platform::events::Event;
use crate::web::Projected;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What events are about: an [`Entity`], or several things that change at once.
pub trait Recorded {
    /// The types of events that happen to it.
    type Event: Event;
    /// The kind of resource, such as `client`.
    const RESOURCE: &'static str;
    fn id(&self) -> Uuid;
    fn version(&self) -> i64;
    /// The client whose row it is, if it is somebody's.
    fn client(&self) -> Option<ClientId>;
    /// The object as GET gives it to an assistant, as of its change. `now` is what the clock says: `updated_at` may run
    /// ahead of it, and what has passed or expired is told by the earlier of the two.
    fn shown(&self, now: Timestamp) -> Value;
    /// The object as GET gives it to the client; `None` when it is not theirs to see.
    fn shown_to_client(&self, now: Timestamp) -> Option<Value>;
    /// What is compared to tell what changed, where that is not the object itself.
    fn compared(&self) -> Option<Value> {
        None
    }
}

impl<E: Entity> Recorded for E {
    type Event = E::Event;
    const RESOURCE: &'static str = E::RESOURCE;
    fn id(&self) -> Uuid {
        self.identity().id
    }
    fn version(&self) -> i64 {
        self.identity().version
    }
    fn client(&self) -> Option<ClientId> {
        self.identity().client
    }
    fn shown(&self, now: Timestamp) -> Value {
        self.in_event(false, now)
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        self.is_shown_to_client().then(|| self.in_event(true, now))
    }
}

impl<R: Recorded> Projected for R {
    fn version(&self) -> i64 {
        Recorded::version(self)
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        Recorded::shown_to_client(self, now)
    }
}

/// Who did it, as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct StoredActor {
    pub member_id: Option<MemberId>,
    pub name: String,
    pub api_key_id: Option<ApiKeyId>,
}

/// The members that differ between two states, without those that always do.
pub fn changes(before: &Value, after: &Value) -> Value {
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let differs = new.iter().filter(|(name, value)| {
        !matches!(name.as_str(), "version" | "updated_at" | "allowed_actions") && old.get(*name) != Some(value)
    });
    let entry = |(name, value): (&String, &Value)| {
        (name.clone(), json!({"before": old.get(name).cloned().unwrap_or_default(), "after": value}))
    };
    Value::Object(differs.map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_hold_before_and_after_of_what_differs() {
        let before = json!({"name": "A", "note": null, "version": 1});
        let after = json!({"name": "B", "note": null, "version": 2});
        assert_eq!(changes(&before, &after), json!({"name": {"before": "A", "after": "B"}}));
    }
}
