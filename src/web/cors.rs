//! Which browsers' pages may call (CORS).

use actix_cors::Cors;

/// Headers that a page may read beside the safe-listed ones.
const EXPOSED: [&str; 11] = [
    "ETag",
    "Link",
    "Location",
    "Idempotent-Replayed",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Request-Id",
    "Content-Language",
    "WWW-Authenticate",
    "Accept-Patch",
];

/// These origins, or pages on this machine where none are given.
pub fn cors(origins: Option<&[String]>) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .allow_any_header()
        .expose_headers(EXPOSED)
        .block_on_origin_mismatch(false)
        .max_age(3600);
    match origins {
        Some(origins) if origins.iter().any(|origin| origin == "*") => cors.allow_any_origin().send_wildcard(),
        Some(origins) => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
        None => cors.allowed_origin_fn(|origin, _| origin.to_str().is_ok_and(is_local)),
    }
}

fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}
