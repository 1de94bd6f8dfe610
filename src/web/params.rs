//! Query parameters as operations declare them: flat, named as the fields that they filter.

use super::{
    Reader, Request,
    openapi::{Components, Documented, OperationDoc},
};
use crate::kernel::error::{Error, Result, pattern_in_words};
use crate::kernel::fold;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde_json::{Value, json};
use std::{borrow::Cow, future::Ready, marker::PhantomData, str::FromStr};
use utoipa::{PartialSchema, ToSchema, openapi::RefOr};

/// A parameter as the document shows it.
pub struct ParamDoc {
    pub name: &'static str,
    pub description: &'static str,
    pub schema: Value,
    pub many: Many,
    /// Whether clients may not use it.
    pub assistants_only: bool,
}

/// How a parameter takes several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    /// Not at all.
    No,
    /// Repeated, or separated by commas: both mean the same.
    Commas,
    /// Only repeated: a comma belongs to the value.
    Repeated,
}

/// A type that one parameter can have.
pub trait Param: Sized {
    const MANY: Many = Many::No;
    /// The most values.
    const MOST: usize = MAX_VALUES;
    /// Reads the value, or says what is expected (English, German). Of several values this is called with each, and
    /// `all` makes one of them.
    fn read(text: &str) -> Result<Self, (String, String)>;
    /// Makes one of several values, in the order in which they were sent.
    fn all(values: Vec<Self>) -> Self {
        values.into_iter().next().expect("a parameter that was sent has a value")
    }
    fn schema(components: &mut Components) -> Value;
}

/// The parameters of one operation; made by `params!`.
pub trait Params: Sized {
    fn docs(components: &mut Components) -> Vec<ParamDoc>;
    fn read(reader: &mut Reader<'_>) -> Result<Self>;
}

/// The parameters of an operation, read when the handler asks for them.
pub struct Query<T>(PhantomData<T>);

/// Several values: any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOf<T>(pub Vec<T>);

/// Several values, in the order in which they were sent: each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each<T, const MOST: usize>(pub Vec<T>);

/// Several free texts: any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts(pub Vec<SearchText>);

/// What is searched for, 1 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(pub String);

impl FromStr for SearchText {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let good =
            (1..=200).contains(&text.chars().count()) && !text.contains('\0') && !fold(text).trim().is_empty();
        if good { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl PartialSchema for SearchText {
    fn schema() -> RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .min_length(Some(1))
            .max_length(Some(200))
            .pattern(Some(r"[^\s\u0000]"))
            .description(Some("What is searched for, in any case and with or without accents."))
            .examples([json!("müller")])
            .into()
    }
}

impl std::ops::Deref for SearchText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl ToSchema for SearchText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SearchText")
    }
}

impl<T: FromStr<Err = ()> + ToSchema> Param for T {
    fn read(text: &str) -> Result<Self, (String, String)> {
        text.parse().map_err(|()| {
            let schema = Components::default().schema_of::<T>();
            if let Some(words) = schema.get("enum").and_then(Value::as_array) {
                let words = words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
                return (format!("use one of: {words}."), format!("möglich sind: {words}."));
            }
            if let Some(what) = schema.get("format").and_then(Value::as_str) {
                return (
                    format!("'{text}' is not a valid {what}."),
                    format!("'{text}' ist kein gültiges {what}."),
                );
            }
            let pattern = schema.get("pattern").and_then(Value::as_str).filter(|pattern| !pattern.contains("\\u"));
            match (schema.get("maxLength").and_then(Value::as_u64), pattern) {
                (Some(most), Some(pattern)) => {
                    let (english, german) = pattern_in_words(pattern);
                    (
                        format!("use {english}, at most {most} characters."),
                        format!("möglich ist {german}, höchstens {most} Zeichen."),
                    )
                }
                (Some(most), None) => (
                    format!("use 1 to {most} characters, no control characters among them."),
                    format!("möglich sind 1 bis {most} Zeichen, keine Steuerzeichen darunter."),
                ),
                (None, _) => {
                    (format!("'{text}' is not of its form."), format!("'{text}' hat nicht die richtige Form."))
                }
            }
        })
    }
    fn schema(components: &mut Components) -> Value {
        components.reference::<T>()
    }
}

/// Implements [`Param`] for JSON's own types.
macro_rules! primitive_param {
    ($($type:ty, $schema:expr, $english:literal, $german:literal;)+) => {$(
        impl Param for Primitive<$type> {
            fn read(text: &str) -> Result<Self, (String, String)> {
                text.parse().map(Self).map_err(|_| ($english.to_owned(), $german.to_owned()))
            }
            fn schema(_: &mut Components) -> Value {
                $schema
            }
        }
    )+};
}

/// A number or truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primitive<T>(pub T);

