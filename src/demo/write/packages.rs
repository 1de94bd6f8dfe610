//! What is done with packages: adjustments, blocks, extensions, closed periods, links.

use super::{Writer, read};
use crate::db::Tx;
use crate::demo::packages::Deed;
use crate::demo::plan::Who;
use crate::kernel::Remark;
use crate::kernel::error::{Error, Result};
use crate::platform::auth::{Role, SecretKind};
use crate::slices::balance_links::{self, model::NewBalanceLink};
use crate::slices::engagements::model::Answer;
use crate::slices::packages::{PackageAccount, acts, model};
use serde_json::json;

impl Writer<'_> {
    pub(super) async fn package(&self, tx: &mut Tx, engagement: usize, by: Who, deed: &Deed) -> Result<()> {
        let scope = self.scope(by)?;
        let who = (scope, if scope.is_client() { Role::Client } else { Role::Assistant });
        let engagement = self.engagement(tx, engagement, by).await?;
        let row = engagement.row.clone();
        let at = tx.recorded_at();
        let account = PackageAccount::read(tx, scope, row.clone(), at).await?;
        let block = |nth: usize| {
            let row = account.blocks.get(nth).cloned().ok_or_else(|| lacking("block"))?;
            Ok::<_, Error>(row.in_account(&account))
        };
        let yes = (Answer::Accept, None);
        match deed {
            Deed::Adjust(body) => {
                acts::adjust(tx, scope, engagement, read::<model::NewAdjustment>(body)?.into()).await.map(drop)
            }
            Deed::Offer(body) => {
                acts::make_block(tx, scope, engagement, read::<model::NewBlock>(body)?.into()).await.map(drop)
            }
            Deed::Accept(nth) => acts::decide_block(tx, scope, block(*nth)?, yes).await.map(drop),
            Deed::Void(nth, reason) => {
                acts::void_block(tx, scope, block(*nth)?, Remark::from(*reason)).await.map(drop)
            }
            Deed::Ask(body) => {
                let new: model::NewExtension = read(body)?;
                acts::request_extension(tx, who, engagement, new.into()).await.map(drop)
            }
            Deed::Approve(nth) => {
                let asked = account.extensions.get(*nth).cloned().ok_or_else(|| lacking("extension"))?;
                acts::decide_extension(tx, who, asked, yes).await.map(drop)
            }
            Deed::Close(seq) => acts::close_period(tx, scope, row, *seq).await.map(drop),
            Deed::Link(label) => {
                let new: NewBalanceLink = read(&json!({"label": label}))?;
                let hash = SecretKind::BalanceLink.make().hash;
                balance_links::create(tx, &row, new.into(), hash).await.map(drop)
            }
            Deed::Act(_) | Deed::Terms(..) | Deed::Work(..) => Err(lacking("step of its own")),
        }
    }
}

fn lacking(what: &str) -> Error {
    Error::internal(format!("the plan uses a {what} that is not there"))
}
