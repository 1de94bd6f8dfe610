//! The task of other things, where a caller asks for it beside them.

use super::{model::TaskRecord, store};
use crate::db::Conn;
use crate::kernel::TaskId;
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::kit;

/// Puts the task of each view into it, as far as the caller may see it.
pub async fn expand<V>(
    conn: &mut Conn,
    cx: &Cx,
    views: &mut [V],
    id: impl Fn(&V) -> Option<TaskId>,
    place: impl Fn(&mut V) -> &mut Option<Box<TaskRecord>>,
) -> Result<()> {
    let scope = cx.scope();
    kit::expand(views, &cx.viewer(), id, async |ids: &[TaskId]| store::find_all(conn, scope, ids).await, place)
        .await
}
