//! Registering the table: one resource per address, its methods behind the gate, 405 for the rest. Writes run to their
//! end even when the caller hangs up.

use super::{Route, Routes};
use crate::kernel::error::{Code, Error, Result};
use crate::web::{Info, answer::Allowed};
use actix_web::{
    HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Next, from_fn},
    rt,
    web::{self, ServiceConfig},
};
use std::{collections::HashMap, rc::Rc};

/// The operations of one address.
type Operations = HashMap<Method, Rc<Route>>;

/// Registers the table. The gate judges every request for one of its operations.
pub fn register<G>(routes: Routes, config: &mut ServiceConfig, gate: G)
where
    G: AsyncFn(&Route, &mut ServiceRequest) -> Result<()> + 'static,
{
    let mut resources: Vec<(&'static str, Routes)> = Vec::new();
    for route in routes {
        match resources.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, list)) => list.push(route),
            None => resources.push((route.path, vec![route])),
        }
    }
    // Literal addresses before those with ids, whatever the order of the table, and `{token}.svg` before `{token}`, which
    // would take it as well.
    resources.sort_by_key(|(path, _)| (path.matches('{').count(), !path.contains("}.")));
    let gate = Rc::new(gate);
    for (path, list) in resources {
        let allow = allow(&list);
        let resource = list.iter().fold(web::resource(path), |resource, route| resource.route((route.register)()));
        let operations: Operations =
            list.into_iter().map(|route| (route.method.clone(), Rc::new(route))).collect();
        let (operations, gate) = (Rc::new(operations), gate.clone());
        config.service(
            resource
                .default_service(web::to(move |request: HttpRequest| refuse_method(request, allow.clone())))
                .wrap(from_fn(move |request, next| enter(operations.clone(), gate.clone(), request, next))),
        );
    }
}

/// Has a request for one address judged, then hands it to the handler.
async fn enter<G>(
    operations: Rc<Operations>,
    gate: Rc<G>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error>
where
    G: AsyncFn(&Route, &mut ServiceRequest) -> Result<()>,
{
    // A method that the address does not know is for the default service, which needs no caller.
    if let Some(route) = operations.get(request.method()) {
        let _ = Info::of(request.request()).route.set(route.clone());
        if let Err(error) = gate(route, &mut request).await {
            // Not `into_response`, which would drop the error and with it all that the frame says about it.
            return Ok(ServiceResponse::new(request.into_parts().0, HttpResponse::from_error(error)));
        }
    }
    if request.method().is_safe() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let http = request.request().clone();
    let work = rt::spawn(async move { next.call(request).await.map(|r| r.map_into_boxed_body()) });
    match work.await {
        Ok(answer) => answer,
        Err(error) => {
            let error = Error::internal(format!("a handler ended early: {error}"));
            Ok(ServiceResponse::new(http, HttpResponse::from_error(error)))
        }
    }
}

fn allow(routes: &[Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

async fn refuse_method(request: HttpRequest, allow: String) -> Result<Allowed> {
    if request.method() == Method::OPTIONS {
        return Ok(Allowed(allow));
    }
    Err(Error::new(Code::MethodNotAllowed).with("allow", &allow).header("Allow", allow))
}
