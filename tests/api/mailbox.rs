//! The mails of a test: what lies in the outbox of its server.

use crate::server::Server;
use std::{fs, time::Duration};

const GUIDE: &str = include_str!("../../docs/guide/getting-started.md");

impl Server {
    /// The text of the only mail to this address, once it has arrived; it is taken out.
    pub async fn mail_to(&self, address: &str) -> String {
        let outbox = self.app.config.data_dir.join("outbox");
        for _ in 0..2000 {
            for entry in fs::read_dir(&outbox).expect("the outbox").flatten() {
                let path = entry.path();
                let is_mail = path.extension().is_some_and(|ending| ending == "eml");
                let text = if is_mail { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
                if text.contains(&format!("To: {address}\r\n")) && text.ends_with('\n') {
                    fs::remove_file(&path).expect("the mail is taken out");
                    // Quoted-printable, as far as links and tokens need it.
                    return text.replace("=\r\n", "").replace("=3D", "=");
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no mail to {address} arrived");
    }

    /// The token in the only mail to this address. The guide tells front ends of the page that the link leads to.
    pub async fn mailed_token(&self, address: &str) -> String {
        let text = self.mail_to(address).await;
        let (page, link) = text.split_once("#token=").unwrap_or_else(|| panic!("no link in {text}"));
        let page = page.rsplit('/').next().unwrap_or_default();
        assert!(GUIDE.contains(&format!("`/{page}#token=…`")), "the guide knows no page {page}");
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        link.chars().take_while(|c| is_part(*c)).collect()
    }

    /// How many mails wait.
    pub fn waiting_mails(&self) -> usize {
        let files = fs::read_dir(self.app.config.data_dir.join("outbox")).expect("the outbox");
        files.flatten().filter(|entry| entry.path().extension().is_some_and(|ending| ending == "eml")).count()
    }
}
