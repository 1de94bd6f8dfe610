//! Operations on mails: the owner sees what became of them.

use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::mail::{
    model::{Mail, MailFilter},
    store,
};
use crate::web::{List, Listed};

pub async fn list_mails(cx: Cx, list: List<MailFilter>) -> Result<Listed<Mail>> {
    let mut list = list.read(&cx)?;
    let (workspace, mut conn) = (cx.caller().workspace, list.snapshot(&cx).await?);
    let page = store::list(&mut conn, workspace, &list.filter, &list.slice).await?;
    list.finish(&cx, page, |row| row.view(), async || store::count(&mut conn, workspace, &list.filter).await).await
}
