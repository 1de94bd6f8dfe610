//! People by name.

use super::MemberId;
use serde::Serialize;
use utoipa::ToSchema;

/// A member by name: who works on something, or asked for it. Clients see the names of the people who work for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The member.
    pub id: MemberId,
    /// The member's name, as it is today.
    #[schema(max_length = 200, examples("Jana Vogt"))]
    pub name: String,
}
