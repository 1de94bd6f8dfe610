//! The query string, taken apart: each parameter is read by its name, and what nobody asked for is refused.

use super::{Many, Param, Request};
use crate::kernel::error::{Code, Error, Result};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// More pairs than any operation reads.
const MAX_PAIRS: usize = 500;

const ASSISTANTS_ONLY: &str = "nur Assistentinnen können ihn benutzen. Lassen Sie ihn weg.";
const TWICE: &str = "er steht doppelt und nimmt einen Wert.";

/// The query string, taken apart.
pub struct Reader<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    for_client: bool,
    /// What was read, each value by itself.
    meaning: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Takes the query string of a request apart.
    pub fn of(request: &'a Request) -> Result<Self> {
        let mut reader = Self::new(request.http().query_string())?;
        reader.for_client = request.about().is_projected();
        Ok(reader)
    }

    /// Takes a query string apart.
    pub fn new(query: &'a str) -> Result<Self> {
        let mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).map_err(|(english, german)| invalid("?", english, german))?;
            let value = decode(value).map_err(|(english, german)| invalid(&name, english, german))?;
            if pairs.len() == MAX_PAIRS {
                return Err(invalid(&name, "there are too many parameters.", "es sind zu viele Parameter."));
            }
            pairs.push((name, value));
        }
        Ok(Self { pairs, for_client: false, meaning: Vec::new() })
    }

    /// What a parameter was sent with: each of its values.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == name).flat_map(|(_, value)| value.split(','))
    }

    /// The value of a parameter that only assistants may use.
    pub fn get_internal<T: Param>(&mut self, name: &'static str) -> Result<Option<T>> {
        if self.for_client && self.pairs.iter().any(|(known, _)| known == name) {
            return Err(invalid(name, "only assistants can use it. Leave it out.", ASSISTANTS_ONLY));
        }
        self.get(name)
    }

    /// The value of a parameter, when it was sent.
    pub fn get<T: Param>(&mut self, name: &'static str) -> Result<Option<T>> {
        let mut sent = Vec::new();
        self.pairs.retain_mut(|(known, value)| {
            let is_this = known == name;
            if is_this {
                sent.push(std::mem::take(value));
            }
            !is_this
        });
        if T::MANY == Many::No && sent.len() > 1 {
            return Err(invalid(name, "it stands twice, and takes one value.", TWICE));
        }
        let mut values = Vec::new();
        for text in &sent {
            let parts: Vec<&str> = if T::MANY == Many::Commas { text.split(',').collect() } else { vec![text] };
            for part in parts {
                values.push(T::read(part).map_err(|(english, german)| invalid(name, &english, &german))?);
                self.meaning.push(format!("{name}={part}"));
            }
        }
        match values.len() {
            0 => Ok(None),
            count if count <= T::MOST => Ok(Some(T::all(values))),
            _ => {
                let (english, german) =
                    (format!("at most {} values.", T::MOST), format!("höchstens {} Werte.", T::MOST));
                Err(invalid(name, &english, &german))
            }
        }
    }

    /// Leaves what was read so far out of the meaning.
    pub fn forget(&mut self) {
        self.meaning.clear();
    }

    /// What was asked for, the same for every way of saying it.
    pub fn meaning(&self) -> String {
        let mut values = self.meaning.clone();
        values.sort_unstable();
        values.dedup();
        values.join("\0")
    }

    /// Refuses what nobody asked for.
    pub fn finish(self) -> Result<()> {
        match self.pairs.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(invalid(name, "this operation does not know it.", "diese Operation kennt ihn nicht."))
            }
        }
    }
}

/// 400 that names the parameter.
pub fn invalid(name: &str, english: &str, german: &str) -> Error {
    Error::new(Code::InvalidParameter)
        .with("name", name.chars().take(100).collect::<String>())
        .with_both("reason", english, german)
        .parameter(name)
}

/// The text that a part of a query stands for, or why it stands for none, in English and German.
fn decode(text: &str) -> std::result::Result<Cow<'_, str>, (&'static str, &'static str)> {
    let text = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    let bad = |_| ("it is not UTF-8.", "er ist kein UTF-8.");
    let decoded = match &text {
        Cow::Borrowed(text) => percent_decode_str(text).decode_utf8().map_err(bad)?,
        Cow::Owned(text) => Cow::Owned(percent_decode_str(text).decode_utf8().map_err(bad)?.into_owned()),
    };
    match decoded.contains('\0') {
        true => Err(("it holds the character NUL.", "er enthält das Zeichen NUL.")),
        false => Ok(decoded),
    }
}
