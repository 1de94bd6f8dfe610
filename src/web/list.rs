//! Lists: sort order, page, cursor, changes since an instant, counts; the same for every list.

use super::{
    Param, ParamDoc, Params, Reader, Request,
    answer::Listed,
    cursor::{Cursor, Key},
    invalid,
    openapi::{Components, Documented, OperationDoc},
    params::{Many, Primitive, Verbatim},
};
use crate::db::{Order, Page, Slice, Window};
use crate::kernel::Timestamp;
use crate::kernel::error::{Code, Error, Result};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde_json::{Value, json};
use std::{future::Ready, marker::PhantomData};

/// Tombstones are kept this many days.
pub const TOMBSTONE_DAYS: i64 = 90;
const DEFAULT_LIMIT: i64 = 50;
/// The most rows of one page.
pub const MAX_LIMIT: i64 = 200;

/// What a list can be filtered and sorted by.
pub trait Listing: Params + 'static {
    /// Sort names and their SQL, which is never null. The first is the default, newest first.
    const ORDERS: &'static [(&'static str, &'static str)];
    /// Whether the default order is from the first to the last instead.
    const ASCENDING: bool = false;
    /// The SQL of the id, the tie-break.
    const ID: &'static str;
    /// The SQL of `updated_at` where changes can be followed; its rows then include tombstones.
    const UPDATED: Option<&'static str> = None;
    /// What `include` may ask for beside `total_count`.
    const INCLUDES: &'static [&'static str] = &[];
    /// What `expand` may ask for.
    const EXPANDS: &'static [&'static str] = &[];
}

/// Who can be read at one moment.
pub trait Snapshots {
    type Snapshot;
    /// A snapshot, and the last change that it shows.
    fn take(&self) -> impl Future<Output = Result<(Self::Snapshot, Timestamp)>>;
}

/// The parameters of a list, read when the handler asks for them.
pub struct List<F>(PhantomData<F>);

/// What the caller asked to be added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    pub total_count: bool,
    pub totals: bool,
}

/// The parameters of a list.
pub struct ListRequest<F> {
    pub filter: F,
    /// The stretch of the list that is wanted.
    pub slice: Slice,
    pub include: Include,
    pub expand: Vec<&'static str>,
    as_of: Option<Timestamp>,
    context: Vec<u8>,
    next_base: String,
}

impl<F: Listing> List<F> {
    /// Reads the parameters; the cursor must belong to the same list, filter and order.
    pub fn read(&self, request: &Request) -> Result<ListRequest<F>> {
        let mut reader = Reader::of(request)?;
        let limit = read_limit(&mut reader)?;
        let cursor = reader.get::<Verbatim>("cursor")?;
        let include = reader.get::<Words>("include")?.unwrap_or_default();
        let known: Vec<&str> = [&["total_count"][..], F::INCLUDES].concat();
        only("include", &include.0, &known)?;
        let expand: Vec<&'static str> = match F::EXPANDS {
            [] => Vec::new(),
            known => {
                let asked = reader.get::<Words>("expand")?.unwrap_or_default();
                only("expand", &asked.0, known)?;
                known.iter().copied().filter(|name| asked.0.iter().any(|a| a == name)).collect()
            }
        };
        let sort = reader.get::<Verbatim>("sort")?;
        // Pages of one list may differ in all of these, but for the order, which is bound by itself.
        reader.forget();
        let since = match F::UPDATED {
            None => None,
            Some(_) => reader.get::<Timestamp>("updated_since")?,
        };
        if since.is_some() && sort.as_ref().is_some_and(|word| word.0 != "updated_at") {
            let reason = (
                "with updated_since the order is updated_at. Say that, or leave it out.",
                "mit updated_since ist die Reihenfolge updated_at. Geben Sie das an, oder lassen Sie ihn weg.",
            );
            return Err(invalid("sort", reason.0, reason.1));
        }
        let now = request.settings().clock.now();
        if since.is_some_and(|since| since < now.plus_seconds(-TOMBSTONE_DAYS * 86_400)) && cursor.is_none() {
            return Err(Error::new(Code::SyncExpired));
        }
        let order = match (since, F::UPDATED) {
            (Some(_), Some(column)) => Order { column, id: F::ID, descending: false },
            _ => order::<F>(sort.as_ref().map(|word| word.0.as_str()))?,
        };
        let filter = F::read(&mut reader)?;
        let context = context(request, &reader.meaning(), &order);
        reader.finish()?;
        let cursor =
            cursor.map(|text| Cursor::open(&text.0, &request.settings().cursors, &context)).transpose()?;
        let as_of = cursor.as_ref().map(|cursor| Timestamp::from_micros(cursor.as_of));
        let after = cursor.map(|cursor| (cursor.key.into(), cursor.id));
        Ok(ListRequest {
            filter,
            slice: Slice { window: Window { order, limit, after }, since },
            include: Include {
                total_count: include.0.iter().any(|name| name == "total_count"),
                totals: include.0.iter().any(|name| name == "totals"),
            },
            expand,
            as_of,
            context,
            next_base: next_base(request),
        })
    }
}

