//! The route table: one entry holds an operation's address, handler, who may call it and what the document says.
//! Registering, enforcing and documenting read the same entry; names of scopes are the gate's.

mod register;

pub use register::register;

use super::{
    answer::Answer,
    etag::Precondition,
    openapi::{Components, Documented, OperationDoc, ResponseDoc},
};
use crate::kernel::error::{Code, Result};
use actix_web::{FromRequest, Handler, Responder, http::Method, web};
use std::fmt;

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Access {
    /// Everybody, also without credentials.
    #[default]
    Public,
    /// Everybody who is logged in, in either role.
    LoggedIn,
    /// These roles; an API key also needs the scope of this name, and without one no API key will do.
    Members { assistant: bool, client: bool, owner_only: bool, scope: Option<&'static str> },
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Members { assistant, client, owner_only, scope } = self else {
            return f.write_str(if *self == Self::Public { "everybody" } else { "logged in" });
        };
        f.write_str(match (owner_only, assistant, client) {
            (true, ..) => "owner",
            (_, true, true) => "both roles",
            (_, true, false) => "assistants",
            (_, false, true) => "clients",
            (_, false, false) => "nobody",
        })?;
        match scope {
            Some(scope) => write!(f, ", {scope}"),
            None => f.write_str(", in person"),
        }
    }
}

/// One operation.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// The handler's name, which is the operation id.
    pub operation: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    pub notes: &'static str,
    pub access: Access,
    /// Whether the requests of a caller without credentials count.
    pub counted: bool,
    /// Whether the answer is a page with scripts and pictures of its own.
    pub is_page: bool,
    /// Whether whoever knows the address may read it: then neither problems nor logs tell it.
    pub is_secret: bool,
    pub precondition: Precondition,
    /// Events that the operation raises.
    pub raises: &'static [&'static str],
    /// Whether it moves what engagements have used, so that the events of that follow.
    pub moves_accounts: bool,
    /// Events that can follow from what it does.
    pub follows: &'static [&'static str],
    /// Codes that it refuses with beyond those that its form implies.
    pub refuses: &'static [Code],
    /// Codes with which it refuses one of many operations in a request, whose results its answer holds.
    pub refuses_items: &'static [Code],
    pub reads_query: bool,
    pub reads_body: bool,
    repeatable: bool,
    register: Box<dyn Fn() -> actix_web::Route>,
    describe: fn(&mut OperationDoc, &mut Components),
}

/// A table of operations.
pub type Routes = Vec<Route>;

/// Something a handler gives back, as the document shows it.
pub trait Answers {
    fn responses(components: &mut Components) -> Vec<ResponseDoc>;
}

impl<T: Answer> Answers for Result<T> {
    fn responses(components: &mut Components) -> Vec<ResponseDoc> {
        T::describe_all(components)
    }
}

