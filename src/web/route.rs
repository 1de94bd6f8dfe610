//! The route table: one entry holds an operation's address, handler, who may call it and what the document says.
//! Registering, enforcing and documenting read the same entry.

use super::{
    answer::Answer,
    etag::Precondition,
    gate::{Matched, gate},
    openapi::{Components, Documented, OperationDoc, ResponseDoc},
};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::{Role, ScopeName};
use actix_web::{
    FromRequest, Handler, HttpRequest, Responder,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use std::{collections::HashMap, rc::Rc};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Access {
    /// Everybody, also without credentials.
    #[default]
    Public,
    /// Everybody who is logged in, in either role.
    LoggedIn,
    /// These roles; an API key also needs the scope, and without one no API key will do.
    Members { assistant: bool, client: bool, owner_only: bool, scope: Option<ScopeName> },
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
    pub precondition: Precondition,
    /// Events that the operation raises.
    pub raises: &'static [&'static str],
    /// Statuses beyond those that its form implies.
    pub also: &'static [u16],
    pub reads_query: bool,
    pub reads_body: bool,
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
        precondition: Precondition::None,
        raises: &[],
        also: &[],
        reads_query: A::READS_QUERY,
        reads_body: A::READS_BODY,
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
    pub fn assistant(self, scope: ScopeName) -> Self {
        self.members(true, false, false, Some(scope))
    }

    /// For both roles, and API keys with this scope.
    pub fn both(self, scope: ScopeName) -> Self {
        self.members(true, true, false, Some(scope))
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

    fn members(mut self, assistant: bool, client: bool, owner_only: bool, scope: Option<ScopeName>) -> Self {
        self.access = Access::Members { assistant, client, owner_only, scope };
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

    /// Can also answer these statuses.
    pub fn also(mut self, statuses: &'static [u16]) -> Self {
        self.also = statuses;
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
        self.method == Method::POST && self.access != Access::Public && !self.path.starts_with("/v1/auth/")
    }
}

impl Access {
    /// The roles that may call.
    pub fn roles(self) -> Vec<Role> {
        match self {
            Self::Public => Vec::new(),
            Self::LoggedIn => Role::ALL.to_vec(),
            Self::Members { assistant, client, .. } => {
                let roles = [(assistant, Role::Assistant), (client, Role::Client)];
                roles.into_iter().filter_map(|(may, role)| may.then_some(role)).collect()
            }
        }
    }
}

/// Registers the table: one resource per address, its methods behind the gate, 405 for the rest.
pub fn register(routes: &Routes, config: &mut ServiceConfig) {
    let mut resources: Vec<(&'static str, Vec<&Route>)> = Vec::new();
    for route in routes {
        match resources.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, list)) => list.push(route),
            None => resources.push((route.path, vec![route])),
        }
    }
    // Literal addresses before those with ids, whatever the order of the table.
    resources.sort_by_key(|(path, _)| path.matches('{').count());
    for (path, list) in resources {
        let allow = allow(&list);
        let matched: HashMap<Method, Rc<Matched>> =
            list.iter().map(|route| (route.method.clone(), Rc::new(Matched::of(route)))).collect();
        let matched = Rc::new(matched);
        let mut resource = web::resource(path);
        for route in list {
            resource = resource.route((route.register)());
        }
        config.service(
            resource
                .default_service(web::to(move |request: HttpRequest| refuse_method(request, allow.clone())))
                .wrap(from_fn(move |request, next| gate(matched.clone(), request, next))),
        );
    }
}

fn allow(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

async fn refuse_method(request: HttpRequest, allow: String) -> Result<super::answer::Allowed> {
    if request.method() == Method::OPTIONS {
        return Ok(super::answer::Allowed(allow));
    }
    Err(Error::new(Code::MethodNotAllowed).with("allow", &allow).header("Allow", allow))
}
