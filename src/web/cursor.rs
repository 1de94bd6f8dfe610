//! Cursors: where a list's next page starts. Sealed, not only signed, since where a row stands can tell of it what the
//! caller does not see; and bound to the list, its filter and order.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Arg, Sealer, Timestamp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The last row of a page, and the instant that the list is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    pub as_of: i64,
    pub key: Key,
    pub id: Uuid,
}

/// The last row's value in the list's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    T(String),
    I(i64),
    M(i64),
    D(NaiveDate),
}

impl Cursor {
    /// The cursor as it is handed out, for lists of this context alone.
    pub fn seal(&self, sealer: &Sealer, context: &[u8]) -> String {
        let payload = serde_json::to_vec(self).expect("a cursor is JSON");
        URL_SAFE_NO_PAD.encode(sealer.seal(context, &payload))
    }

    /// A cursor that was handed out for this context; anything else is 400.
    pub fn open(text: &str, sealer: &Sealer, context: &[u8]) -> Result<Self> {
        let refuse = || Error::new(Code::InvalidCursor);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
        let payload = sealer.open(context, &bytes).map_err(|_| refuse())?;
        serde_json::from_slice(&payload).map_err(|_| refuse())
    }
}

impl From<Arg> for Key {
    fn from(arg: Arg) -> Key {
        match arg {
            Arg::Text(Some(text)) => Key::T(text),
            Arg::Int(Some(number)) => Key::I(number),
            Arg::Instant(Some(at)) => Key::M(at.micros()),
            Arg::Date(Some(date)) => Key::D(date),
            _ => Key::I(0),
        }
    }
}

impl From<Key> for Arg {
    fn from(key: Key) -> Arg {
        match key {
            Key::T(text) => Arg::Text(Some(text)),
            Key::I(number) => Arg::Int(Some(number)),
            Key::M(micros) => Arg::Instant(Some(Timestamp::from_micros(micros))),
            Key::D(date) => Arg::Date(Some(date)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SecretKey;
    use proptest::prelude::*;

    fn any_key() -> impl Strategy<Value = Key> {
        prop_oneof![any::<String>().prop_map(Key::T), any::<i64>().prop_map(Key::I), any::<i64>().prop_map(Key::M),]
    }

    proptest! {
        #[test]
        fn a_cursor_opens_for_its_list_alone_and_only_as_it_was_handed_out(
            (as_of, key, id) in (any::<i64>(), any_key(), any::<u128>()),
            list in "[a-z/?=&]{1,40}",
            place in any::<prop::sample::Index>(),
        ) {
            let sealer = Sealer::new(&SecretKey::random(), "cursors");
            let cursor = Cursor { as_of, key, id: Uuid::from_u128(id) };
            let text = cursor.seal(&sealer, list.as_bytes());
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            prop_assert_eq!(Cursor::open(&text, &sealer, list.as_bytes()).unwrap(), cursor);
            let another = list.clone() + "x";
            prop_assert!(Cursor::open(&text, &sealer, another.as_bytes()).is_err());
            let at = place.index(text.len());
            let other = if &text[at..=at] == "A" { "B" } else { "A" };
            let forged = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            prop_assert!(Cursor::open(&forged, &sealer, list.as_bytes()).is_err());
            prop_assert!(Cursor::open(&text[..at], &sealer, list.as_bytes()).is_err());
        }

        #[test]
        fn no_text_is_a_cursor_by_chance(text in "\\PC{0,80}") {
            prop_assert!(Cursor::open(&text, &Sealer::new(&SecretKey::random(), "cursors"), b"list").is_err());
        }
    }
}
