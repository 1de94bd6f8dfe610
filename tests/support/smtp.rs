//! A mail server of our own, as kind or unkind as a test wants it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How the server treats who comes.
#[derive(Clone, Copy)]
pub enum Manner {
    /// Takes every mail.
    Kind,
    /// Takes every connection and says nothing.
    Silent,
    /// Says a letter now and then, and never finishes its first line.
    Dripping,
    /// Takes every mail, and does not say goodbye.
    Curt,
    /// Answers the recipient with this line.
    Refusing(&'static str),
}

/// A running mail server; it ends with its runtime.
#[derive(Clone)]
pub struct Smtp {
    /// Its address as the setting `SMTP_URL` takes it.
    pub url: String,
    manner: Arc<Mutex<Manner>>,
    taken: Arc<Mutex<Vec<String>>>,
    open: Arc<AtomicUsize>,
}

impl Smtp {
    /// Listens at a spare port, or at the one of an address.
    pub async fn start(at: &str, manner: Manner) -> Self {
        let listener = TcpListener::bind(at).await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let smtp = Self { url, manner: Arc::new(Mutex::new(manner)), taken: Arc::default(), open: Arc::default() };
        let server = smtp.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                server.open.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // Whoever hangs up ends it.
                    let _ = server.serve(stream).await;
                    server.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        smtp
    }

    /// From the next connection on it behaves otherwise.
    pub fn set(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The mails that it took, whole.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until no connection is open: they end soon after ours.
    pub async fn expect_closed(&self) {
        let patience = Instant::now();
        while self.open.load(Ordering::SeqCst) > 0 {
            assert!(patience.elapsed() < Duration::from_secs(10), "a connection was left behind");
            tokio::task::yield_now().await;
        }
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let manner = *self.manner.lock().unwrap();
        match manner {
            Manner::Silent => return stream.read_to_end(&mut Vec::new()).await.map(drop),
            Manner::Dripping => loop {
                stream.write_all(b"2").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            },
            Manner::Kind | Manner::Curt | Manner::Refusing(_) => {}
        }
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 double\r\n").await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer = match (line.split([' ', ':', '\r']).next().unwrap_or_default(), manner) {
                ("RCPT", Manner::Refusing(answer)) => answer,
                ("QUIT", Manner::Curt) => return stream.read_to_end(&mut Vec::new()).await.map(drop),
                ("QUIT", _) => return stream.write_all(b"221 bye\r\n").await,
                ("DATA", _) => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while !mail.ends_with("\r\n.\r\n") {
                        if stream.read_line(&mut mail).await? == 0 {
                            return Ok(());
                        }
                    }
                    self.taken.lock().unwrap().push(mail);
                    "250 taken"
                }
                _ => "250 fine",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}
