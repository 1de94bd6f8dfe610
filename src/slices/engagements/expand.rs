//! The engagement of other things, where a caller asks for it beside them.

use super::{model::EngagementRecord, store};
use crate::db::Conn;
use crate::kernel::error::Result;
use crate::kernel::{EngagementId, Timestamp};
use crate::platform::cx::Cx;
use crate::platform::kit;

/// Puts the engagement of each view into it, as far as the caller may see it at this instant.
pub async fn expand<V>(
    conn: &mut Conn,
    cx: &Cx,
    views: &mut [V],
    id: impl Fn(&V) -> Option<EngagementId>,
    place: impl Fn(&mut V) -> &mut Option<Box<EngagementRecord>>,
    at: Timestamp,
) -> Result<()> {
    let scope = cx.scope();
    kit::expand(
        views,
        &cx.viewer(),
        id,
        async |ids: &[EngagementId]| store::find_all(conn, scope, ids, at).await,
        place,
    )
    .await
}
