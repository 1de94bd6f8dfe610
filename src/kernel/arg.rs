//! The seven kinds of value that a column holds, as arguments of a statement.

use super::Timestamp;
use chrono::NaiveDate;
use uuid::Uuid;

/// A typed argument of a statement. It knows its type even when it is null, so that one text binds on every engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Instant(Option<Timestamp>),
    Date(Option<NaiveDate>),
    Bytes(Option<Vec<u8>>),
}

/// What can be an argument, borrowed too.
pub trait ToArg {
    /// The argument that stands for none.
    const NULL: Arg;

    fn arg(&self) -> Arg;

    /// Like [`ToArg::arg`], of a value that is not needed any more.
    fn into_arg(self) -> Arg
    where
        Self: Sized,
    {
        self.arg()
    }
}

impl<T: ToArg> From<T> for Arg {
    fn from(value: T) -> Arg {
        value.into_arg()
    }
}

impl<T: ToArg + ?Sized> ToArg for &T {
    const NULL: Arg = T::NULL;
    fn arg(&self) -> Arg {
        T::arg(self)
    }
}

impl<T: ToArg> ToArg for Option<T> {
    const NULL: Arg = T::NULL;
    fn arg(&self) -> Arg {
        self.as_ref().map_or(T::NULL, T::arg)
    }
    fn into_arg(self) -> Arg {
        self.map_or(T::NULL, T::into_arg)
    }
}

macro_rules! args {
    ($($type:ty => $kind:ident $owned:expr;)+) => {$(
        impl ToArg for $type {
            const NULL: Arg = Arg::$kind(None);
            fn arg(&self) -> Arg {
                Arg::$kind(Some($owned(self)))
            }
        }
    )+};
}

args! {
    Uuid => Uuid Uuid::clone;
    str => Text str::to_owned;
    i64 => Int i64::clone;
    i32 => Int |n: &i32| i64::from(*n);
    bool => Bool bool::clone;
    Timestamp => Instant Timestamp::clone;
    NaiveDate => Date NaiveDate::clone;
    [u8] => Bytes <[u8]>::to_vec;
}

impl ToArg for String {
    const NULL: Arg = str::NULL;
    fn arg(&self) -> Arg {
        self.as_str().arg()
    }
    fn into_arg(self) -> Arg {
        Arg::Text(Some(self))
    }
}

impl ToArg for Vec<u8> {
    const NULL: Arg = <[u8]>::NULL;
    fn arg(&self) -> Arg {
        self.as_slice().arg()
    }
    fn into_arg(self) -> Arg {
        Arg::Bytes(Some(self))
    }
}
