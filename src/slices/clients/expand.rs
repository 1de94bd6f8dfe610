//! The client of other things, where a caller asks for it beside them.

use super::{model::ClientRecord, store};
use crate::db::Conn;
use crate::kernel::ClientId;
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::kit;

/// Puts the client of each view into it, as far as the caller may see it.
pub async fn expand<V>(
    conn: &mut Conn,
    cx: &Cx,
    views: &mut [V],
    id: impl Fn(&V) -> Option<ClientId>,
    place: impl Fn(&mut V) -> &mut Option<Box<ClientRecord>>,
) -> Result<()> {
    let scope = cx.scope();
    kit::expand(views, &cx.viewer(), id, async |ids: &[ClientId]| store::find_all(conn, scope, ids).await, place)
        .await
}
