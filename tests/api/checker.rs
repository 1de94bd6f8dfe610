//! The contract checker itself, held against a tiny document and a server that says what it is told to.

use crate::{
    client::{Reply, TestClient},
    contract::{Contract, Exchange},
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
};

fn contract() -> Arc<Contract> {
    Contract::new(json!({
        "openapi": "3.1.0",
        "paths": {
            "/cats/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/Lang" }],
                "get": {
                    "parameters": [{ "name": "expand", "in": "query" }],
                    "responses": {
                        "200": {
                            "headers": { "ETag": { "required": true, "schema": { "type": "string", "minLength": 3 } },
                                         "Age": { "schema": { "type": "integer", "maximum": 9 } } },
                            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Cat" } } } },
                        "404": { "$ref": "#/components/responses/Problem" } } },
                "patch": {
                    "requestBody": { "content": { "application/merge-patch+json": {
                        "schema": { "$ref": "#/components/schemas/CatPatch" } } } },
                    "responses": { "204": { "description": "Changed." } } },
                "put": { "responses": { "204": { "description": "Kept." } } },
                "delete": { "responses": { "204": { "description": "Gone." } } } },
            "/cats/count": { "get": { "responses": { "200": { "content": { "application/json": {
                "schema": { "type": "integer" } } } } } } },
            "/cats/{id}.ics": { "get": { "responses": { "200": { "content": { "text/calendar": {} } } } } },
            "/cats": { "post": { "responses": { "201": { "description": "Made." } } } } },
        "components": {
            "parameters": { "Lang": { "name": "lang", "in": "query" } },
            "responses": { "Problem": { "content": { "application/problem+json": {
                "schema": { "type": "object", "required": ["code"] } } } } },
            "schemas": {
                "Cat": { "type": "object", "required": ["id", "born_at", "mother"], "additionalProperties": false,
                         "properties": { "id": { "type": "string", "format": "uuid" },
                                         "born_at": { "type": "string", "format": "date-time" },
                                         "mother": { "oneOf": [{ "$ref": "#/components/schemas/Cat" },
                                                               { "type": "null" }] } } },
                "CatPatch": { "type": "object", "properties": { "name": { "type": "string", "maxLength": 5 } } } } }
    }))
}

