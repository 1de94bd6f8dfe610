//! Request bodies: read late (after the caller and the row are known), with limit and deadline, checked against the
//! schema of the document with every fault at once, then given to the handler as its type.

use super::{
    Info, Request, json,
    openapi::{BodyDoc, Components, Documented, OperationDoc, patch_validator, upsert_validator, validator},
    schema_faults::{MAX_FAULTS, faults},
};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{ExternalRef, ExternalSource};
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
use jsonschema::Validator;
use serde::{Serialize, de::DeserializeOwned};
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
        _ => faults.push(Fault::new("", FaultCode::WrongType).with("expected", "object")),
    }
    faults.check()
}

/// A merge-patch (RFC 7396) on `T`, read when the handler asks for it.
pub struct MergePatch<T> {
    payload: Payload,
    of: PhantomData<T>,
}

/// The body of find-or-create: merged into what stands, or into nothing when it is new.
pub struct Upsert<T>(MergePatch<T>);

/// What a merge-patch can change: the same members as a new one has, but those that are fixed at birth.
pub trait Patchable: ToSchema + Serialize + DeserializeOwned + 'static {
    /// The name of the patch's schema.
    const PATCH: &'static str;
    /// Members that cannot be changed afterwards.
    const FIXED: &'static [&'static str] = &[];
}

/// A merge-patch that was read and is well formed.
pub struct Changes<T> {
    patch: Value,
    of: PhantomData<T>,
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
    pub async fn read(self, request: &Request) -> Result<T> {
        typed(self.value(request).await?, &validator::<T>())
    }

    /// Reads the body; `judge` says beside the faults of its form what else can be told of it.
    pub async fn read_judged(self, request: &Request, judge: impl FnOnce(&Value, &mut Faults)) -> Result<T> {
        read_part(self.value(request).await?, judge)
    }

    /// Reads the body, and which members it has: where null says something else than nothing.
    pub async fn read_given(self, request: &Request) -> Result<(T, Given)> {
        let value = self.value(request).await?;
        let given = value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect();
        Ok((typed(value, &validator::<T>())?, Given(given)))
    }

    async fn value(self, request: &Request) -> Result<Value> {
        let bytes = receive(request.http(), self.payload, &["application/json"]).await?;
        json::parse(if bytes.is_empty() { b"{}" } else { &bytes })
    }
}

impl<T: Patchable> MergePatch<T> {
    /// Reads the patch and checks its form.
    pub async fn read(self, request: &Request) -> Result<Changes<T>> {
        self.checked(request, &patch_validator::<T>()).await
    }

    async fn checked(self, request: &Request, schema: &Validator) -> Result<Changes<T>> {
        let expected = ["application/merge-patch+json", "application/json"];
        let patch = json::parse(&receive(request.http(), self.payload, &expected).await?)?;
        check(&patch, schema)?;
        Ok(Changes { patch, of: PhantomData })
    }
}

impl<T: Patchable> Upsert<T> {
    /// Reads the body and checks its form.
    pub async fn read(self, request: &Request) -> Result<Changes<T>> {
        self.0.checked(request, &upsert_validator::<T>()).await
    }
}

impl<T: Patchable> Changes<T> {
    /// A merge-patch that is a part of a body.
    pub fn of_part(patch: Value) -> Result<Self> {
        check(&patch, &patch_validator::<T>())?;
        Ok(Self { patch, of: PhantomData })
    }

    /// The new object, when there is none to change.
    pub fn create(&self) -> Result<T> {
        let mut target = Value::Object(Default::default());
        json::merge(&mut target, &self.patch);
        typed(target, &validator::<T>())
    }

