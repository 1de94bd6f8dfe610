//! Merge-patches (RFC 7396) on what stands, and find-or-create: read as bodies are, laid over what they change, and
//! judged as the whole that results.

use super::{
    Request,
    body::{Body, decode, receive},
    json,
    mend::mend,
    openapi::{
        BodyDoc, BodySchema, Components, Documented, OperationDoc, patch_validator, upsert_validator, validator,
    },
    schema_faults::faults,
};
use crate::kernel::error::{Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{ExternalRef, ExternalSource};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{future::Ready, marker::PhantomData};
use utoipa::ToSchema;

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

/// A merge-patch that was read. What is at fault in its form it leaves as it stands.
pub struct Changes<T> {
    patch: Value,
    form: Vec<Fault>,
    of: PhantomData<T>,
}

impl<T: Patchable> MergePatch<T> {
    /// Reads the patch and checks its form.
    pub async fn read(self, request: &Request) -> Result<Changes<T>> {
        self.checked(request, &patch_validator::<T>()).await
    }

    async fn checked(self, request: &Request, schema: &BodySchema) -> Result<Changes<T>> {
        let expected = ["application/merge-patch+json", "application/json"];
        Changes::new(json::parse(&receive(request.http(), self.payload, &expected).await?)?, schema)
    }
}

impl<T: Patchable> Upsert<T> {
    /// Reads the body and checks its form.
    pub async fn read(self, request: &Request) -> Result<Changes<T>> {
        self.0.checked(request, &upsert_validator::<T>()).await
    }
}

impl<T: Patchable> Changes<T> {
    fn new(mut patch: Value, schema: &BodySchema) -> Result<Self> {
        let form = faults(&patch, &schema.validator);
        if !form.is_empty() && !mend(&mut patch, schema, &form) {
            return Err(Error::invalid(form));
        }
        Ok(Self { patch, form, of: PhantomData })
    }

    /// A merge-patch that is a part of a body.
    pub fn of_part(patch: Value) -> Result<Self> {
        Self::new(patch, &patch_validator::<T>())
    }

    /// The refusal of a patch whose form is at fault, as far as that is known without what it changes.
    pub fn refusal(&self) -> Option<Error> {
        Faults::of_form(self.form.clone()).refusal()
    }

    /// The new object, when there is none to change.
    pub fn create(&self) -> Result<Body<T>> {
        let mut target = Value::Object(Default::default());
        json::merge(&mut target, &self.patch);
        let schema = validator::<T>();
        let found = faults(&target, &schema.validator);
        Ok(Body { value: decode(target, &schema, &found)?, faults: self.faults(found) })
    }

    /// The object as it is to be after the patch, checked as a whole.
    pub fn apply(&self, current: &T) -> Result<Body<T>> {
        let before = serde_json::to_value(current).map_err(Error::internal)?;
        let merged = || {
            let mut target = before.clone();
            json::merge(&mut target, &self.patch);
            target
        };
        let (target, schema) = (merged(), validator::<T>());
        let mut found = faults(&target, &schema.validator);
        // What stands was judged when it was said, by the bounds of then.
        found.retain(|fault| {
            let at = match fault.code {
                FaultCode::Required => fault.pointer.rsplit_once('/').map_or("", |(object, _)| object),
                _ => &fault.pointer,
            };
            target.pointer(at) != before.pointer(at)
        });
        let mut value: T = decode(target, &schema, &found)?;
        // Compared as they are stored: an id may be sent in upper case.
        let after = serde_json::to_value(&value).map_err(Error::internal)?;
        let is_changed = |name: &&&str| self.mentions(name) && after.get(**name) != before.get(**name);
        let fixed: Vec<&str> = T::FIXED.iter().filter(is_changed).copied().collect();
        if !fixed.is_empty() {
            // The rest is judged beside what stays.
            let mut target = merged();
            fixed.iter().for_each(|name| target[*name] = before[*name].clone());
            value = decode(target, &schema, &found)?;
            // Of one whose form is at fault it is not known what it wants to say.
            let is_at_fault = |name: &str| {
                found.iter().any(|fault| fault.pointer.split('/').nth(1).is_some_and(|member| member == name))
            };
            let told: Vec<Fault> = fixed
                .iter()
                .filter(|name| !is_at_fault(name))
                .map(|name| Fault::new(format!("/{name}"), FaultCode::Immutable))
                .collect();
            found.extend(told);
        }
        Ok(Body { value, faults: self.faults(found) })
    }

    /// The faults of the patch, with those that its form alone does not show.
    fn faults(&self, mut found: Vec<Fault>) -> Faults {
        found.retain(|fault| !self.form.iter().any(|form| fault.follows_from(form)));
        Faults::of_form([self.form.clone(), found].concat())
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

impl<T: Patchable> Documented for MergePatch<T> {
    const READS_BODY: bool = true;
    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        let schema = components.patch::<T>();
        operation.body = Some(BodyDoc { media_type: "application/merge-patch+json", schema });
    }
}
