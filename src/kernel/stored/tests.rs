use super::*;
use crate::kernel::{JsonText, Name, choice, error::Code};

choice! {
    /// Two words.
    enum Weather { Sun = "sun", Rain = "rain" }
}

/// A row of no driver.
struct Row(Vec<(&'static str, Arg)>);

impl Row {
    fn get(&self, column: Column) -> Result<&Arg> {
        let found = match column {
            Column::At(place) => self.0.get(place),
            Column::Named(name) => self.0.iter().find(|(known, _)| *known == name),
        };
        found.map(|(_, arg)| arg).ok_or_else(|| column.fault("is not there"))
    }
}

macro_rules! cells {
    ($($name:ident -> $type:ty: $kind:ident $as:ident;)+) => {
        impl Cells for Row {$(
            fn $name(&self, column: Column) -> Result<Option<$type>> {
                match self.get(column)? {
                    Arg::$kind(value) => Ok(value.$as()),
                    other => Err(column.fault(format_args!("holds {other:?}"))),
                }
            }
        )+
            fn sorted(&self, column: Column) -> Result<Arg> {
                self.get(column).cloned()
            }
        }
    };
}

cells! {
    uuid -> Uuid: Uuid clone;
    text -> &str: Text as_deref;
    int -> i64: Int clone;
    boolean -> bool: Bool clone;
    instant -> Timestamp: Instant clone;
    date -> NaiveDate: Date clone;
    bytes -> &[u8]: Bytes as_deref;
}

#[derive(Columns, Debug, PartialEq)]
struct Outer {
    r#type: Option<Name>,
    #[columns(flatten)]
    inner: Inner,
    #[columns(skip)]
    seen: bool,
}

#[derive(Columns, Debug, PartialEq)]
struct Inner {
    #[columns(name = "weather_of_day")]
    weather: Weather,
    hours: JsonText<Vec<i64>>,
}

fn row(weather: Option<&str>, hours: Option<&str>) -> Row {
    Row(vec![("hours", hours.into()), ("type", Arg::Text(None)), ("weather_of_day", weather.into())])
}

#[test]
fn each_field_is_read_from_the_column_of_its_name() {
    let read = Outer::read(&row(Some("rain"), Some("[1, 2]"))).unwrap();
    let inner = Inner { weather: Weather::Rain, hours: JsonText(vec![1, 2]) };
    assert_eq!(read, Outer { r#type: None, inner, seen: false });
    let (hours, r#type) = <(String, Option<Name>)>::read(&row(None, Some("[]"))).unwrap();
    assert_eq!((hours.as_str(), r#type), ("[]", None));
}

#[test]
fn what_a_column_must_not_hold_is_our_error_and_names_it() {
    for (weather, hours, cause) in [
        (None, Some("[]"), "column weather_of_day is null"),
        (Some("hail"), Some("[]"), "column weather_of_day holds \"hail\", none of [Sun, Rain]"),
        (Some("sun"), None, "column hours is null"),
        (Some("sun"), Some("[x]"), "column hours holds expected value at line 1 column 2"),
    ] {
        let error = Outer::read(&row(weather, hours)).unwrap_err();
        assert_eq!((error.code(), error.cause()), (Code::InternalError, Some(cause)));
    }
    assert_eq!(<(i64,)>::read(&Row(Vec::new())).unwrap_err().cause(), Some("column no. 0 is not there"));
}

#[test]
fn a_null_knows_its_type() {
    assert_eq!(Arg::from(None::<Weather>), Arg::Text(None));
    assert_eq!(Arg::from(&None::<i64>), Arg::Int(None));
    assert_eq!(Arg::from(Some(&Name("A".into()))), Arg::from("A"));
}
