//! Closed sets of words (statuses, kinds, modes) that travel and are stored as `snake_case` text.

/// Declares an enum whose variants are words: JSON, schema, query parameter and column speak the same text.
macro_rules! choice {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$meta])*
        $vis enum $name { $($(#[$vmeta])* #[serde(rename = $text)] #[schema(rename = $text)] $variant),+ }

        impl $name {
            /// Every word of the set, in its natural order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it travels and is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }

        impl $crate::kernel::Stored for $name {
            fn load(
                cells: &dyn $crate::kernel::Cells,
                column: $crate::kernel::Column,
            ) -> $crate::kernel::error::Result<Option<Self>> {
                let unknown = |text| column.fault(format_args!("holds {text:?}, none of {:?}", Self::ALL));
                cells.text(column)?.map(|text| text.parse().map_err(|()| unknown(text))).transpose()
            }
        }

        impl $crate::kernel::ToArg for $name {
            const NULL: $crate::kernel::Arg = $crate::kernel::Arg::Text(None);
            fn arg(&self) -> $crate::kernel::Arg {
                self.as_str().into()
            }
        }
    };
}
pub(crate) use choice;

/// Declares a [`choice!`] that will grow. Answers may hold words that a program does not know yet, so the document shows
/// it there as a text with known values; what a caller says is one of the words. The title tells the document, which does
/// not show it.
macro_rules! open_choice {
    ($(#[$meta:meta])* $vis:vis enum $($rest:tt)+) => {
        $crate::kernel::choice! {
            $(#[$meta])*
            #[schema(title = "open")]
            $vis enum $($rest)+
        }
    };
}
pub(crate) use open_choice;

/// A status as it is shown: the row's own, or `deleted` once the row is gone, which only lists of changes show.
macro_rules! shown_status {
    ($name:ident of $own:ident) => {
        #[doc = concat!("A `", stringify!($own), "`, or `deleted` in a tombstone.")]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name {
            Own($own),
            Deleted,
        }

        impl $name {
            pub fn of(own: $own, is_deleted: bool) -> Self {
                if is_deleted { Self::Deleted } else { Self::Own(own) }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    Self::Own(own) => own.as_str(),
                    Self::Deleted => "deleted",
                })
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let own = $own::ALL.iter().map(|own| own.as_str());
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!(
                        "A `",
                        stringify!($own),
                        "`, or `deleted` in a tombstone, which only lists of changes show."
                    )))
                    .enum_values(Some(own.chain(["deleted"])))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
pub(crate) use shown_status;

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    choice! {
        /// Two words.
        enum Weather { SunShine = "sun_shine", Rain = "rain" }
    }

    #[test]
    fn document_json_and_column_speak_the_same_words() {
        let words = serde_json::to_value(Weather::ALL).unwrap();
        assert_eq!(words, serde_json::json!(["sun_shine", "rain"]));
        assert_eq!(serde_json::to_value(Weather::schema()).unwrap()["enum"], words);
        assert_eq!("rain".parse(), Ok(Weather::Rain));
        // The catalogue hands its words on from a macro of its own.
        let codes = serde_json::to_value(crate::kernel::error::Code::ALL).unwrap();
        assert_eq!(serde_json::to_value(crate::kernel::error::Code::schema()).unwrap()["enum"], codes);
    }
}