impl<F: Listing> ListRequest<F> {
    /// What the page is read from. The list is of the last change that its first page shows.
    pub async fn snapshot<S: Snapshots>(&mut self, of: &S) -> Result<S::Snapshot> {
        let (snapshot, as_of) = of.take().await?;
        self.as_of.get_or_insert(as_of);
        Ok(snapshot)
    }

    /// The page as it is answered, each row shown by `show`.
    pub fn answer<R, T>(&self, request: &Request, page: Page<R>, show: impl FnMut(R) -> T) -> Listed<T> {
        let as_of = self.as_of.unwrap_or_else(|| request.settings().clock.now());
        let has_more = page.next.is_some();
        let next_cursor = page.next.map(|(key, id)| {
            let cursor = Cursor { as_of: as_of.micros(), key: Key::from(key), id };
            cursor.seal(&request.settings().cursors, &self.context)
        });
        let next_url = next_cursor.as_ref().map(|cursor| format!("{}cursor={cursor}", self.next_base));
        let data = page.rows.into_iter().map(show).collect();
        Listed { data, next_cursor, has_more, as_of, total_count: None, totals: None, next_url }
    }
}

impl<F: Listing> ListRequest<F> {
    /// The page as it is answered, with the number of all rows where that is asked for.
    pub async fn finish<R, T>(
        &self,
        request: &Request,
        page: Page<R>,
        show: impl FnMut(R) -> T,
        count: impl AsyncFnOnce() -> Result<i64>,
    ) -> Result<Listed<T>> {
        let mut answer = self.answer(request, page, show);
        if self.include.total_count {
            answer.total_count = Some(count().await?);
        }
        Ok(answer)
    }
}

fn order<F: Listing>(sort: Option<&str>) -> Result<Order> {
    let (name, descending) = match sort {
        None => (F::ORDERS[0].0, !F::ASCENDING),
        Some(text) => text.strip_prefix('-').map_or((text, false), |name| (name, true)),
    };
    let (_, column) = F::ORDERS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
        let words = sorts::<F>().join(", ");
        invalid("sort", &format!("use one of: {words}."), &format!("möglich sind: {words}."))
    })?;
    Ok(Order { column, id: F::ID, descending })
}

fn sorts<F: Listing>() -> Vec<String> {
    F::ORDERS.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("-{name}")]).collect()
}

/// What is listed, by the name of its filter: `Task` of `TaskFilter`.
fn subject<F>() -> &'static str {
    let name = std::any::type_name::<F>().rsplit("::").next().unwrap_or_default();
    name.trim_end_matches("Filter")
}

fn only(name: &'static str, asked: &[String], known: &[&str]) -> Result<()> {
    if asked.iter().all(|word| known.contains(&word.as_str())) {
        return Ok(());
    }
    let words = known.join(", ");
    Err(invalid(name, &format!("use one or more of: {words}."), &format!("möglich sind: {words}.")))
}

/// What a cursor is bound to: the list, its filter and order, and whose view it is.
fn context(request: &Request, meaning: &str, order: &Order) -> Vec<u8> {
    let Order { column, descending, .. } = order;
    format!("{}?{meaning}#{column} {descending}#{}", request.http().path(), request.about().view()).into_bytes()
}

