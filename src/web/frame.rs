//! The frame around every request: its id, its limits, HEAD as GET, security headers, problems for every refusal
//! (the framework's own included).

use super::{
    Allowance, Info, Settings,
    answer::{Rendered, respond},
    unread::Unread,
};
use crate::kernel::Clock;
use crate::kernel::error::{Code, Error, PROBLEM_JSON, Problem};
use actix_web::{
    HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, AcceptLanguage, Header, HeaderMap, HeaderName, HeaderValue, Quality},
    },
    middleware::Next,
    web::Data,
};
use ipnet::IpNet;
use std::{net::IpAddr, sync::Arc};

/// The longest address, in bytes.
pub const MAX_URI: usize = 8 << 10;
/// All headers together, in bytes.
pub const MAX_HEADERS: usize = 32 << 10;

/// Runs a request inside the frame.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let settings =
        request.app_data::<Data<Settings>>().expect("the server holds the settings").clone().into_inner();
    let info = describe(settings, request.request()).attach(request.request());
    let unread = Unread::of(&mut request);
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    // No clone of the request may live while it is routed: the router needs it for itself.
    let answer = next.call(request).await?.map_into_boxed_body();
    let mut answer = as_problem(&info, answer);
    headers(&info, answer.response_mut().headers_mut());
    Ok(match unread {
        Some(unread) => unread.until_answered(answer),
        None => answer,
    })
}

/// Refuses addresses and headers beyond our limits, before an operation looks at them.
pub async fn limits(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match within_limits(request.request()) {
        Err(error) => Ok(ServiceResponse::new(request.into_parts().0, HttpResponse::from_error(error))),
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn describe(settings: Arc<Settings>, request: &HttpRequest) -> Info {
    let (id, address) = (request_id(&settings.clock, request), address(&settings.trusted_proxies, request));
    Info::new(settings, id, asks_german(request), address)
}

/// The caller's `Request-Id` where it is sane, else one of ours.
fn request_id(clock: &Clock, request: &HttpRequest) -> String {
    let sane = |text: &&str| {
        (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let sent = request.headers().get("request-id").and_then(|value| value.to_str().ok()).filter(sane);
    sent.map_or_else(|| clock.new_id().to_string(), str::to_owned)
}

/// RFC 9110 §12.5.4, as far as two languages need it: German when it is weighed above English; none where neither has a
/// weight.
fn asks_german(request: &HttpRequest) -> Option<bool> {
    let accepted = AcceptLanguage::parse(request).ok()?;
    let weight = |language: &str| {
        let ranges = accepted.iter().filter_map(|range| Some((range.item.item()?, range.quality)));
        let meant = ranges.filter(|(tag, _)| tag.primary_language() == language);
        meant.map(|(_, quality)| quality).max().unwrap_or(Quality::ZERO)
    };
    let (german, english) = (weight("de"), weight("en"));
    (german.max(english) > Quality::ZERO).then_some(german > english)
}

/// The caller's address; forwarded ones count only from trusted proxies.
fn address(proxies: &[IpNet], request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |address| address.ip().to_canonical());
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return network(peer);
    }
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    // From the nearest hop outwards, as long as each was told by somebody who is trusted.
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        nearest = hop.to_canonical();
        if !trusted(&nearest) {
            break;
        }
    }
    network(nearest)
}

/// IPv6 addresses count by /64: one customer has that many.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_none() => {
            IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes())
        }
        other => other,
    }
}

fn within_limits(request: &HttpRequest) -> Result<(), Error> {
    let uri = request.uri().path_and_query().map_or(0, |text| text.as_str().len());
    if uri > MAX_URI {
        return Err(Error::new(Code::UriTooLong).with("max", MAX_URI));
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers > MAX_HEADERS {
        return Err(Error::new(Code::HeaderTooLarge).with("max", MAX_HEADERS));
    }
    Ok(())
}

/// Whatever refuses answers as a problem document; a kept first answer is given again.
fn as_problem(info: &Info, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    let is_problem =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == PROBLEM_JSON.as_bytes());
    if answer.response().error().is_none()
        && (!(status.is_client_error() || status.is_server_error()) || is_problem)
    {
        return answer;
    }
    let ours = answer.response().error().and_then(|error| error.as_error::<Error>());
    if let Some(stored) = ours.and_then(Error::stored_answer).cloned() {
        let mut headers: Vec<(HeaderName, String)> =
            stored.headers.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.clone()))).collect();
        headers.push((HeaderName::from_static("idempotent-replayed"), "true".to_owned()));
        let rendered = Rendered { status: stored.status, headers, body: stored.body.into(), projected: false };
        return instead(answer, rendered);
    }
    let foreign;
    let error = match ours {
        Some(error) => error,
        None => {
            foreign = by_status(status, answer.response().error().map(ToString::to_string));
            &foreign
        }
    };
    let log = error.cause().unwrap_or_default();
    if error.code().status() >= 500 {
        tracing::error!(request_id = info.request_id, code = %error.code(), cause = log, "a request failed");
    } else if !log.is_empty() {
        tracing::debug!(request_id = info.request_id, code = %error.code(), cause = log, "a request was refused");
    }
    let problem = Problem::of(
        error,
        info.german,
        info.told_path(answer.request()),
        &info.request_id,
        &info.settings.public_url,
    );
    let mut headers = vec![
        (header::CONTENT_TYPE, PROBLEM_JSON.to_owned()),
        (header::CONTENT_LANGUAGE, if info.german { "de" } else { "en" }.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    headers.extend(
        error
            .headers()
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase().parse().expect("a header of ours"), value.clone())),
    );
    let body = serde_json::to_vec(&problem).unwrap_or_default().into();
    let rendered = Rendered { status: error.code().status(), headers, body, projected: false };
    instead(answer, rendered)
}

