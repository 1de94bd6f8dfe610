//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to an API key.
    ApiKeyEvent of "api_key" "ApiKeyRecord" {
        Created = "api_key.created" "An API key was made.";
        Revoked = "api_key.revoked" "An API key was revoked.";
    }
}