/// How many rows are asked for.
pub(super) fn read_limit(reader: &mut Reader<'_>) -> Result<i64> {
    match reader.get::<Primitive<i64>>("limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(Primitive(limit)) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(invalid("limit", "use 1 to 200.", "möglich ist 1 bis 200.")),
    }
}

pub(super) fn limit_param() -> ParamDoc {
    ParamDoc {
        name: "limit",
        description: "How many at most, 1 to 200.",
        schema: json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        many: Many::No,
        assistants_only: false,
    }
}

pub(super) fn cursor_param() -> ParamDoc {
    ParamDoc {
        name: "cursor",
        description: "Where the page starts: `next_cursor` of the page before, with the same filter and order.",
        schema: json!({"type": "string", "minLength": 1, "maxLength": 4000, "examples": ["AXnB3rk0"]}),
        many: Many::No,
        assistants_only: false,
    }
}

/// The list's address and parameters, but for the cursor.
pub(super) fn next_base(request: &Request) -> String {
    let kept: Vec<&str> = request
        .http()
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .collect();
    let kept = kept.join("&");
    let joint = if kept.is_empty() { "" } else { "&" };
    format!("{}{}?{kept}{joint}", request.settings().public_url, request.http().path())
}

/// Words separated by commas.
#[derive(Default)]
struct Words(Vec<String>);

impl Param for Words {
    const MANY: Many = Many::Commas;
    fn read(text: &str) -> Result<Self, (String, String)> {
        Ok(Self(vec![text.to_owned()]))
    }
    fn all(values: Vec<Self>) -> Self {
        Self(values.into_iter().flat_map(|values| values.0).collect())
    }
    fn schema(_: &mut Components) -> Value {
        json!({"type": "array", "items": {"type": "string"}})
    }
}

impl<F: 'static> FromRequest for List<F> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(PhantomData)))
    }
}

impl<F: Listing> Documented for List<F> {
    const READS_QUERY: bool = true;

    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let subject = subject::<F>();
        let words = |components: &mut Components, name: String, about, words: &[&str]| {
            let items = components.words(name, about, json!({"enum": words}));
            json!({"type": "array", "items": items, "minItems": 1})
        };
        operation.params.extend([limit_param(), cursor_param()]);
        let mut add = |name, description, schema, many| {
            operation.params.push(ParamDoc { name, description, schema, many, assistants_only: false });
        };
        add(
            "sort",
            match F::UPDATED {
                Some(_) => {
                    "The order; a minus puts the largest or newest first. Without it the newest come first. With `updated_since` the order is `updated_at`: say that or nothing."
                }
                None if F::ASCENDING => "The order; a minus puts the last first.",
                None => "The order; a minus puts the largest or newest first. Without it the newest come first.",
            },
            components.words(format!("{subject}Sort"), "An order of a list.", json!({"enum": sorts::<F>()})),
            Many::No,
        );
        let known = [&["total_count"][..], F::INCLUDES].concat();
        let whose = if F::INCLUDES.is_empty() { "List" } else { subject };
        let included =
            words(components, format!("{whose}Include"), "What a list can hold beside its rows.", &known);
        add("include", "What to add to the answer.", included, Many::Commas);
        if !F::EXPANDS.is_empty() {
            let name = format!("{subject}Expansion");
            let expanded = words(components, name, "What can be put into the answer whole.", F::EXPANDS);
            add(
                "expand",
                "Related objects to put into each row. An API key needs the scope to read them.",
                expanded,
                Many::Commas,
            );
        }
        if F::UPDATED.is_some() {
            add(
                "updated_since",
                "Only what changed at or after this instant, oldest change first (`sort=updated_at`, no other order), with tombstones (`deleted_at`) of what was deleted. Use the last answer's `as_of`; at most 90 days back. Another filter hides what no longer fits it, too: to keep a whole copy, ask without.",
                json!({"type": "string", "format": "date-time"}),
                Many::No,
            );
        }
        operation.params.extend(F::docs(components));
    }
}
