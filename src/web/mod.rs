//! HTTP: how requests come in and answers go out, the same for every slice. Knows no slice.
//!
//! The life of a request: [`frame`] gives it an id and limits, [`gate`] finds out who calls and whether she may, and
//! answers a repeated Idempotency-Key; the handler authorises the row, reads the body, writes, commits and answers.

mod answer;
mod body;
mod cors;
pub mod csv;
mod cursor;
mod cx;
pub mod docs;
mod etag;
mod frame;
mod gate;
pub(crate) mod idempotency;
mod json;
mod list;
mod metrics;
pub mod openapi;
mod params;
pub mod route;
mod schema_faults;
mod snapshot;
mod spool;
mod tries;
mod unread;

pub use answer::{
    Accepted, Answer, Changed, Created, Deleted, Found, Issued, Listed, Plain, Projected, Resource, Revealed,
    Totalled, Upserted,
};
pub use body::{Changes, Given, Json, MergePatch, Patchable, Upsert, read_part};
pub use cors::cors;
pub use cx::{Cx, Info, workspace_gone};
pub use etag::{Precondition, judge_tag};
pub use frame::{frame, limits};
pub use gate::{challenge, gate};
pub use list::{Include, List, ListRequest, Listing};
pub use metrics::{Meter, Metrics};
pub use openapi::{Components, validator};
pub(crate) use params::params;
pub use params::{
    DryRun, OneOf, Param, ParamDoc, Params, Primitive, Query, Reader, SearchText, invalid, param_name,
};
pub use route::{Access, Route, Routes, delete, get, group, patch, post, put};
pub use snapshot::Snapshot;
pub use spool::Spools;
