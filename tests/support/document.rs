//! Finding things in an OpenAPI document.

use serde_json::Value;

/// The whole document.
pub struct Document(pub Value);

/// A place in it, with `$ref`s followed.
pub struct Place<'a> {
    pub pointer: String,
    pub value: &'a Value,
}

impl Document {
    /// The operation's path item and itself; of several templates that fit, the most literal one.
    pub fn operation(&self, method: &str, path: &str) -> Option<(Place<'_>, Place<'_>)> {
        let paths = Place { pointer: "/paths".to_owned(), value: self.0.get("paths")? };
        let fitting = paths.value.as_object()?.keys().filter(|template| fits(template, path));
        let template = fitting.max_by_key(|it| it.split('/').map(literal).collect::<Vec<_>>())?;
        let item = self.get(&paths, template)?;
        // HEAD is there wherever GET is, and not listed.
        let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
        let operation = self.get(&item, &method)?;
        Some((item, operation))
    }

    /// The member or item of this name, with its `$ref` followed.
    pub fn get<'a>(&'a self, place: &Place<'a>, name: &str) -> Option<Place<'a>> {
        let pointer = format!("{}/{}", place.pointer, name.replace('~', "~0").replace('/', "~1"));
        let mut found = Place { value: self.0.pointer(&pointer)?, pointer };
        // A schema's own `$ref` may stand beside other keywords: the validator follows those.
        while let (Some(to), true) = (found.value["$ref"].as_str(), name != "schema") {
            let pointer = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} leads out of the document"));
            let value = self.0.pointer(pointer).unwrap_or_else(|| panic!("{to} leads nowhere"));
            found = Place { pointer: pointer.to_owned(), value };
        }
        Some(found)
    }
}

impl Place<'_> {
    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.value.as_object().into_iter().flat_map(|map| map.keys())
    }
}

/// How literal a segment of a template is: all of it, or so many characters beside the parameter.
fn literal(segment: &str) -> usize {
    match (segment.split_once('{'), segment.rsplit_once('}')) {
        (Some((start, _)), Some((_, end))) => start.len() + end.len(),
        _ => usize::MAX,
    }
}

/// Whether a path is one of the template; `{id}.ics` takes what lies before the ending.
fn fits(template: &str, path: &str) -> bool {
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) => match (pattern.split_once('{'), pattern.rsplit_once('}')) {
                (Some((start, _)), Some((_, end))) => {
                    let longer = segment.len() > start.len() + end.len();
                    if !(longer && segment.starts_with(start) && segment.ends_with(end)) {
                        return false;
                    }
                }
                _ if pattern != segment => return false,
                _ => {}
            },
            _ => return false,
        }
    }
}

/// A JSON pointer as a URI's fragment (RFC 6901 section 6).
pub fn fragment(pointer: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte);
    pointer
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
