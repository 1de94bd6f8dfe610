//! A PostgreSQL that no longer answers: everybody is told 503 in time, and nothing is left behind when it is back.

use crate::{marks::Marks, support::databases::Database};
use futures_util::future::{join, join3};
use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};
use tokio::time::timeout;
use vorzimmer::db::{Db, Engine, sql};
use vorzimmer::kernel::error::{Code, Result};

#[test]
fn a_frozen_server_is_told_in_time_and_heals_at_once() {
    let Some(database) = Database::migrated(Engine::Postgres) else { return };
    actix_web::rt::System::new().block_on(async {
        let wire = Wire::to(&database.url);
        let db = Db::open_postgres(&wire.url, 4).await.unwrap();
        let marks = Marks::new(&db, 3).await;
        let (mut half_way, mut done, mut read) =
            (marks.begin(0).await.unwrap(), marks.begin(1).await.unwrap(), db.read().await.unwrap());
        marks.insert(&mut done, 1).await.unwrap();
        wire.freeze(true);
        let frozen = Instant::now();
        let held = join3(
            marks.insert(&mut half_way, 2),
            done.commit(),
            read.scalar::<i64>(sql("SELECT CAST(1 AS BIGINT)")),
        );
        let new = join3(db.read(), marks.write(2, 3), marks.write(0, 4));
        let ((insert, commit, read_row), (new_read, write, queued)) = join(held, new).await;
        assert!(frozen.elapsed() < Duration::from_secs(10), "{:?}", frozen.elapsed());
        told(insert);
        told(commit);
        told(read_row);
        told(new_read);
        told(write);
        told(queued);
        drop((half_way, read));
        wire.freeze(false);
        for n in 0..8 {
            let soon = Duration::from_secs(5);
            timeout(soon, marks.write(n as usize % 3, 10 + n)).await.expect("it heals").unwrap();
        }
        marks.expect(2, false).await;
    });
}

#[track_caller]
fn told<T>(outcome: Result<T>) {
    let error = outcome.err().expect("a frozen server gives no answer");
    assert_eq!(error.code(), Code::Unavailable, "{error}");
    assert!(error.headers().iter().any(|(name, _)| *name == "Retry-After"), "{error}");
}

/// The wire between us and the server; it can be made to hold everything back.
struct Wire {
    url: String,
    frozen: Arc<(Mutex<bool>, Condvar)>,
}

impl Wire {
    fn to(url: &str) -> Self {
        let (head, database) = url.rsplit_once('/').unwrap();
        let (head, server) = head.rsplit_once('@').unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (server, address) = (server.to_owned(), listener.local_addr().unwrap());
        let frozen = Arc::new((Mutex::new(false), Condvar::new()));
        let gate = frozen.clone();
        thread::spawn(move || {
            for here in listener.incoming().flatten() {
                let there = TcpStream::connect(&server).unwrap();
                let (from, to, opened) = (here.try_clone().unwrap(), there.try_clone().unwrap(), gate.clone());
                thread::spawn(move || forward(from, to, &opened));
                let opened = gate.clone();
                thread::spawn(move || forward(there, here, &opened));
            }
        });
        Self { url: format!("{head}@{address}/{database}"), frozen }
    }

    fn freeze(&self, frozen: bool) {
        *self.frozen.0.lock().unwrap() = frozen;
        self.frozen.1.notify_all();
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, (frozen, thawed): &(Mutex<bool>, Condvar)) {
    let mut buffer = [0; 16 << 10];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        drop(thawed.wait_while(frozen.lock().unwrap(), |frozen| *frozen).unwrap());
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Whoever reads from it or writes to it is told that the other side has gone.
    let _ = to.shutdown(Shutdown::Both);
}
