//! {{Plurals}} in the database.

use super::model::{New{{Single}}, {{Single}}Filter, {{Single}}Row};
use crate::db::{Conn, Holder, Page, Slice, Sql, Table, Tx, statements};
use crate::kernel::error::Result;
use crate::kernel::{{{Single}}Id, like_pattern};
use crate::platform::auth::Scope;
use crate::slices::clients::store::DELETION;

/// The table of {{words}}s.
pub static {{PLURAL}}: Table<{{Single}}Row, New{{Single}}> =
    Table::<_, New{{Single}}>::new("{{plural}}", "client_id", "name = '', internal_note = NULL, search_text = ''")
        .derived(&[("search_text", |new| new.search_text().into())])
        .fixed(&["client_id"]);

statements! {
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM {{plural}} WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
}

/// They keep their client from being deleted.
pub const HOLDS_CLIENT: Holder =
    Holder { name: "{{plural}}", blocks: &[DELETION], count: COUNT_OF_CLIENT, dated: false };

/// A {{words}} that the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: {{Single}}Id) -> Result<{{Single}}Row> {
    {{PLURAL}}.find(conn, (scope.workspace, scope.client), id).await
}

/// Adds a {{words}}.
pub async fn insert(tx: &mut Tx, new: &New{{Single}}) -> Result<{{Single}}Row> {
    let id = {{Single}}Id(tx.new_id());
    {{PLURAL}}.insert(tx, id, new, &[]).await
}

/// Stores every field of a {{words}} anew.
pub async fn update(tx: &mut Tx, id: {{Single}}Id, fields: &New{{Single}}) -> Result<{{Single}}Row> {
    {{PLURAL}}.update(tx, id, fields, &[]).await
}

/// Deletes a {{words}}, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: {{Single}}Id) -> Result<{{Single}}Row> {
    {{PLURAL}}.bury(tx, id).await
}

/// A page of {{words}}s.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    filter: &{{Single}}Filter,
    slice: &Slice,
) -> Result<Page<{{Single}}Row>> {
    {{PLURAL}}.page(conn, &slice.window, |query| push_from(query, scope, filter, slice)).await
}

/// How many {{words}}s a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &{{Single}}Filter, slice: &Slice) -> Result<i64> {
    {{PLURAL}}.count(conn, |query| push_from(query, scope, filter, slice)).await
}

fn push_from(query: &mut Sql, scope: Scope, filter: &{{Single}}Filter, slice: &Slice) {
    query.push(" FROM {{plural}} WHERE workspace_id = ").push_bind(scope.workspace);
    for client in scope.client.into_iter().chain(filter.client_id) {
        query.push(" AND client_id = ").push_bind(client);
    }
    slice.open(query, "deleted_at", "updated_at");
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}