    /// The object as it is to be after the patch, checked as a whole.
    pub fn apply(&self, current: &T) -> Result<T> {
        let before = serde_json::to_value(current).map_err(Error::internal)?;
        let mut target = before.clone();
        json::merge(&mut target, &self.patch);
        // What stands was judged when it was said, by the bounds of then.
        let mut faults = faults(&target, &validator::<T>());
        faults.retain(|fault| target.pointer(&fault.pointer) != before.pointer(&fault.pointer));
        faults.check()?;
        let merged: T = decode(target)?;
        // Compared as they are stored: an id may be sent in upper case.
        let after = serde_json::to_value(&merged).map_err(Error::internal)?;
        let mut fixed = Faults::new();
        for name in T::FIXED.iter().filter(|name| self.mentions(name) && after.get(**name) != before.get(**name)) {
            fixed.add(format!("/{name}"), FaultCode::Immutable);
        }
        fixed.check().map(|()| merged)
    }

    /// With the reference that the address names, whatever the patch says of it.
    pub fn for_reference(mut self, source: &ExternalSource, reference: &ExternalRef) -> Self {
        if let Some(members) = self.patch.as_object_mut() {
            members.insert("external_source".to_owned(), source.0.as_str().into());
            members.insert("external_ref".to_owned(), reference.0.as_str().into());
        }
        self
    }

    /// The same refusal, told at members that the patch has: of two that do not fit, the one that was sent.
    pub fn at_sent(&self, error: Error) -> Error {
        error.told_at(|name| self.mentions(name))
    }

    /// What the patch says at a place (RFC 6901).
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.patch.pointer(pointer)
    }

    /// Whether the patch speaks of a member.
    pub fn mentions(&self, name: &str) -> bool {
        self.patch.get(name).is_some()
    }
}

/// Reads a part of a body as a type of its own, checked as a body of its own would be; `judge` says beside the faults of
/// its form what else can be told of it.
pub fn read_part<T: ToSchema + DeserializeOwned + 'static>(
    part: Value,
    judge: impl FnOnce(&Value, &mut Faults),
) -> Result<T> {
    let mut faults = faults(&part, &validator::<T>());
    // A body of the right form is judged whole by the act.
    if !faults.is_empty() {
        judge(&part, &mut faults);
    }
    faults.check()?;
    decode(part)
}

fn check(value: &Value, schema: &Validator) -> Result<()> {
    faults(value, schema).check()
}

fn typed<T: DeserializeOwned>(value: Value, schema: &Validator) -> Result<T> {
    check(&value, schema)?;
    decode(value)
}

fn decode<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| Error::fault("", FaultCode::Invalid).because(format!("schema and type differ: {error}")))
}

/// Reads the body before the handler, for whoever judges the request by it.
pub async fn read_ahead(request: &mut ServiceRequest) -> Result<Bytes> {
    let payload = request.take_payload();
    let body = drain(request.request(), payload).await?;
    Info::of(request.request()).keep_body(body.clone());
    Ok(body)
}

/// Receives the raw body: as it was read ahead, else from the connection.
async fn receive(request: &HttpRequest, payload: Payload, expected: &[&str]) -> Result<Bytes> {
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

impl<T: 'static> FromRequest for MergePatch<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { payload: payload.take(), of: PhantomData }))
    }
}

impl<T: 'static> FromRequest for Upsert<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(MergePatch { payload: payload.take(), of: PhantomData })))
    }
}

impl<T: Patchable> Documented for Upsert<T> {
    const READS_BODY: bool = true;
    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let schema = components.upsert::<T>();
        operation.body = Some(BodyDoc { media_type: "application/json", schema });
    }
}

impl<T: ToSchema + 'static> Documented for Json<T> {
    const READS_BODY: bool = true;
    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let schema = components.reference::<T>();
        operation.body = Some(BodyDoc { media_type: "application/json", schema });
    }
}

impl<T: Patchable> Documented for MergePatch<T> {
    const READS_BODY: bool = true;
    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let schema = components.patch::<T>();
        operation.body = Some(BodyDoc { media_type: "application/merge-patch+json", schema });
    }
}