fn route<F, A>(method: Method, path: &'static str, handler: F) -> Route
where
    F: Handler<A> + Copy,
    A: FromRequest + Documented + 'static,
    F::Output: Responder + Answers + 'static,
{
    let operation = std::any::type_name::<F>().rsplit("::").next().unwrap_or_default();
    let registered = method.clone();
    Route {
        method,
        path,
        operation,
        tag: "",
        summary: "",
        notes: "",
        access: Access::Public,
        counted: true,
        is_page: false,
        is_secret: false,
        precondition: Precondition::None,
        raises: &[],
        moves_accounts: false,
        follows: &[],
        refuses: &[],
        refuses_items: &[],
        reads_query: A::READS_QUERY,
        reads_body: A::READS_BODY,
        repeatable: true,
        register: Box::new(move || web::method(registered.clone()).to(handler)),
        describe: |operation, components| {
            A::describe(operation, components);
            operation.responses.extend(F::Output::responses(components));
        },
    }
}

macro_rules! verbs {
    ($($verb:ident $method:ident),+) => {$(
        /// An operation with this method.
        pub fn $verb<F, A>(path: &'static str, handler: F) -> Route
        where
            F: Handler<A> + Copy,
            A: FromRequest + Documented + 'static,
            F::Output: Responder + Answers + 'static,
        {
            route(Method::$method, path, handler)
        }
    )+};
}
verbs!(get GET, post POST, put PUT, patch PATCH, delete DELETE);

/// Gives a list of operations their tag.
pub fn group(tag: &'static str, routes: impl IntoIterator<Item = Route>) -> Routes {
    routes.into_iter().map(|route| Route { tag, ..route }).collect()
}

impl Route {
    /// One line on what it does.
    pub fn about(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// More about it, in Markdown.
    pub fn notes(mut self, notes: &'static str) -> Self {
        self.notes = notes;
        self
    }

    /// For everybody who is logged in, in either role, by any credentials.
    pub fn logged_in(mut self) -> Self {
        self.access = Access::LoggedIn;
        self
    }

    /// For assistants, and API keys of theirs with this scope.
    pub fn assistant(self, scope: impl Into<&'static str>) -> Self {
        self.members(true, false, false, Some(scope.into()))
    }

    /// For both roles, and API keys with this scope.
    pub fn both(self, scope: impl Into<&'static str>) -> Self {
        self.members(true, true, false, Some(scope.into()))
    }

    /// For both roles by log-in, never by API key.
    pub fn person(self) -> Self {
        self.members(true, true, false, None)
    }

    /// For assistants by log-in, never by API key.
    pub fn assistant_in_person(self) -> Self {
        self.members(true, false, false, None)
    }

    /// For the owner by log-in, never by API key.
    pub fn owner(self) -> Self {
        self.members(true, false, true, None)
    }

    fn members(mut self, assistant: bool, client: bool, owner_only: bool, scope: Option<&'static str>) -> Self {
        self.access = Access::Members { assistant, client, owner_only, scope };
        self
    }

    /// For the operator's probes, which do not count.
    pub fn uncounted(mut self) -> Self {
        self.counted = false;
        self
    }

    /// An `Idempotency-Key` does not count: each request is judged anew.
    pub fn unrepeatable(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Answers with a page, or a part of one.
    pub fn page(mut self) -> Self {
        self.is_page = true;
        self
    }

    /// Whoever knows the address may read it: its pattern stands for it in problems and logs, and search engines leave it
    /// out. What stands before the secret, such as `/h/`, is the address of nothing else.
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Honours `If-Match`.
    pub fn conditional(mut self) -> Self {
        self.precondition = Precondition::Optional;
        self
    }

    /// Demands `If-Match`.
    pub fn binding(mut self) -> Self {
        self.precondition = Precondition::Required;
        self
    }

    /// Raises these events.
    pub fn raises(mut self, events: &'static [&'static str]) -> Self {
        self.raises = events;
        self
    }

    /// Moves what engagements have used.
    pub fn moves_accounts(mut self) -> Self {
        self.moves_accounts = true;
        self
    }

    /// Can also refuse with these codes.
    pub fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.refuses = codes;
        self
    }

    /// Can refuse one of many operations in a request with these codes.
    pub fn refuses_items(mut self, codes: &'static [Code]) -> Self {
        self.refuses_items = codes;
        self
    }

    /// What it takes and gives.
    pub fn operation(&self, components: &mut Components) -> OperationDoc {
        let mut operation = OperationDoc::default();
        (self.describe)(&mut operation, components);
        operation
    }

    /// Whether an `Idempotency-Key` counts.
    pub fn is_idempotent_by_key(&self) -> bool {
        self.method == Method::POST && self.access != Access::Public && self.repeatable
    }

    /// Whether it is an act that takes no members: its body is judged where others read theirs.
    pub fn refuses_members(&self) -> bool {
        self.method == Method::POST && !self.reads_body
    }
}

impl Access {
    /// The roles that may call.
    pub fn roles(self) -> Vec<&'static str> {
        let (assistant, client) = match self {
            Self::Public => (false, false),
            Self::LoggedIn => (true, true),
            Self::Members { owner_only: true, .. } => return vec!["owner"],
            Self::Members { assistant, client, .. } => (assistant, client),
        };
        let roles = [(assistant, "assistant"), (client, "client")];
        roles.into_iter().filter_map(|(may, role)| may.then_some(role)).collect()
    }
}
