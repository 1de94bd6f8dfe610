//! What a schema finds wrong with a body, in our words.

use crate::kernel::error::{Fault, FaultCode, Faults};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

/// How many faults are told at once.
pub const MAX_FAULTS: usize = 100;

/// Every fault that the schema finds, in our words.
pub fn faults(value: &Value, schema: &Validator) -> Faults {
    let mut faults = Faults::new();
    for error in schema.iter_errors(value).take(MAX_FAULTS) {
        add(&mut faults, &error);
    }
    faults
}

fn add(faults: &mut Faults, error: &ValidationError<'_>) {
    use ValidationErrorKind as Kind;
    let at = error.instance_path().to_string();
    let fault = |code| Fault::new(at.clone(), code);
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match error.kind() {
        Kind::Required { property } => {
            faults.add(below(property.as_str().unwrap_or_default()), FaultCode::Required);
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                faults.push(Fault::new(below(name), FaultCode::UnknownMember).with("name", name));
            }
        }
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => nullable(faults, error, context),
        Kind::Type { .. } if error.instance().is_null() => faults.push(fault(FaultCode::NotNullable)),
        // Null is no word either, but that has been said.
        Kind::Enum { .. } if error.instance().is_null() => {}
        Kind::Type { kind } => {
            let expected = expected_type(kind);
            faults.push(fault(FaultCode::WrongType).with("expected", expected));
        }
        Kind::MinLength { limit } => faults.push(fault(FaultCode::TooShort).with("min", limit)),
        Kind::MaxLength { limit } => faults.push(fault(FaultCode::TooLong).with("max", limit)),
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            faults.push(fault(FaultCode::TooSmall).with("min", limit));
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            faults.push(fault(FaultCode::TooLarge).with("max", limit));
        }
        Kind::MinItems { limit } => faults.push(fault(FaultCode::TooFew).with("min", limit)),
        Kind::MaxItems { limit } => faults.push(fault(FaultCode::TooMany).with("max", limit)),
        Kind::UniqueItems => faults.push(fault(FaultCode::Duplicate)),
        Kind::Pattern { pattern } => faults.push(fault(FaultCode::InvalidCharacters).with("pattern", pattern)),
        Kind::Format { format } => faults.push(fault(FaultCode::InvalidFormat).with("format", format)),
        Kind::Enum { options } => {
            let words = options.as_array().map(|words| words.iter().map(word).collect::<Vec<_>>().join(", "));
            faults.push(fault(FaultCode::UnknownValue).with("allowed", words.unwrap_or_default()));
        }
        Kind::Constant { expected_value } => {
            faults.push(fault(FaultCode::UnknownValue).with("allowed", word(expected_value)));
        }
        _ => faults.push(fault(FaultCode::Invalid)),
    }
}

/// A nullable reference is "this or null": the faults are those of "this".
fn nullable(faults: &mut Faults, error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) {
    let branch = context.iter().find(|errors| {
        !errors.iter().any(|e| {
            e.instance_path() == error.instance_path()
                && matches!(e.kind(), ValidationErrorKind::Type { kind } if expected_type(kind) == "null")
        })
    });
    match branch {
        Some(errors) if !errors.is_empty() => errors.iter().for_each(|error| add(faults, error)),
        _ => faults.add(error.instance_path().to_string(), FaultCode::Invalid),
    }
}

fn expected_type(kind: &jsonschema::error::TypeKind) -> String {
    match kind {
        jsonschema::error::TypeKind::Single(kind) => kind.to_string(),
        jsonschema::error::TypeKind::Multiple(kinds) => {
            kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" | ")
        }
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