primitive_param! {
    bool, json!({"type": "boolean"}), "use true or false.", "möglich sind true und false.";
    i64, json!({"type": "integer", "format": "int64"}), "a whole number is expected.", "eine ganze Zahl ist nötig.";
}

impl<T: FromStr<Err = ()> + ToSchema> Param for OneOf<T> {
    const MANY: Many = Many::Commas;
    fn read(text: &str) -> Result<Self, (String, String)> {
        T::read(text).map(|value| Self(vec![value]))
    }
    fn all(values: Vec<Self>) -> Self {
        Self(values.into_iter().flat_map(|values| values.0).collect())
    }
    fn schema(components: &mut Components) -> Value {
        several(components.reference::<T>(), MAX_VALUES)
    }
}

impl<T: FromStr<Err = ()> + ToSchema, const MOST: usize> Param for Each<T, MOST> {
    const MANY: Many = Many::Commas;
    const MOST: usize = MOST;
    fn read(text: &str) -> Result<Self, (String, String)> {
        T::read(text).map(|value| Self(vec![value]))
    }
    fn all(values: Vec<Self>) -> Self {
        Self(values.into_iter().flat_map(|values| values.0).collect())
    }
    fn schema(components: &mut Components) -> Value {
        several(components.reference::<T>(), MOST)
    }
}

impl Param for Texts {
    const MANY: Many = Many::Repeated;
    fn read(text: &str) -> Result<Self, (String, String)> {
        SearchText::read(text).map(|value| Self(vec![value]))
    }
    fn all(values: Vec<Self>) -> Self {
        Self(values.into_iter().flat_map(|values| values.0).collect())
    }
    fn schema(components: &mut Components) -> Value {
        several(components.reference::<SearchText>(), MAX_VALUES)
    }
}

/// A text as it was sent.
pub struct Verbatim(pub String);

impl Param for Verbatim {
    fn read(text: &str) -> Result<Self, (String, String)> {
        let good = !text.is_empty() && text.len() <= 4000;
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(("it is empty or too long.".into(), "er ist leer oder zu lang.".into()))
        }
    }
    fn schema(_: &mut Components) -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": 4000})
    }
}

/// The most values of one parameter where it says no other number.
const MAX_VALUES: usize = 200;

fn several(items: Value, most: usize) -> Value {
    json!({"type": "array", "items": items, "minItems": 1, "maxItems": most})
}

impl<T: Params> Query<T> {
    /// Reads the parameters.
    pub fn read(&self, request: &Request) -> Result<T> {
        let mut reader = Reader::of(request)?;
        let params = T::read(&mut reader)?;
        reader.finish()?;
        Ok(params)
    }
}

impl<T: 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(PhantomData)))
    }
}

impl<T: Params + 'static> Documented for Query<T> {
    const READS_QUERY: bool = true;

    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        operation.params.extend(T::docs(components));
    }
}

/// A member's name as it travels: `r#type` is `type`.
pub fn param_name(member: &'static str) -> &'static str {
    member.trim_start_matches("r#")
}

/// Declares the parameters of an operation: every member an `Option` of something that is [`Param`]. One that is marked
/// `@internal` is for assistants only.
macro_rules! params {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[doc = $doc:literal])+ $(@$internal:ident)? $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $vis struct $name { $($(#[doc = $doc])+ pub $field: Option<$type>),* }

        impl $crate::web::Params for $name {
            fn docs(components: &mut $crate::web::Components) -> Vec<$crate::web::ParamDoc> {
                vec![$($crate::web::ParamDoc {
                    name: $crate::web::param_name(stringify!($field)),
                    description: concat!($($doc),+).trim_ascii(),
                    schema: <$type as $crate::web::Param>::schema(components),
                    many: <$type as $crate::web::Param>::MANY,
                    assistants_only: $crate::web::params!(@is_internal $($internal)?),
                }),*]
            }

            fn read(reader: &mut $crate::web::Reader<'_>) -> $crate::kernel::error::Result<Self> {
                Ok(Self { $(
                    $field: $crate::web::params!(@read $($internal)?)(reader, $crate::web::param_name(stringify!($field)))?
                ),* })
            }
        }
    };
    (@is_internal) => { false };
    (@is_internal internal) => { true };
    (@read) => { $crate::web::Reader::get };
    (@read internal) => { $crate::web::Reader::get_internal };
}
pub(crate) use params;

params! {
    /// Whether something is only tried.
    pub struct DryRun {
        /// Answer as usual, but store nothing; default false.
        dry_run: Primitive<bool>,
    }
}

impl DryRun {
    /// Whether nothing is to be stored.
    pub fn is_wanted(&self) -> bool {
        self.dry_run.is_some_and(|wanted| wanted.0)
    }
}
