//! Types of events: a slice declares its own as an enum, from which come the call that records one, the catalogue and
//! the document.

/// A type of event and what it tells.
#[derive(Debug)]
pub struct EventType {
    /// `<resource>.<past participle>`.
    pub name: &'static str,
    pub about: &'static str,
    /// The kind of resource it happens to.
    pub resource: &'static str,
    /// The schema of its `data`.
    pub data: &'static str,
}

/// One of a slice's types of events.
pub trait Event: Copy {
    fn name(self) -> &'static str;
}

/// Declares the events of one kind of resource. A name is never changed or taken away: others wait for it.
macro_rules! events {
    ($(#[doc = $doc:literal])+ $name:ident of $resource:literal $schema:literal {
        $($variant:ident = $text:literal $(of $other:literal $data:literal)? $about:literal;)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $(#[doc = $about] $variant),+ }

        impl $name {
            /// Each type with what it tells.
            pub const TYPES: &'static [$crate::platform::events::EventType] = &[$(
                $crate::platform::events::EventType {
                    name: $text,
                    about: $about,
                    resource: { let named = $resource; $(let _ = named; let named = $other;)? named },
                    data: { let named = $schema; $(let _ = named; let named = $data;)? named },
                }
            ),+];

            /// The name of the type.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl $crate::platform::events::Event for $name {
            fn name(self) -> &'static str {
                self.name()
            }
        }
    };
}
pub(crate) use events;

/// The names of the events that an operation raises.
macro_rules! raising {
    ($($event:expr),+ $(,)?) => { const { &[$($event.name()),+] } };
}
pub(crate) use raising;
