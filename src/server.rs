//! The HTTP server around the application: listening, workers, graceful stop.

use crate::db::Relay;
use crate::kernel::error::{Error, Result};
use crate::platform::app::App;
use crate::platform::cx::{count_rest, gate, record};
use crate::platform::workers::Worker;
use crate::slices::{docs::Document, routes};
use crate::web::{Route, Settings, cors, frame, limits, route};
use actix_web::{
    App as Actix, HttpRequest, HttpServer,
    dev::{ServerHandle, ServiceRequest},
    middleware::{Compress, from_fn},
    web,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// How long requests may go on after the stop was asked for, in seconds.
const STOP_SECONDS: u64 = 25;
/// How long a request's head may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// A running server.
pub struct Running {
    pub address: SocketAddr,
    handle: ServerHandle,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
    workers: Vec<Worker>,
    relay: Option<Relay>,
    app: Arc<App>,
}

/// Listens and serves until [`Running::stop`].
pub fn start(app: Arc<App>) -> Result<Running> {
    let listener = std::net::TcpListener::bind(app.config.listen)
        .map_err(|error| Error::internal(format!("cannot listen at {}: {error}", app.config.listen)))?;
    listener.set_nonblocking(true).map_err(Error::internal)?;
    let address = listener.local_addr().map_err(Error::internal)?;
    app.listens_at(address);
    let shared = web::Data::from(app.clone());
    let url = app.public_url().to_owned();
    let document = web::Data::new(Document::when_asked(move || routes::document(&url)));
    let settings = web::Data::new(settings(&app));
    let origins = app.config.cors_origins.clone();
    let server = HttpServer::new(move || {
        Actix::new()
            .app_data(shared.clone())
            .app_data(settings.clone())
            .app_data(document.clone())
            .wrap(from_fn(limits))
            .wrap(cors(origins.as_deref()))
            .wrap(Compress::default())
            .wrap(from_fn(|request, next| count_rest(routes::API, request, next)))
            .wrap(from_fn(frame))
            .wrap(from_fn(record))
            .configure(|service| {
                let judge = async |route: &Route, request: &mut ServiceRequest| {
                    gate(routes::EXPANSIONS, route, request).await
                };
                route::register(routes::table(), service, judge);
            })
            .default_service(web::to(|_: HttpRequest| async { Err::<String, Error>(Error::not_found()) }))
    })
    .workers(app.config.workers)
    .client_request_timeout(HEAD_TIMEOUT)
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(STOP_SECONDS)
    .disable_signals()
    .listen(listener)
    .map_err(Error::internal)?
    .run();
    let handle = server.handle();
    let served = tokio::spawn(server);
    // While time stands still nothing becomes due by itself: whoever moves the clock runs the jobs.
    let jobs = (!app.clock.is_fixed()).then(|| Worker::start(app.jobs.clone(), app.config.poll));
    let mails = Worker::start(app.mails.clone(), app.config.poll);
    let workers = jobs.into_iter().chain([mails]).collect::<Result<_>>()?;
    Ok(Running { address, handle, served, workers, relay: Relay::start(&app.db), app })
}

/// What the web is told of the application.
fn settings(app: &App) -> Settings {
    Settings {
        clock: app.clock.clone(),
        cursors: app.cursors.clone(),
        public_url: app.public_url().to_owned(),
        trusted_proxies: app.config.trusted_proxies.clone(),
        expansions: routes::EXPANSIONS.iter().map(|(name, _)| *name).collect(),
        secret_paths: routes::table().iter().filter(|route| route.is_secret).map(|route| route.path).collect(),
    }
}

impl Running {
    /// Serves until it is asked to stop; an error when it ends by itself.
    pub async fn until(mut self, asked: impl Future<Output = ()>) -> Result<()> {
        tokio::select! {
            () = asked => self.stop().await,
            ended = &mut self.served => {
                self.app.db.close().await;
                Err(Error::internal(format!("the server ended: {ended:?}")))
            }
        }
    }

    /// Says that it is no longer ready, takes no new work, lets requests, jobs and mails in hand finish, closes the
    /// database.
    pub async fn stop(self) -> Result<()> {
        self.app.stop();
        self.workers.iter().for_each(Worker::stop);
        tokio::time::sleep(self.app.config.drain).await;
        self.handle.stop(true).await;
        self.served.await.map_err(Error::internal)?.map_err(Error::internal)?;
        for worker in self.workers {
            worker.drain().await;
        }
        drop(self.relay);
        self.app.db.close().await;
        Ok(())
    }
}
