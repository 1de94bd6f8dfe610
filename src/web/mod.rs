//! HTTP: how requests come in and answers go out, the same for every operation. Knows no slice and no caller.
//!
//! The life of a request: [`frame`] gives it an id and limits; its [`route`] hands it to the gate, which is passed in, and
//! then to the handler; an [`Answer`] carries status, headers and body.

mod answer;
mod body;
mod catalogue;
mod changes;
mod cors;
pub mod csv;
mod cursor;
mod etag;
mod frame;
mod json;
mod list;
mod mend;
mod negotiated;
pub mod openapi;
mod page;
mod params;
mod query;
mod request;
pub mod route;
mod schema_faults;
mod spool;
mod unread;

pub use answer::{
    Accepted, Answer, Changed, Created, Deleted, Found, Issued, Listed, Plain, Projected, Rendered, Resource,
    Revealed, Totalled, Upserted,
};
pub use body::{Body, Given, Json, read_ahead, read_part};
pub use catalogue::Catalogue;
pub use changes::{Changes, MergePatch, Patchable, Upsert};
pub use cors::cors;
pub use etag::{Precondition, SeenVersion};
pub use frame::{frame, limits};
pub use list::{Include, List, ListRequest, Listing, Snapshots};
pub use negotiated::Negotiated;
pub use openapi::{Components, validator};
pub use page::{Counters, Packed, Page, Picture, Word};
pub(crate) use params::params;
pub use params::{
    DryRun, Each, Many, OneOf, Param, ParamDoc, Params, Primitive, Query, SearchText, Texts, Verbatim, param_name,
};
pub use query::{Reader, invalid};
pub use request::{Allowance, Info, Request, Settings};
pub use route::{Access, Route, Routes, delete, get, group, patch, post, put};
pub use spool::Spools;
