//! Entity tags and preconditions (RFC 9110 §8.8.3, §13): `"<version>-<hash>"`, the hash over the content as shown. For
//! clients the version is replaced by what identifies the object as they see it.

use crate::kernel::error::{Code, Error, Result};
use actix_web::{
    HttpRequest,
    http::header::{IF_MATCH, IF_NONE_MATCH},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// What a change demands of `If-Match`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Precondition {
    /// Not looked at.
    #[default]
    None,
    /// Honoured when sent.
    Optional,
    /// Must be sent, and `*` does not count: callers bind themselves to what they saw.
    Required,
}

/// What stands, for the caller who asks.
#[derive(Clone, Copy)]
pub struct Current {
    pub version: i64,
    /// What a tag begins with: the version, or for clients what identifies the object as they see it.
    pub identity: i64,
}

impl From<i64> for Current {
    /// What everybody sees alike.
    fn from(version: i64) -> Self {
        Self { version, identity: version }
    }
}

/// The strong tag of a content, given in one or more parts.
pub fn etag(version: i64, parts: &[&[u8]]) -> String {
    let mut hash = Xxh3Default::new();
    for part in parts {
        hash.update(part);
    }
    format!("\"{version}-{:016x}\"", hash.digest())
}

/// Members that are no part of a client's tag: they move with what only assistants see, or with time alone.
const UNSEEN: [&str; 5] = ["version", "updated_at", "as_of", "next_cursor", "waited_seconds"];
/// Members that follow from an object's own, also in the reader's language.
const DERIVED: [&str; 2] = ["allowed_actions", "warnings"];

/// The tag of what a client is shown: in the place of the version stands what identifies the object as they see it, so
/// that nothing that only assistants see moves it. A list has no such thing.
pub fn client_tag(body: &[u8], expansions: &[&str]) -> Option<String> {
    let mut shown: Value = serde_json::from_slice(body).ok()?;
    let is_object = shown.get("version").is_some();
    strip(&mut shown, &UNSEEN);
    let hash = xxh3_64(&serde_json::to_vec(&shown).ok()?);
    let own = if is_object { projection(shown, expansions) } else { 0 };
    Some(format!("\"{own}-{hash:016x}\""))
}

/// What identifies an object as a client sees it: a number in the place of the version. `expansions` are the members that
/// can hold another object whole.
pub fn projection(mut shown: Value, expansions: &[&str]) -> i64 {
    strip(&mut shown, &UNSEEN);
    if let Value::Object(members) = &mut shown {
        let is_own = |name: &str| !DERIVED.contains(&name) && !expansions.contains(&name);
        members.retain(|name, _| is_own(name));
    }
    // As many bits as every JSON number keeps.
    (xxh3_64(shown.to_string().as_bytes()) >> 11) as i64
}

fn strip(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(&name.as_str()));
            members.values_mut().for_each(|value| strip(value, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| strip(value, names)),
        _ => {}
    }
}

/// What a reader sent who already has the content with this tag, in whichever encoding they got it.
pub fn none_match<'r>(request: &'r HttpRequest, tag: &str) -> Option<&'r str> {
    let tag = tag.trim_matches('"');
    tags(request, &IF_NONE_MATCH).find(|known| *known == "*" || plain(known) == tag)
}

/// Judges `If-Match` against the version that stands, or what stands in its place for clients: 412 when the caller saw
/// another, 428 when they must say.
pub fn judge(request: &HttpRequest, current: Current, precondition: Precondition) -> Result<()> {
    if precondition == Precondition::None {
        return Ok(());
    }
    let sent = if_match(request)?;
    // A weak tag never matches here (RFC 9110 §13.1.1).
    let mut strong = sent.iter().flatten().filter(|tag| !tag.starts_with("W/"));
    if strong.any(|tag| identity_in(tag) == Some(current.identity)) {
        return Ok(());
    }
    let wildcard = sent.iter().flatten().any(|tag| *tag == "*");
    match (precondition, sent.is_some(), wildcard) {
        (Precondition::Required, false, _) | (Precondition::Required, _, true) => {
            Err(Error::new(Code::PreconditionRequired))
        }
        (Precondition::Optional, false, _) | (Precondition::Optional, _, true) => Ok(()),
        // The version says nothing to whoever compares something else.
        _ if current.identity != current.version => Err(Error::new(Code::PreconditionFailed)),
        _ => Err(Error::new(Code::PreconditionFailed).current_version(current.version)),
    }
}

/// The tags of `If-Match` where it was sent; 400 when there is something else than tags of ours, which would never match.
pub fn if_match(request: &HttpRequest) -> Result<Option<Vec<&str>>> {
    if !request.headers().contains_key(IF_MATCH) {
        return Ok(None);
    }
    let sent: Vec<&str> = tags(request, &IF_MATCH).collect();
    let is_text = request.headers().get_all(IF_MATCH).all(|value| value.to_str().is_ok());
    let are_tags = sent.iter().all(|tag| *tag == "*" || identity_in(tag).is_some());
    match is_text && are_tags && !sent.is_empty() {
        true => Ok(Some(sent)),
        false => Err(Error::new(Code::InvalidHeader).with("name", "If-Match").with_both(
            "reason",
            "send the ETag of what you saw as it was answered, \"<version>-<hash>\" with its quotation marks.",
            "senden Sie den ETag dessen, was Sie gesehen haben, wie er kam: \"<version>-<hash>\" mit Anführungszeichen.",
        )),
    }
}