fn cat() -> Value {
    json!({ "id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "born_at": "2026-03-01T09:00:00Z", "mother": null })
}

/// The faults of a reply to GET with this body.
fn judged(path: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Vec<String> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query.split('&').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let body = body.as_bytes();
    contract().faults(&Exchange { method: "GET", path, query, sent: None, status, headers: &headers, body })
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
const ETAG: (&str, &str) = ("etag", "\"1-a\"");

#[test]
fn what_the_document_lists_passes() {
    assert!(judged("/cats/1?expand&lang", 200, &[JSON, ETAG, ("age", "3")], &cat().to_string()).is_empty());
    assert!(
        judged("/cats/1", 404, &[("Content-Type", "application/problem+json")], r#"{"code":"gone"}"#).is_empty()
    );
    assert!(judged("/cats/count", 200, &[JSON], "3").is_empty(), "literal segments win over templates");
    assert!(judged("/cats/1.ics", 200, &[("content-type", "text/calendar")], "BEGIN:VCALENDAR").is_empty());
}

#[test]
fn what_the_document_does_not_list_is_caught() {
    let whole = &cat().to_string();
    let mut wrong = cat();
    wrong["mother"] = json!({ "id": "x" });
    wrong["name"] = json!("Minka");
    wrong["born_at"] = json!("yesterday");
    let cases = [
        ("status", judged("/cats/1", 201, &[JSON, ETAG], whole)),
        ("path", judged("/dogs/1", 200, &[JSON, ETAG], whole)),
        ("query parameter", judged("/cats/1?color", 200, &[JSON, ETAG], whole)),
        ("header ETag is missing", judged("/cats/1", 200, &[JSON], whole)),
        ("Age : 12", judged("/cats/1", 200, &[JSON, ETAG, ("age", "12")], whole)),
        ("content type", judged("/cats/1", 200, &[("content-type", "text/html"), ETAG], whole)),
        ("not JSON", judged("/cats/1", 200, &[JSON, ETAG], "{")),
        ("date-time", judged("/cats/1", 200, &[JSON, ETAG], &wrong.to_string())),
        ("/mother", judged("/cats/1", 200, &[JSON, ETAG], &wrong.to_string())),
        ("name", judged("/cats/1", 200, &[JSON, ETAG], &wrong.to_string())),
    ];
    for (what, faults) in cases {
        assert!(faults.iter().any(|fault| fault.contains(what)), "{what} in {faults:?}");
    }
    assert!(judged("/cats/1?color", 400, &[], "").iter().all(|fault| !fault.contains("query")));
}

/// A server that gives one request this answer; its address.
fn answering(status: u16, headers: &'static str, body: impl ToString) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a spare port");
    let address = format!("http://{}", listener.local_addr().expect("the port of a listener"));
    let (body, length) = (body.to_string(), body.to_string().len());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("one request");
        // One read is enough: these requests are a few hundred bytes on the loopback.
        let _ = stream.read(&mut [0; 4096]).expect("the request");
        let head =
            format!("HTTP/1.1 {status} .\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).expect("the answer");
    });
    address
}

fn client(base_url: String) -> TestClient {
    TestClient::new(&base_url, contract()).with_bearer("secret")
}

const FOUND: &str = "content-type: application/json\r\netag: \"1-a\"\r\n";
const REFUSED: &str = "content-type: application/problem+json\r\n";

#[actix_web::test]
async fn every_method_is_judged() {
    let found =
        client(answering(200, FOUND, cat())).get("/cats/1?lang=de").bearer("other").send().await.expect(200);
    assert_eq!((found.json(), found.header("ETag")), (cat(), Some("\"1-a\"")));
    client(answering(200, FOUND, "")).request("HEAD", "/cats/1").send().await.expect(200);
    client(answering(204, "", "")).patch("/cats/1").json(&json!({ "name": "Minka" })).send().await.expect(204);
    client(answering(204, "", "")).put("/cats/1").header("if-match", "*").send().await.expect(204);
    client(answering(204, "", "")).delete("/cats/1").send().await.expect(204);
    client(answering(201, "", "")).post("/cats").body("text/plain", "Minka").send().await.expect(201);
    let calendar =
        client(answering(200, "content-type: text/calendar\r\n", "BEGIN")).get("/cats/1.ics").open().await;
    assert_eq!(calendar.text().await.unwrap(), "BEGIN");
}

#[actix_web::test]
#[should_panic = "does not list the status 200"]
async fn an_unlisted_status_fails_the_test() {
    client(answering(200, "", "")).delete("/cats/1").send().await;
}

#[actix_web::test]
#[should_panic = "accepted request /name"]
async fn an_accepted_body_beyond_the_documented_bounds_fails_the_test() {
    let body = json!({ "name": "Minka the Great" });
    client(answering(204, "", "")).patch("/cats/1").json(&body).send().await;
}

#[actix_web::test]
async fn an_undocumented_request_may_be_refused_with_a_whole_problem() {
    let problem = json!({ "type": "/docs/problems#not_found", "title": "Not found", "status": 404, "detail": "Look.",
        "instance": "/dogs", "code": "not_found", "request_id": "1" });
    let reply: Reply = client(answering(404, REFUSED, problem)).get("/dogs").undocumented().send().await;
    assert_eq!(reply.expect(404).json()["code"], "not_found");
}

#[actix_web::test]
#[should_panic = "the problem has no request_id"]
async fn an_undocumented_refusal_that_lacks_a_member_fails_the_test() {
    let problem =
        json!({ "type": "/", "title": "No", "status": 404, "detail": "No.", "instance": "/", "code": "no" });
    client(answering(404, REFUSED, problem)).get("/dogs").undocumented().send().await;
}
