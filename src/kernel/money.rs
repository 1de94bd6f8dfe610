//! Money as bodies say it.

use std::borrow::Cow;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// The largest amount of money one member may hold, in minor units.
pub const MAX_MINOR: i64 = 1_000_000_000_000;
/// The highest rate that can be set, in minor units per hour or day. Rates that were set before may be higher.
pub const MAX_RATE_MINOR: i64 = 100_000_000;

/// The form of a rate in a body: whole minor units from 0 to [`MAX_RATE_MINOR`].
#[derive(Debug)]
pub struct RateMinor;

impl PartialSchema for RateMinor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("A rate in minor units, per hour or per day."))
            .minimum(Some(0))
            .maximum(Some(MAX_RATE_MINOR))
            .examples([serde_json::json!(4500)])
            .into()
    }
}

impl ToSchema for RateMinor {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RateMinor")
    }
}
