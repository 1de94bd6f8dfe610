//! The mail server, spoken to over one connection per mail. A connection is owned by its delivery: when that is dropped,
//! at its deadline or with the server, the socket closes. A pool would keep it, half-way through a dialogue.

use crate::kernel::error::{Error, Result};
use crate::platform::effects::Outcome;
use lettre::{
    Message,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use percent_encoding::percent_decode_str;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

/// How long a server that has taken a mail may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// Where and how the mail server is reached.
pub struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    hello: ClientId,
    credentials: Option<Credentials>,
}

enum Encryption {
    None,
    /// From the first byte.
    Whole(TlsParameters),
    /// After STARTTLS; without it, where the server must, no mail is sent.
    Upgraded {
        tls: TlsParameters,
        required: bool,
    },
}

impl MailServer {
    /// Reads `smtps://user:password@host:port/hello`, or `smtp://…` with `?tls=required` or `?tls=opportunistic`.
    pub fn from_url(text: &str) -> Result<Self> {
        let wrong = |why: String| Error::internal(format!("VORZIMMER_SMTP_URL: {why}"));
        let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
        let host = url.host_str().ok_or_else(|| wrong("it names no host".to_owned()))?;
        let tls = || TlsParameters::new(host.to_owned()).map_err(|error| wrong(error.to_string()));
        let wanted = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (encryption, port) = match (url.scheme(), wanted.as_deref()) {
            ("smtp", None) => (Encryption::None, smtp::SMTP_PORT),
            ("smtp", Some("required")) => {
                (Encryption::Upgraded { tls: tls()?, required: true }, smtp::SUBMISSION_PORT)
            }
            ("smtp", Some("opportunistic")) => {
                (Encryption::Upgraded { tls: tls()?, required: false }, smtp::SUBMISSION_PORT)
            }
            ("smtps", _) => (Encryption::Whole(tls()?), smtp::SUBMISSIONS_PORT),
            _ => {
                return Err(wrong(
                    "use smtps:// or smtp://, the latter with tls=required or opportunistic".into(),
                ));
            }
        };
        let plain = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8().map_err(|error| wrong(error.to_string()))?;
            Ok::<_, Error>(decoded.into_owned())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(plain(url.username())?, plain(password)?)),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let port = url.port().unwrap_or(port);
        Ok(Self { host: host.to_owned(), port, encryption, hello, credentials })
    }

    /// Delivers a message, until the deadline at most.
    pub async fn send(&self, message: &Message, deadline: Duration) -> Outcome {
        let deadline = Instant::now() + deadline;
        let dialogue = async {
            // Whoever is not let in was refused, not the mail: the next attempt may come with the right password.
            let mut connection = self.connect().await.map_err(|error| Outcome::Undone(reason(&error)))?;
            match connection.send(message.envelope(), &message.formatted()).await {
                Ok(_) => Ok(connection),
                Err(error) if error.is_permanent() => Err(Outcome::Refused(reason(&error))),
                Err(error) => Err(Outcome::Undone(reason(&error))),
            }
        };
        match timeout_at(deadline, dialogue).await {
            Ok(Ok(mut connection)) => {
                // The mail is theirs, whatever becomes of the goodbye.
                let _ = timeout(GOODBYE, connection.quit()).await;
                Outcome::Done
            }
            Ok(Err(outcome)) => outcome,
            Err(_) => Outcome::Undone("the mail server did not answer in time".to_owned()),
        }
    }

    async fn connect(&self) -> std::result::Result<AsyncSmtpConnection, smtp::Error> {
        let whole = match &self.encryption {
            Encryption::Whole(tls) => Some(tls.clone()),
            Encryption::None | Encryption::Upgraded { .. } => None,
        };
        let address = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, whole, None).await?;
        if let Encryption::Upgraded { tls, required } = &self.encryption
            && (*required || connection.can_starttls())
        {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// What the server said may name the address: only its code is kept.
fn reason(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None => "the mail server could not be reached".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_read() {
        for (url, port, hello) in [
            ("smtp://localhost", 25, "[127.0.0.1]"),
            ("smtp://localhost:2525/office.example", 2525, "office.example"),
            ("smtps://anna%40example.com:p%3Aw@mail.example.com", 465, "[127.0.0.1]"),
            ("smtp://mail.example.com?tls=required", 587, "[127.0.0.1]"),
            ("smtp://mail.example.com?tls=opportunistic", 587, "[127.0.0.1]"),
        ] {
            let server = MailServer::from_url(url).unwrap();
            assert_eq!((server.port, server.hello.to_string().as_str()), (port, hello), "{url}");
            assert_eq!(server.credentials.is_some(), url.contains('@'));
        }
        for url in ["http://localhost", "smtp://localhost?tls=maybe", "localhost", "smtp:"] {
            assert!(MailServer::from_url(url).is_err(), "{url}");
        }
    }
}
