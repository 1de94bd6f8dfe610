//! Entity tags and preconditions (RFC 9110 §8.8.3, §13): `"<version>-<hash>"`, the hash over the content as shown.

use crate::error::{Code, Error, Result};
use actix_web::{
    HttpRequest,
    http::header::{IF_MATCH, IF_NONE_MATCH},
};
use xxhash_rust::xxh3::Xxh3Default;

/// What a change demands of `If-Match`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Precondition {
    /// Not looked at.
    #[default]
    None,
    /// Honoured when sent.
    Optional,
    /// Must be sent, and `*` does not count: the caller binds herself to what she saw.
    Required,
}

/// The strong tag of a content, given in one or more parts.
pub fn etag(version: i64, parts: &[&[u8]]) -> String {
    let mut hash = Xxh3Default::new();
    for part in parts {
        hash.update(part);
    }
    format!("\"{version}-{:016x}\"", hash.digest())
}

/// What a reader sent who already has the content with this tag, in whichever encoding she got it.
pub fn none_match<'r>(request: &'r HttpRequest, tag: &str) -> Option<&'r str> {
    let tag = tag.trim_matches('"');
    tags(request, &IF_NONE_MATCH).find(|known| *known == "*" || plain(known) == tag)
}

/// Judges `If-Match` against the version that stands: 412 when the caller saw another, 428 when she must say.
pub fn judge(request: &HttpRequest, version: i64, precondition: Precondition) -> Result<()> {
    if precondition == Precondition::None {
        return Ok(());
    }
    let sent = request.headers().contains_key(IF_MATCH);
    let mut wildcard = false;
    // A weak tag never matches here (RFC 9110 §13.1.1).
    for tag in tags(request, &IF_MATCH).filter(|tag| !tag.starts_with("W/")) {
        wildcard |= tag == "*";
        let seen = plain(tag).split_once('-').and_then(|(seen, _)| seen.parse::<i64>().ok());
        if seen == Some(version) {
            return Ok(());
        }
    }
    match (precondition, sent, wildcard) {
        (Precondition::Required, false, _) | (Precondition::Required, _, true) => {
            Err(Error::new(Code::PreconditionRequired))
        }
        (Precondition::Optional, false, _) | (Precondition::Optional, _, true) => Ok(()),
        _ => Err(Error::new(Code::PreconditionFailed).member("current_version", version)),
    }
}

/// Judges a tag that stands in a body, as `If-Match` would be.
pub fn judge_tag(tag: &str, version: i64) -> Result<()> {
    let seen = plain(tag).split_once('-').and_then(|(seen, _)| seen.parse::<i64>().ok());
    match tag == "*" || seen == Some(version) {
        true => Ok(()),
        false => Err(Error::new(Code::PreconditionFailed).member("current_version", version)),
    }
}

/// A tag without quotes and without the suffix of an encoding.
fn plain(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    ["-gzip", "-br", "-zstd", "-deflate"].iter().find_map(|suffix| tag.strip_suffix(suffix)).unwrap_or(tag)
}

fn tags<'a>(
    request: &'a HttpRequest,
    name: &'a actix_web::http::header::HeaderName,
) -> impl Iterator<Item = &'a str> {
    request
        .headers()
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn if_match_compares_the_version_alone() {
        let request = |tag: &'static str| TestRequest::default().insert_header((IF_MATCH, tag)).to_http_request();
        assert!(judge(&request("\"3-00\""), 3, Precondition::Required).is_ok());
        assert!(judge(&request("\"1-ff\", \"3-aa-gzip\""), 3, Precondition::Optional).is_ok());
        assert_eq!(
            judge(&request("\"2-00\""), 3, Precondition::Optional).unwrap_err().code(),
            Code::PreconditionFailed
        );
        assert!(judge(&request("*"), 3, Precondition::Optional).is_ok());
        assert_eq!(
            judge(&request("*"), 3, Precondition::Required).unwrap_err().code(),
            Code::PreconditionRequired
        );
        let bare = TestRequest::default().to_http_request();
        assert_eq!(judge(&bare, 3, Precondition::Required).unwrap_err().code(), Code::PreconditionRequired);
    }
}
