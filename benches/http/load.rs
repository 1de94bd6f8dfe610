//! The load: a fixed number of requests over connections that are kept, every reply checked.

use super::{Outcome, cpu::Used};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// How many requests are under way at the same time.
pub const CONNECTIONS: usize = 32;

/// A kind of request.
pub struct Load {
    pub name: &'static str,
    pub requests: usize,
    /// The n-th request, as it goes over the wire.
    pub request: Arc<dyn Fn(usize) -> String + Send + Sync>,
    /// Whether the n-th reply has the status and the content that were asked for.
    pub is_answered: Arc<Check>,
}

/// Whether the n-th reply is right.
type Check = dyn Fn(usize, &Reply) -> bool + Send + Sync;

/// A reply.
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// What a load cost.
#[derive(Clone, Copy)]
pub struct Cost {
    pub requests: usize,
    pub elapsed: Duration,
    pub used: Used,
}

/// Runs a load, after a tenth of it to warm up.
pub async fn run(address: SocketAddr, load: &Load, used: impl Fn() -> Used) -> Outcome<Cost> {
    let warm = load.requests / 10;
    send(address, load, 0..warm).await?;
    let (before, started) = (used(), Instant::now());
    send(address, load, warm..warm + load.requests).await?;
    Ok(Cost { requests: load.requests, elapsed: started.elapsed(), used: used().since(before) })
}

async fn send(address: SocketAddr, load: &Load, numbers: std::ops::Range<usize>) -> Outcome<()> {
    let next = Arc::new(AtomicUsize::new(numbers.start));
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (next, end) = (next.clone(), numbers.end);
        let (request, is_answered) = (load.request.clone(), load.is_answered.clone());
        connections.spawn(async move {
            let mut connection = Connection::open(address).await?;
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= end {
                    return Outcome::Ok(());
                }
                let reply = connection.ask(&request(n)).await?;
                if !is_answered(n, &reply) {
                    let text = String::from_utf8_lossy(&reply.body).into_owned();
                    return Err(format!("{}\nwas answered {}: {text}", request(n), reply.status).into());
                }
            }
        });
    }
    while let Some(ended) = connections.join_next().await {
        ended??;
    }
    Ok(())
}

/// A kept connection: plain HTTP/1.1, as the server speaks it.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(1 << 16) })
    }

    /// Sends a request and reads the whole reply, whose length must be declared.
    pub async fn ask(&mut self, request: &str) -> Outcome<Reply> {
        self.stream.write_all(request.as_bytes()).await?;
        let end = loop {
            match find(&self.read, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.more().await?,
            }
        };
        let head = std::str::from_utf8(&self.read[..end])?;
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        let length = head
            .lines()
            .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
            .map_or(Ok(0), |(_, length)| length.trim().parse::<usize>())?;
        while self.read.len() < end + length {
            self.more().await?;
        }
        let body = self.read[end..end + length].to_vec();
        self.read.drain(..end + length);
        Ok(Reply { status, body })
    }

    async fn more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

impl Reply {
    /// Whether it has this status and holds this text so many times.
    pub fn holds(&self, status: u16, text: &str, times: usize) -> bool {
        self.status == status && count(&self.body, text.as_bytes()) == times
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    let (mut rest, mut count) = (bytes, 0);
    while let Some(at) = find(rest, wanted) {
        rest = &rest[at + wanted.len()..];
        count += 1;
    }
    count
}
