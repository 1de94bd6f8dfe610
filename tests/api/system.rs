//! The server itself: health, readiness, metrics, public keys, and addresses that nobody knows.

use crate::{
    server::Server,
    support::databases::{Database, both_engines},
};
use std::time::Duration;
use vorzimmer::db::Engine;

both_engines! {
    async fn system_operations_answer_as_documented(server: Server) {
        for path in ["/healthz", "/readyz", "/metrics", "/.well-known/jwks.json"] {
            server.client.get(path).send().await.expect(200);
        }
        let keys = server.client.get("/.well-known/jwks.json").send().await.json();
        assert_eq!(keys["keys"][0]["alg"], "EdDSA");
    }

    async fn unknown_addresses_and_methods_are_whole_problems(server: Server) {
        let lost = server.client.get("/v1/shoes").undocumented().send().await.expect(404);
        assert_eq!(lost.json()["code"], "not_found");
        assert_eq!(lost.header("request-id"), lost.json()["request_id"].as_str());
        let wrong = server.client.delete("/healthz").undocumented().send().await.expect(405);
        assert!(wrong.header("allow").is_some_and(|allow| allow.contains("GET")));
    }
}

#[test]
fn a_stopping_server_is_not_ready_and_still_answers() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let server = Server::with(&database, |config| config.drain = Duration::from_millis(500)).await;
        let client = server.client.clone();
        let asked = actix_web::rt::spawn(async move {
            while client.get("/readyz").send().await.status == 200 {}
            client.get("/readyz").send().await.expect(503);
            client.get("/healthz").send().await.expect(200);
        });
        server.client.get("/readyz").send().await.expect(200);
        server.stop().await;
        asked.await.expect("probes are answered to the end");
    });
}
