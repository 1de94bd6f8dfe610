//! Request bodies: read late (after the caller and the row are known), with limit and deadline, checked against the
//! schema of the document, then given to the handler as its type with every fault of form, and mended there, so that
//! what its values mean is judged as well.

use super::{
    Info, Request, json,
    mend::mend,
    openapi::{BodyDoc, BodySchema, Components, Documented, OperationDoc, validator},
    schema_faults::faults,
};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, MAX_FAULTS, Result};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::{
        Method,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Ready, marker::PhantomData, time::Duration};
use utoipa::ToSchema;

/// The largest JSON body, in bytes.
pub const MAX_BODY: usize = 1 << 20;
/// How long a body may take to arrive, in seconds.
pub const BODY_SECONDS: u64 = 15;

/// A JSON body that is read when the handler asks for it.
pub struct Json<T> {
    payload: Payload,
    of: PhantomData<T>,
}

/// Checks that a body is empty or `{}`, which is what an act without members takes.
pub async fn refuse_members(request: &Request, payload: Payload) -> Result<()> {
    let bytes = receive(request.http(), payload, &["application/json"]).await?;
    let body = json::parse(if bytes.is_empty() { b"{}" } else { &bytes })?;
    let mut faults = Faults::new();
    match &body {
        Value::Object(members) => members.keys().take(MAX_FAULTS).for_each(|name| {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            faults.push(Fault::new(pointer, FaultCode::UnknownMember).with("name", name));
        }),
        _ => faults.push(Fault::of_type("", ["object"])),
    }
    faults.check()
}

/// A body that was read. Where its form is at fault it says something else there than what was sent: it is good for
/// nothing but to be judged until its faults are checked.
#[derive(Debug, Default)]
#[must_use = "a body is good once its faults are checked"]
pub struct Body<T> {
    pub value: T,
    /// The faults of its form; the rules add what they find.
    pub faults: Faults,
}

/// The names of the members that a body has.
#[derive(Debug)]
pub struct Given(Vec<String>);

impl Given {
    /// Whether the body has this member, be it null.
    pub fn mentions(&self, name: &str) -> bool {
        self.0.iter().any(|given| given == name)
    }
}

impl<T: ToSchema + DeserializeOwned + 'static> Json<T> {
    /// Reads the body; an empty one counts as `{}`, which acts without members accept.
    pub async fn read(self, request: &Request) -> Result<Body<T>> {
        read_part(self.value(request).await?)
    }

    /// Reads the body, and which members it has: where null says something else than nothing.
    pub async fn read_given(self, request: &Request) -> Result<(Body<T>, Given)> {
        let value = self.value(request).await?;
        let given = value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect();
        Ok((read_part(value)?, Given(given)))
    }

    async fn value(self, request: &Request) -> Result<Value> {
        let bytes = receive(request.http(), self.payload, &["application/json"]).await?;
        json::parse(if bytes.is_empty() { b"{}" } else { &bytes })
    }
}

impl<T> Body<T> {
    /// The body, of which nothing more is to be judged; 422 where anything is at fault.
    pub fn checked(self) -> Result<T> {
        self.faults.check().map(|()| self.value)
    }

    /// The body, once its rules have been asked; 422 where anything is at fault.
    pub fn judged(mut self, judge: impl FnOnce(&T, &mut Faults)) -> Result<T> {
        judge(&self.value, &mut self.faults);
        self.checked()
    }
}

impl<T> From<T> for Body<T> {
    /// What is known to be of the right form.
    fn from(value: T) -> Self {
        Self { value, faults: Faults::new() }
    }
}

/// Reads a part of a body as a type of its own, checked as a body of its own would be.
pub fn read_part<T: ToSchema + DeserializeOwned + 'static>(part: Value) -> Result<Body<T>> {
    let schema = validator::<T>();
    let form = faults(&part, &schema.validator);
    let value = decode(part, &schema, &form)?;
    Ok(Body { value, faults: Faults::of_form(form) })
}

/// A value as its type, mended at these faults of its form; 422 with them where nothing is left to be judged.
pub(super) fn decode<T: DeserializeOwned>(mut value: Value, schema: &BodySchema, form: &[Fault]) -> Result<T> {
    if form.is_empty() {
        return serde_json::from_value(value).map_err(|error| {
            Error::fault("", FaultCode::Invalid).because(format!("schema and type differ: {error}"))
        });
    }
    let mended = mend(&mut value, schema, form).then(|| serde_json::from_value(value).ok()).flatten();
    mended.ok_or_else(|| Error::invalid(form.to_vec()))
}

/// Reads the body before the handler, for whoever judges the request by it.
pub async fn read_ahead(request: &mut ServiceRequest) -> Result<Bytes> {
    let payload = request.take_payload();
    let body = drain(request.request(), payload).await?;
    Info::of(request.request()).keep_body(body.clone());
    Ok(body)
}

/// Receives the raw body: as it was read ahead, else from the connection.
pub(super) async fn receive(request: &HttpRequest, payload: Payload, expected: &[&str]) -> Result<Bytes> {
    let bytes = match Info::of(request).raw_body() {
        Some(bytes) => bytes,
        None => drain(request, payload).await?,
    };
    if !bytes.is_empty() {
        check_media_type(request, expected)?;
    }
    Ok(bytes)
}

/// Reads a payload to its end, within size and time.
async fn drain(request: &HttpRequest, mut payload: Payload) -> Result<Bytes> {
    let too_large = || Error::new(Code::ContentTooLarge).with("max", MAX_BODY);
    let declared =
        request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MAX_BODY) {
        return Err(too_large());
    }
    let read = async {
        let mut bytes = BytesMut::with_capacity(declared.unwrap_or(0));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| Error::new(Code::BadRequest).because(error))?;
            if bytes.len() + chunk.len() > MAX_BODY {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(Duration::from_secs(BODY_SECONDS), read)
        .await
        .unwrap_or_else(|_| Err(Error::new(Code::RequestTimeout).with("seconds", BODY_SECONDS)))
}

fn check_media_type(request: &HttpRequest, expected: &[&str]) -> Result<()> {
    let wrong = || {
        let error = Error::new(Code::UnsupportedMediaType).with("expected", format!("{} in UTF-8", expected[0]));
        match request.method() {
            &Method::PATCH => error.header("Accept-Patch", expected[0]),
            _ => error,
        }
    };
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(wrong)?;
    let mut parts = sent.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let utf8 = parts.all(|part| {
        let part = part.to_ascii_lowercase().replace('"', "");
        !part.starts_with("charset=") || part == "charset=utf-8"
    });
    let encoded = request
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if expected.contains(&essence.as_str()) && utf8 && !encoded { Ok(()) } else { Err(wrong()) }
}

impl<T: 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { payload: payload.take(), of: PhantomData }))
    }
}

impl<T: ToSchema + 'static> Documented for Json<T> {
    const READS_BODY: bool = true;
    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let schema = components.reference::<T>();
        operation.body = Some(BodyDoc { media_type: "application/json", schema });
    }
}
