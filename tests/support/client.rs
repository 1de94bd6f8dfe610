//! The test client: a plain HTTP client whose every reply is held against the served document.

use super::contract::{Contract, Exchange};
use reqwest::{Method, Url, header};
use serde_json::Value;
use std::{panic::Location, sync::Arc};

/// Sends requests to one server, as one caller. Cheap to clone.
#[derive(Clone)]
pub struct TestClient {
    http: reqwest::Client,
    base: Url,
    contract: Arc<Contract>,
    bearer: Option<String>,
}

/// A request in the making.
pub struct Request {
    client: TestClient,
    builder: reqwest::RequestBuilder,
    undocumented: bool,
    from: &'static Location<'static>,
}

/// A reply that kept to the contract.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    request: String,
}

impl TestClient {
    /// A caller without credentials.
    pub fn new(base_url: &str, contract: Arc<Contract>) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client without TLS always builds");
        let base = Url::parse(base_url).expect("the server's address");
        Self { http, base, contract, bearer: None }
    }

    /// The same client as another caller.
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller on this client's server.
    pub fn as_caller(&self, caller: &Self) -> Self {
        Self { bearer: caller.bearer.clone(), ..self.clone() }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    #[track_caller]
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    #[track_caller]
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    #[track_caller]
    pub fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Any method, such as HEAD, OPTIONS or one that nobody knows.
    #[track_caller]
    pub fn request(&self, method: &str, path: &str) -> Request {
        let method = Method::from_bytes(method.as_bytes()).expect("a method's name");
        let url = self.base.join(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let builder = self.http.request(method, url);
        let builder = self.bearer.iter().fold(builder, |builder, token| builder.bearer_auth(token));
        Request { client: self.clone(), builder, undocumented: false, from: Location::caller() }
    }
}

impl Request {
    /// Credentials for this request alone.
    pub fn bearer(self, token: &str) -> Self {
        self.replace_header("authorization", &format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// A JSON body; as merge-patch where the method is PATCH.
    pub fn json(self, body: &Value) -> Self {
        let patches = self.peek().method() == Method::PATCH;
        let kind = if patches { "application/merge-patch+json" } else { "application/json" };
        self.body(kind, body.to_string())
    }

    /// Any bytes as the body.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self = self.replace_header("content-type", content_type);
        self.builder = self.builder.body(bytes.into());
        self
    }

    /// For what the document deliberately does not know: a refusal must still be a complete problem.
    pub fn undocumented(mut self) -> Self {
        self.undocumented = true;
        self
    }

    /// Sends it and holds the whole reply against the document.
    pub async fn send(self) -> Reply {
        let (request, client) = (self.peek(), &self.client);
        let label = format!("{} {} (from {})", request.method(), request.url(), self.from);
        let answer = client.http.execute(self.peek()).await.unwrap_or_else(|error| panic!("{label}: {error}"));
        let (status, headers) = (answer.status().as_u16(), pairs(answer.headers()));
        let body = answer.bytes().await.unwrap_or_else(|error| panic!("{label}: the body: {error}")).to_vec();
        let reply = Reply { status, headers, body, request: label };
        reply.judge(&request, &client.contract, self.undocumented);
        reply
    }

    /// For a stream without end: sends it and judges the head alone; a refusal is read with [`Request::send`].
    pub async fn open(self) -> reqwest::Response {
        let request = self.peek();
        let label = format!("{} {} (from {})", request.method(), request.url(), self.from);
        let answer =
            self.client.http.execute(self.peek()).await.unwrap_or_else(|error| panic!("{label}: {error}"));
        let (status, headers) = (answer.status().as_u16(), pairs(answer.headers()));
        let head = Reply { status, headers, body: Vec::new(), request: label };
        head.judge(&request, &self.client.contract, self.undocumented);
        answer
    }

    fn replace_header(mut self, name: &'static str, value: &str) -> Self {
        let value = header::HeaderValue::from_str(value).expect("a header's value");
        self.builder =
            self.builder.headers([(header::HeaderName::from_static(name), value)].into_iter().collect());
        self
    }

    fn peek(&self) -> reqwest::Request {
        let copy = self.builder.try_clone().expect("the body is in memory");
        copy.build().unwrap_or_else(|error| panic!("the request from {}: {error}", self.from))
    }
}

impl Reply {
    /// Demands this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.request, self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.request, self.text()))
    }

    /// The header's value, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn judge(&self, request: &reqwest::Request, contract: &Contract, undocumented: bool) {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let sent = request.body().and_then(|body| body.as_bytes());
        let exchange = Exchange {
            method: request.method().as_str(),
            path: request.url().path(),
            query: request.url().query_pairs().map(|(key, _)| key.into_owned()).collect(),
            sent: kind.zip(sent),
            status: self.status,
            headers: &self.headers,
            body: &self.body,
        };
        let mut faults = if undocumented { Vec::new() } else { contract.faults(&exchange) };
        if self.status >= 400
            && exchange.method != "HEAD"
            && (undocumented || exchange.content_type() == "application/problem+json")
        {
            faults.extend(exchange.problem_faults());
        }
        let (status, list) = (self.status, faults.join("\n  - "));
        assert!(faults.is_empty(), "{} answered {status}\n  - {list}\n{}", self.request, self.text());
    }
}

fn pairs(headers: &header::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
