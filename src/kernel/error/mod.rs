//! The one error of the project: a stable code, what to say about it, and how it travels (RFC 9457).
//! Texts live in the catalogue; nothing a caller reads names a table, file, crate or type.

mod catalogue;
mod details;
mod fault;
mod faults;
mod problem;
mod words;

pub use catalogue::{Code, FaultCode};
pub use details::{Blocker, Details, ProblemReference};
pub use fault::{Fault, MAX_FAULTS};
pub use faults::Faults;
pub use problem::{PROBLEM_JSON, Problem, ProblemFault};
pub use words::pattern_in_words;

use std::fmt;

/// Why a request was refused, or what broke. Built with [`Error::new`] and the `with` calls; rendered once, in `http`.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    params: Vec<Place>,
    faults: Vec<Fault>,
    details: Details,
    headers: Vec<(&'static str, String)>,
    cause: Option<String>,
    replay: Option<Replay>,
}

/// A stored first answer, given again for a repeated `Idempotency-Key`.
#[derive(Debug, Clone)]
pub struct Replay {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A place in a sentence and what stands there in English and in German.
pub(crate) type Place = (&'static str, String, String);

/// What everything fallible gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A problem with this code; its texts come from the catalogue.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            params: Vec::new(),
            faults: Vec::new(),
            details: Details::default(),
            headers: Vec::new(),
            cause: None,
            replay: None,
        }))
    }

    /// The refusal of an act that is not possible in this status, with those that are.
    pub fn not_possible<A: fmt::Display>(action: A, status: impl fmt::Display, allowed: Vec<A>) -> Self {
        Self::new(Code::ActionNotAllowed).with("action", action).with("status", status).allowed_actions(allowed)
    }

    /// Fills `{name}` in the catalogue's sentence.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        self.0.params.push((name, value.clone(), value));
        self
    }

    /// Fills `{name}` with words that differ by language: English, German.
    pub fn with_both(mut self, name: &'static str, english: impl Into<String>, german: impl Into<String>) -> Self {
        self.0.params.push((name, english.into(), german.into()));
        self
    }

    /// Tells the caller to try again after this many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("Retry-After", seconds)
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.0.headers.push((name, value.to_string()));
        self
    }

    /// Something of ours broke: a 500 that says nothing outside and `cause` once in the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::InternalError).because(cause)
    }

    /// What to write to the log.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// 422 with every fault found, in the order of their pointers.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let mut error = Self::new(Code::ValidationFailed);
        error.0.faults = fault::in_order(faults);
        error
    }

    /// 422 with one fault.
    pub fn fault(pointer: impl Into<String>, code: FaultCode) -> Self {
        Self::invalid(vec![Fault::new(pointer, code)])
    }

    /// The same refusal of a part of a body: its faults are found below this pointer.
    pub fn below(mut self, pointer: &str) -> Self {
        self.0.faults.iter_mut().for_each(|fault| fault.pointer.insert_str(0, pointer));
        self
    }

    /// The same refusal, its faults at members that were sent: of two that do not fit, at the one that is there.
    pub fn told_at(mut self, is_sent: impl Fn(&str) -> bool) -> Self {
        self.0.faults = fault::in_order(self.0.faults.into_iter().map(|fault| fault.told_at(&is_sent)).collect());
        self
    }

    /// The same refusal where a body refers to the record: what is not there is a fault at this pointer.
    pub fn as_reference(self, pointer: &str) -> Self {
        match self.code() {
            Code::NotFound => Self::fault(pointer, FaultCode::ReferenceNotFound),
            _ => self,
        }
    }

    /// 404: there is nothing here for this caller.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// The first answer of a repeated request, to be given again.
    pub fn replay(stored: Replay) -> Self {
        let mut error = Self::new(Code::InternalError);
        error.0.replay = Some(stored);
        error
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.0.headers
    }

    pub fn stored_answer(&self) -> Option<&Replay> {
        self.0.replay.as_ref()
    }

    fn params(&self) -> &[Place] {
        &self.0.params
    }

    fn details(&self) -> &Details {
        &self.0.details
    }

    fn details_mut(&mut self) -> &mut Details {
        &mut self.0.details
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())?;
        for fault in &self.0.faults {
            write!(f, " [{} {}]", fault.pointer, fault.code.as_str())?;
        }
        self.0.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> actix_web::http::StatusCode {
        actix_web::http::StatusCode::from_u16(self.0.code.status()).unwrap_or_default()
    }

    /// Only the status: the frame, which knows the request, makes the problem document.
    fn error_response(&self) -> actix_web::HttpResponse {
        actix_web::HttpResponse::new(self.status_code())
    }
}
