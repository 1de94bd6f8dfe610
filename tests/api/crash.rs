//! What was acknowledged survives: a server is killed in the middle of writes, again and again, and a ledger of its
//! answers is held against what it has kept.

use crate::{
    people::PASSWORD,
    support::databases::{Context, Database, on_both},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};
use vorzimmer::platform::auth::make_key_files;

/// How often it is killed.
const CYCLES: usize = 20;
/// How many write at the same time, and how many times each between two kills.
const WRITERS: usize = 8;
const WRITES: usize = 12;

/// Where the servers of a test keep everything.
#[derive(Clone)]
pub struct Place {
    url: String,
    dir: PathBuf,
}

impl Context for Place {
    async fn enter(database: &Database) -> Self {
        make_key_files(database.dir()).expect("the keys are made");
        Self { url: database.url.clone(), dir: database.dir().to_owned() }
    }
}

/// A server in a process of its own.
pub struct Process {
    child: Child,
    pub base: String,
}

impl Place {
    fn start(&self) -> Process {
        self.start_with(&[])
    }

    /// With more settings.
    pub fn start_with(&self, settings: &[(&str, &str)]) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vorzimmer"))
            .env("VORZIMMER_LISTEN", "127.0.0.1:0")
            .env("VORZIMMER_PUBLIC_URL", "http://127.0.0.1:8080")
            .env("VORZIMMER_DATA_DIR", &self.dir)
            .env("VORZIMMER_DATABASE_URL", &self.url)
            .env("VORZIMMER_JWT_KEY_FILE", self.dir.join("jwt.key"))
            .env("VORZIMMER_SECRET_KEY_FILE", self.dir.join("secret.key"))
            .env("VORZIMMER_RATE_LIMIT", "0")
            .env("VORZIMMER_LOG", "off")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(self.dir.join("log")).expect("a file for its log"))
            .spawn()
            .expect("the server starts");
        let mut told = String::new();
        let output = child.stdout.take().expect("its output is read");
        BufReader::new(output).read_line(&mut told).expect("it says where it listens");
        let base = told.trim().rsplit(' ').next().expect("an address").to_owned();
        Process { child, base }
    }

    /// What the last server has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).expect("its log")
    }
}

impl Drop for Process {
    /// SIGKILL: nothing is finished, nothing is said.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn call(
    http: &reqwest::Client,
    token: &str,
    url: String,
    key: Option<&str>,
    body: Option<Value>,
) -> Option<Value> {
    let mut request = match &body {
        Some(body) => http.post(url).header("content-type", "application/json").body(body.to_string()),
        None => http.get(url),
    };
    request = request.bearer_auth(token);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let answer = request.send().await.ok()?;
    assert!(answer.status().is_success(), "{}", answer.status());
    serde_json::from_slice(&answer.bytes().await.ok()?).ok()
}

#[on_both]
async fn nothing_acknowledged_is_lost_and_a_retry_makes_no_double(place: Place) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut server = place.start();
    let account =
        json!({"email": "anna@example.com", "password": PASSWORD, "name": "Anna", "workspace_name": "Büro"});
    let url = format!("{}/v1/auth/register", server.base);
    let token = call(&http, "", url, None, Some(account)).await.expect("an account");
    let token = token["access_token"].as_str().unwrap().to_owned();
    let mut ledger: BTreeMap<String, Option<String>> = BTreeMap::new();
    for cycle in 0..CYCLES {
        let url = format!("{}/v1/clients", server.base);
        let writers = (0..WRITERS).map(|writer| {
            let (http, token, url) = (&http, &token, &url);
            async move {
                let mut told = Vec::new();
                for write in 0..WRITES {
                    let key = format!("{cycle}-{writer}-{write}");
                    let made = call(http, token, url.clone(), Some(&key), Some(json!({"name": key}))).await;
                    let id = made.map(|made| made["id"].as_str().unwrap().to_owned());
                    let ended = id.is_none();
                    told.push((key, id));
                    if ended {
                        break;
                    }
                }
                told
            }
        });
        let child = server.child.id();
        let killer = async {
            // Each time a little later in the work.
            for _ in 0..cycle * 40 {
                tokio::task::yield_now().await;
            }
            let seen = call(&http, &token, format!("{}/v1/clients?limit=1", server.base), None, None).await;
            assert!(seen.is_some());
            Command::new("kill").args(["-9", &child.to_string()]).status().expect("it is killed");
        };
        let (told, ()) = futures_util::future::join(join_all(writers), killer).await;
        ledger.extend(told.into_iter().flatten());
        drop(server);
        server = place.start();
        // Who was not answered asks again with the same key.
        for (key, id) in ledger.iter_mut().filter(|(_, id)| id.is_none()) {
            let url = format!("{}/v1/clients", server.base);
            let made = call(&http, &token, url, Some(key), Some(json!({"name": key}))).await.expect("an answer");
            *id = made["id"].as_str().map(str::to_owned);
        }
    }
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let mut next = Some(format!("{}/v1/clients?limit=200", server.base));
    while let Some(url) = next {
        let page = call(&http, &token, url, None, None).await.expect("a page");
        for client in page["data"].as_array().unwrap() {
            let (name, id) = (client["name"].as_str().unwrap(), client["id"].as_str().unwrap());
            assert!(kept.insert(name.to_owned(), id.to_owned()).is_none(), "{name} was made twice");
        }
        next = page["next_cursor"]
            .as_str()
            .map(|cursor| format!("{}/v1/clients?limit=200&cursor={cursor}", server.base));
    }
    let ledger: BTreeMap<String, String> =
        ledger.into_iter().map(|(key, id)| (key, id.expect("asked again"))).collect();
    assert_eq!(kept, ledger);
    assert!(kept.len() > CYCLES, "something was written: {}", kept.len());
}