/// Another answer in the place of this one, with what CORS has said about it.
fn instead(answer: ServiceResponse<BoxBody>, rendered: Rendered) -> ServiceResponse<BoxBody> {
    let mut response = respond(rendered, answer.request());
    let cors = |name: &HeaderName| *name == header::VARY || name.as_str().starts_with("access-control-");
    for (name, value) in answer.headers().iter().filter(|(name, _)| cors(name)) {
        response.headers_mut().append(name.clone(), value.clone());
    }
    answer.into_response(response)
}

/// A refusal of the framework, told by its status alone.
fn by_status(status: StatusCode, cause: Option<String>) -> Error {
    let code = match status.as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        408 => Code::RequestTimeout,
        413 => Code::ContentTooLarge,
        414 => Code::UriTooLong,
        415 => Code::UnsupportedMediaType,
        431 => Code::HeaderTooLarge,
        503 => Code::Unavailable,
        400..=499 => Code::BadRequest,
        _ => Code::InternalError,
    };
    Error::new(code).because(cause.unwrap_or_else(|| format!("the framework answered {status}")))
}

/// What a page of the documentation may load: what this server has. Styles may stand in the page, since the reader of the
/// document brings its own along in its script and puts them in there; scripts may not.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Data loads nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What the answer depends on, said once.
fn one_vary(headers: &mut HeaderMap) {
    let said: Vec<&str> = headers.get_all(header::VARY).filter_map(|value| value.to_str().ok()).collect();
    if said.len() < 2 {
        return;
    }
    let mut names: Vec<String> = said.join(",").split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(header::VARY, value);
    }
}

fn headers(info: &Info, headers: &mut HeaderMap) {
    let mut told = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    told("request-id", &info.request_id);
    if let Some(Allowance { limit, remaining, reset }) = info.allowance() {
        told("ratelimit-policy", &format!("\"default\";q={limit};w=60"));
        told("ratelimit", &format!("\"default\";r={remaining};t={reset}"));
    }
    let is_page = info.route().is_some_and(|route| route.is_page);
    let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
    if info.route().is_some_and(|route| route.is_secret) {
        told("x-robots-tag", "noindex");
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-site"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ] {
        // An answer that others may show, or that brings its style along, says so itself.
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    one_vary(headers);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let encoding =
        headers.get(header::CONTENT_ENCODING).and_then(|encoding| encoding.to_str().ok()).map(str::to_owned);
    if encoding.as_deref() == Some("identity") {
        headers.remove(header::CONTENT_ENCODING);
    } else if let (Some(encoding), Some(tag)) = (encoding, headers.get(header::ETAG)) {
        // Strong tags differ by encoding.
        let tag = tag.to_str().unwrap_or_default().trim_end_matches('"');
        if let Ok(tag) = HeaderValue::from_str(&format!("{tag}-{encoding}\"")) {
            headers.insert(header::ETAG, tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::asks_german;
    use actix_web::{http::header::ACCEPT_LANGUAGE, test::TestRequest};

    #[test]
    fn german_is_spoken_where_it_is_weighed_above_english() {
        let asked = |accepted: &str| {
            asks_german(&TestRequest::default().insert_header((ACCEPT_LANGUAGE, accepted)).to_http_request())
        };
        for accepted in ["de", "de-AT, en;q=0.5", "DE", "fr, de; q=0.3", "en;q=0.8, de;q=0.9", "de, not a tag"] {
            assert_eq!(asked(accepted), Some(true), "{accepted}");
        }
        for accepted in ["en, de", "de;q=0.5, en-GB", "en;q=0.1"] {
            assert_eq!(asked(accepted), Some(false), "{accepted}");
        }
        for accepted in ["", "*", "de;q=0", "nds", "de;q=2, fr"] {
            assert_eq!(asked(accepted), None, "{accepted}");
        }
        assert_eq!(asks_german(&TestRequest::default().to_http_request()), None);
    }
}