/// What a tag begins with. The quotation marks may be lost, as in a shell.
fn identity_in(tag: &str) -> Option<i64> {
    let (identity, hash) = plain(tag).split_once('-')?;
    let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric());
    identity.parse().ok().filter(|_| is_hash)
}

/// What a caller saw, as a body says it: an entity tag, or the version alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct SeenVersion(String);

impl SeenVersion {
    const PATTERN: &str = r#"^(\*|"?[0-9]{1,19}(-[0-9A-Za-z-]+)?"?)$"#;

    /// Judges it as `If-Match` would be.
    pub fn judge(&self, version: i64) -> Result<()> {
        let seen = plain(&self.0).split('-').next().and_then(|seen| seen.parse::<i64>().ok());
        match self.0 == "*" || seen == Some(version) {
            true => Ok(()),
            false => Err(Error::new(Code::PreconditionFailed).current_version(version)),
        }
    }
}

impl PartialSchema for SeenVersion {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What you saw of it: its `version`, as a row of a list has it too, or its `ETag`."))
            .max_length(Some(100))
            .pattern(Some(Self::PATTERN))
            .examples([json!("3"), json!("\"3-9f86d081884c7d65\"")])
            .into()
    }
}

impl ToSchema for SeenVersion {
    fn name() -> Cow<'static, str> {
        "SeenVersion".into()
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
    fn what_a_client_does_not_see_does_not_move_their_tag() {
        let tag = |body: Value| client_tag(body.to_string().as_bytes(), &["client"]).unwrap();
        let shown = |version: i64, title: &str| json!({"id": "a", "title": title, "version": version, "updated_at": version});
        assert_eq!(tag(shown(1, "A")), tag(shown(2, "A")));
        assert_ne!(tag(shown(1, "A")), tag(shown(1, "B")));
        let own = |tag: &str| plain(tag).split_once('-').unwrap().0.to_owned();
        assert_eq!(own(&tag(shown(1, "A"))), projection(shown(7, "A"), &["client"]).to_string());
        // Another object beside it, such as its client, is not judged.
        let mut expanded = shown(1, "A");
        expanded["client"] = json!({"name": "N", "version": 3});
        assert_eq!(own(&tag(expanded.clone())), own(&tag(shown(1, "A"))));
        assert_ne!(tag(expanded), tag(shown(1, "A")));
        let page =
            |as_of: i64, title: &str| json!({"data": [shown(as_of, title)], "next_cursor": null, "as_of": as_of});
        assert_eq!(tag(page(1, "A")), tag(page(2, "A")));
        assert_ne!(tag(page(1, "A")), tag(page(1, "B")));
        assert_eq!(own(&tag(page(1, "A"))), "0");
    }

    #[test]
    fn a_tag_in_a_body_can_be_the_version_alone() {
        for tag in ["3", "\"3\"", "\"3-9f86d081884c7d65\"", "3-9f-gzip", "*"] {
            let seen = SeenVersion(tag.to_owned());
            assert_eq!((seen.judge(3).is_ok(), seen.judge(4).is_ok()), (true, tag == "*"), "{tag}");
        }
    }

    #[test]
    fn if_match_compares_the_version_alone() {
        let request = |tag: &'static str| TestRequest::default().insert_header((IF_MATCH, tag)).to_http_request();
        assert!(judge(&request("\"3-00\""), 3.into(), Precondition::Required).is_ok());
        assert!(judge(&request("\"1-ff\", \"3-aa-gzip\""), 3.into(), Precondition::Optional).is_ok());
        assert_eq!(
            judge(&request("\"2-00\""), 3.into(), Precondition::Optional).unwrap_err().code(),
            Code::PreconditionFailed
        );
        assert!(judge(&request("*"), 3.into(), Precondition::Optional).is_ok());
        assert_eq!(
            judge(&request("*"), 3.into(), Precondition::Required).unwrap_err().code(),
            Code::PreconditionRequired
        );
        for foreign in ["", "1", "\"1\"", "1-", "\"x-00\"", "garbage", "\"3-00\", garbage"] {
            let refused = judge(&request(foreign), 3.into(), Precondition::Optional).unwrap_err();
            assert_eq!(refused.code(), Code::InvalidHeader, "{foreign}");
        }
        assert!(judge(&request("3-00"), 3.into(), Precondition::Optional).is_ok());
        let weak = judge(&request("W/\"3-00\""), 3.into(), Precondition::Optional).unwrap_err();
        assert_eq!(weak.code(), Code::PreconditionFailed);
        let bare = TestRequest::default().to_http_request();
        assert_eq!(judge(&bare, 3.into(), Precondition::Required).unwrap_err().code(), Code::PreconditionRequired);
    }
}
