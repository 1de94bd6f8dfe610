//! What a schema finds wrong with a body, in our words.

use crate::kernel::error::{Fault, FaultCode, MAX_FAULTS};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

/// Every fault that the schema finds, in our words.
pub fn faults(value: &Value, schema: &Validator) -> Vec<Fault> {
    let mut faults = Vec::new();
    for error in schema.iter_errors(value).take(MAX_FAULTS) {
        add(&mut faults, &error);
    }
    one_by_cause(&mut faults);
    faults
}

/// A text that is too short has no form either, what is no e-mail address has characters that none has, and what is no
/// text is no word: of these the first is told.
fn one_by_cause(faults: &mut Vec<Fault>) {
    const CAUSES: [FaultCode; 5] = [
        FaultCode::WrongType,
        FaultCode::TooShort,
        FaultCode::InvalidFormat,
        FaultCode::InvalidCharacters,
        FaultCode::UnknownValue,
    ];
    let told: Vec<(String, FaultCode)> = faults.iter().map(|fault| (fault.pointer.clone(), fault.code)).collect();
    faults.retain(|fault| {
        let place = CAUSES.iter().position(|code| *code == fault.code).unwrap_or(0);
        !told.iter().any(|(pointer, code)| *pointer == fault.pointer && CAUSES[..place].contains(code))
    });
}

fn add(faults: &mut Vec<Fault>, error: &ValidationError<'_>) {
    use ValidationErrorKind as Kind;
    let at = error.instance_path().to_string();
    let fault = |code| Fault::new(at.clone(), code);
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match error.kind() {
        Kind::Required { property } => {
            faults.push(Fault::new(below(property.as_str().unwrap_or_default()), FaultCode::Required));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                faults.push(Fault::new(below(name), FaultCode::UnknownMember).with("name", name));
            }
        }
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => none_of(faults, error, context),
        Kind::Type { .. } if error.instance().is_null() => faults.push(fault(FaultCode::NotNullable)),
        // Null is no word either, but that has been said.
        Kind::Enum { .. } if error.instance().is_null() => {}
        Kind::Type { kind } => {
            faults.push(Fault::of_type(at, expected_type(kind).split(" | ")));
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
        Kind::Pattern { pattern } => faults.push(Fault::of_pattern(at, pattern)),
        Kind::Format { format } => faults.push(Fault::of_format(at, format)),
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

/// None of several forms: the faults are those of the form that is meant. Of "this or null" that is "this"; of objects
/// that a member tells apart it is the one whose word is there.
fn none_of(faults: &mut Vec<Fault>, error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) {
    use ValidationErrorKind as Kind;
    let here = |e: &ValidationError<'_>| e.instance_path() == error.instance_path();
    let is_null = |e: &ValidationError<'_>| {
        here(e) && matches!(e.kind(), Kind::Type { kind } if expected_type(kind) == "null")
    };
    let forms: Vec<_> = context.iter().filter(|errors| !errors.iter().any(is_null)).collect();
    let word_of = |errors: &[ValidationError<'static>]| {
        errors.iter().find_map(|e| match e.kind() {
            Kind::Enum { options } => options
                .as_array()
                .filter(|words| words.len() == 1 && !here(e))
                .map(|words| (e.instance_path().to_string(), word(&words[0]))),
            _ => None,
        })
    };
    let lacks = |name: &Value, errors: &[ValidationError<'static>]| {
        errors.iter().any(|e| here(e) && matches!(e.kind(), Kind::Required { property } if property == name))
    };
    let others: Vec<_> = forms.iter().filter_map(|errors| word_of(errors)).collect();
    match forms.as_slice() {
        [only] if !only.is_empty() => only.iter().for_each(|error| add(faults, error)),
        [first, rest @ ..] if !rest.is_empty() && others.is_empty() => {
            // The member that tells them apart is not there, or this is no object at all.
            let shared = first.iter().filter(|e| match e.kind() {
                Kind::Required { property } => rest.iter().all(|errors| lacks(property, errors)),
                kind => matches!(kind, Kind::Type { .. }) && here(e),
            });
            shared.for_each(|error| add(faults, error));
        }
        [_, _, ..] if others.len() == forms.len() => {
            let words: Vec<&str> = others.iter().map(|(_, word)| word.as_str()).collect();
            let fault = Fault::new(others[0].0.clone(), FaultCode::UnknownValue);
            faults.push(fault.with("allowed", words.join(", ")));
        }
        forms => match forms.iter().find(|errors| word_of(errors).is_none()) {
            Some(meant) if !meant.is_empty() => meant.iter().for_each(|error| add(faults, error)),
            _ => faults.push(Fault::new(error.instance_path().to_string(), FaultCode::Invalid)),
        },
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
