//! Links in the document: from what makes an object to what can be done with it.

use super::build::path_parameters;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// From a create to what can be done with what it made: reads, changes, acts and what is within it.
pub fn links(paths: &mut Map<String, Value>) {
    let operations: BTreeMap<(String, String), String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().filter_map(move |(method, operation)| {
                Some(((path.clone(), method.clone()), operation["operationId"].as_str()?.to_owned()))
            })
        })
        .collect();
    for (path, item) in paths.iter_mut() {
        let Some(created) = item.get_mut("post").and_then(|post| post["responses"].get_mut("201")) else {
            continue;
        };
        let child = operations.keys().map(|(path, _)| path).find(|other| {
            other
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.starts_with("/{") && !rest[1..].contains('/'))
        });
        let Some(child) = child else { continue };
        let Some(name) = path_parameters(child).last() else { continue };
        let mut given = Map::new();
        for parent in path_parameters(path) {
            given.insert(parent.to_owned(), json!(format!("$request.path.{parent}")));
        }
        given.insert(name.to_owned(), json!("$response.body#/id"));
        let links: Map<String, Value> = operations
            .iter()
            .filter(|((path, _), _)| is_of(path, child))
            .map(|(_, operation)| (operation.clone(), json!({"operationId": operation, "parameters": given})))
            .collect();
        created["links"] = Value::Object(links);
    }
}

/// Whether an address is that of the object or of an act or list within it.
fn is_of(path: &str, object: &str) -> bool {
    path.strip_prefix(object).is_some_and(|rest| (rest.is_empty() || rest.starts_with('/')) && !rest.contains('{'))
}
