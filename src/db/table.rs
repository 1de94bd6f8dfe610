//! One declaration per table, and the statements that follow from it. Every value is bound under the name of its column;
//! what only one table says is SQL in its store.

use super::{Conn, Page, Sql, Tx, Window, sql, window};
use crate::kernel::error::{Code, Error, ProblemReference, Result};
use crate::kernel::{Arg, ClientId, ExternalRef, ExternalSource, Record, ToArg, WorkspaceId};
use std::{marker::PhantomData, sync::OnceLock};
use uuid::Uuid;

/// A table with the columns `workspace_id`, `id`, `version`, `created_at`, `updated_at` and `deleted_at`, whose rows are
/// read as `R` and written from fields `F`.
pub struct Table<R, F: 'static> {
    name: &'static str,
    /// The column that says whose a row is, and with what it goes.
    owner: &'static str,
    /// What a row must fulfil for its client to see it.
    shown_if: &'static str,
    derived: &'static [Derived<F>],
    fixed: &'static [&'static str],
    added: &'static [&'static str],
    changed: &'static [&'static str],
    buried: &'static str,
    texts: OnceLock<Texts>,
    row: PhantomData<fn() -> R>,
}

/// A column that follows from the fields.
pub type Derived<F> = (&'static str, fn(&F) -> Arg);

/// Values of columns beside the fields.
type More<'a> = &'a [(&'static str, Arg)];

/// The statements: built once, and the same text for every call.
struct Texts {
    find: &'static str,
    /// Where rows have an id in another system: the row that has one, and its id.
    by_ref: Option<(&'static str, &'static str)>,
    insert: &'static str,
    update: &'static str,
    bury: &'static str,
    bury_of: &'static str,
}

impl<R: Record, F: Record> Table<R, F> {
    pub const fn new(name: &'static str, owner: &'static str, buried: &'static str) -> Self {
        Self {
            name,
            owner,
            shown_if: "",
            derived: &[],
            fixed: &[],
            added: &[],
            changed: &[],
            buried,
            texts: OnceLock::new(),
            row: PhantomData,
        }
    }

    /// What a row must fulfil for its client to see it.
    pub const fn shown_if(mut self, condition: &'static str) -> Self {
        self.shown_if = condition;
        self
    }

    /// Columns that follow from the fields.
    pub const fn derived(mut self, columns: &'static [Derived<F>]) -> Self {
        self.derived = columns;
        self
    }

    /// Columns of the fields that stay as they were added.
    pub const fn fixed(mut self, columns: &'static [&'static str]) -> Self {
        self.fixed = columns;
        self
    }

    /// Columns that are given beside the fields when a row is added.
    pub const fn added(mut self, columns: &'static [&'static str]) -> Self {
        self.added = columns;
        self
    }

    /// Columns that are given beside the fields when a row is changed.
    pub const fn changed(mut self, columns: &'static [&'static str]) -> Self {
        self.changed = columns;
        self
    }

    /// The row, as far as the client may see it, where one asks; else 404.
    pub async fn find(
        &self,
        conn: &mut Conn,
        (workspace, client): (WorkspaceId, Option<ClientId>),
        id: impl ToArg,
    ) -> Result<R> {
        let mut find = sql(self.texts().find).bind(workspace).bind(client).bind(id);
        if !self.shown_if.is_empty() {
            find = find.bind(client.is_none());
        }
        conn.optional(find).await?.ok_or_else(Error::not_found)
    }

    /// Those of the rows that are there, and that the client may see, where one asks.
    pub async fn find_all(
        &self,
        conn: &mut Conn,
        (workspace, client): (WorkspaceId, Option<ClientId>),
        ids: impl IntoIterator<Item = impl ToArg>,
    ) -> Result<Vec<R>> {
        let mut ids = ids.into_iter().peekable();
        if ids.peek().is_none() {
            return Ok(Vec::new());
        }
        let mut query = self.select();
        query.push(" FROM ").push(self.name).push(" WHERE workspace_id = ").push_bind(workspace);
        query.push(" AND deleted_at IS NULL AND id IN (").push_binds(ids).push(")");
        if let Some(client) = client {
            query.push(" AND ").push(self.owner).push(" = ").push_bind(client);
            if !self.shown_if.is_empty() {
                query.push(" AND ").push(self.shown_if);
            }
        }
        conn.all(query).await
    }

    /// The row with this id in another system.
    pub async fn find_by_ref(
        &self,
        conn: &mut Conn,
        workspace: WorkspaceId,
        source: &ExternalSource,
        reference: &ExternalRef,
    ) -> Result<Option<R>> {
        let text = self.texts().by_ref.ok_or_else(|| Error::internal("rows without external references"))?.0;
        conn.optional(sql(text).bind(workspace).bind(source).bind(reference)).await
    }

    /// Refuses an id in another system that another row has already.
    pub async fn check_ref(
        &self,
        tx: &mut Tx,
        reference: (&Option<ExternalSource>, &Option<ExternalRef>),
        own: Option<Uuid>,
    ) -> Result<()> {
        let (Some(source), Some(reference)) = reference else { return Ok(()) };
        let text = self.texts().by_ref.ok_or_else(|| Error::internal("rows without external references"))?.1;
        let find = sql(text).bind(tx.workspace()).bind(source).bind(reference);
        match tx.scalar::<Uuid>(find).await? {
            Some(other) if Some(other) != own => {
                // The resource is called as its table is, in the singular.
                let other = ProblemReference::new(self.name.trim_end_matches('s'), other);
                Err(Error::new(Code::DuplicateExternalRef).conflicts([other]))
            }
            _ => Ok(()),
        }
    }

    /// Adds a row.
    pub async fn insert(&self, tx: &mut Tx, id: impl ToArg, fields: &F, more: More<'_>) -> Result<R> {
        let insert = self.bound(tx, self.texts().insert, id, (fields, &[]), (self.added, more))?;
        tx.one(insert).await
    }

    /// Stores every field of a row anew.
    pub async fn update(&self, tx: &mut Tx, id: impl ToArg, fields: &F, more: More<'_>) -> Result<R> {
        let update = self.bound(tx, self.texts().update, id, (fields, self.fixed), (self.changed, more))?;
        tx.one(update).await
    }

    /// Deletes a row, leaving a tombstone.
    pub async fn bury(&self, tx: &mut Tx, id: impl ToArg) -> Result<R> {
        let bury = sql(self.texts().bury).bind(tx.workspace()).bind(id).bind(tx.now());
        tx.one(bury).await
    }

    /// Deletes every row of an owner, leaving tombstones.
    pub async fn bury_of(&self, tx: &mut Tx, owner: impl ToArg) -> Result<()> {
        let bury = sql(self.texts().bury_of).bind(tx.workspace()).bind(owner).bind(tx.now());
        tx.execute(bury).await.map(drop)
    }

    /// Starts the question for rows.
    pub fn select(&self) -> Sql {
        let mut query = sql("SELECT ");
        query.push(R::LIST);
        query
    }

    /// A page of the rows that a filter leaves: it goes on from `FROM`.
    pub async fn page(&self, conn: &mut Conn, at: &Window, push_from: impl FnOnce(&mut Sql)) -> Result<Page<R>> {
        let mut query = self.select();
        push_from(&mut query);
        window(conn, query, at).await
    }

    /// How many rows a filter leaves.
    pub async fn count(&self, conn: &mut Conn, push_from: impl FnOnce(&mut Sql)) -> Result<i64> {
        let mut query = sql("SELECT COUNT(*)");
        push_from(&mut query);
        Ok(conn.scalar(query).await?.unwrap_or(0))
    }

    /// A statement with its values: workspace, id, now, the fields, what follows from them, and what is given beside them.
    fn bound(
        &self,
        tx: &Tx,
        text: &'static str,
        id: impl ToArg,
        (fields, left_out): (&F, &[&'static str]),
        (declared, more): (&[&'static str], More<'_>),
    ) -> Result<Sql> {
        let derived = self.derived.iter().map(|(_, derive)| derive(fields));
        let mut statement = sql(text).bind(tx.workspace()).bind(id).bind(tx.now());
        let written = F::names().into_iter().zip(fields.values()).filter(|(name, _)| !left_out.contains(name));
        statement = written.map(|(_, value)| value).chain(derived).fold(statement, Sql::bind);
        for name in declared {
            let given = more.iter().find(|(given, _)| given == name);
            let (_, value) = given.ok_or_else(|| Error::internal(format!("nothing is given for {name}")))?;
            statement = statement.bind(value.clone());
        }
        debug_assert_eq!(declared.len(), more.len(), "{} is given something that it does not declare", self.name);
        Ok(statement)
    }

    fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| self.build())
    }

    fn build(&self) -> Texts {
        const ONE: &str = "WHERE workspace_id = $1 AND id = $2";
        let (name, owner, list, buried) = (self.name, self.owner, R::LIST, self.buried);
        let fields = F::names();
        let written = |left_out: &[&'static str], more: &[&'static str]| {
            let derived = self.derived.iter().map(|(name, _)| *name);
            let fields = fields.iter().copied().filter(|name| !left_out.contains(name));
            let names = fields.chain(derived).chain(more.iter().copied());
            // After the workspace, the id and the instant.
            names.enumerate().map(|(i, name)| (name, format!("${}", i + 4))).collect::<Vec<_>>()
        };
        let (names, places): (Vec<_>, Vec<_>) = written(&[], self.added).into_iter().unzip();
        let (names, places) = (names.join(", "), places.join(", "));
        let set: Vec<_> =
            written(self.fixed, self.changed).iter().map(|(name, place)| format!("{name} = {place}")).collect();
        let set = set.join(", ");
        let bury = format!("UPDATE {name} SET {buried}, deleted_at = $3, version = version + 1, updated_at = $3");
        let shown = match self.shown_if {
            "" => String::new(),
            condition => format!(" AND ({condition} OR $4)"),
        };
        let by_ref = |read: &str| -> &'static str {
            let named = "external_source = $2 AND external_ref = $3 AND deleted_at IS NULL";
            format!("SELECT {read} FROM {name} WHERE workspace_id = $1 AND {named}").leak()
        };
        Texts {
            find: format!(
                "SELECT {list} FROM {name} WHERE workspace_id = $1 AND {owner} = COALESCE($2, {owner}) \
                 AND id = $3 AND deleted_at IS NULL{shown}"
            )
            .leak(),
            by_ref: fields.contains(&"external_ref").then(|| (by_ref(list), by_ref("id"))),
            insert: format!(
                "INSERT INTO {name} (workspace_id, id, created_at, updated_at, version, {names}) \
                 VALUES ($1, $2, $3, $3, 1, {places}) RETURNING {list}"
            )
            .leak(),
            update: format!(
                "UPDATE {name} SET {set}, version = version + 1, updated_at = $3 {ONE} RETURNING {list}"
            )
            .leak(),
            bury: format!("{bury} {ONE} RETURNING {list}").leak(),
            bury_of: format!("{bury} WHERE workspace_id = $1 AND {owner} = $2 AND deleted_at IS NULL").leak(),
        }
    }
}

/// What has statements to show: a table of any rows.
pub trait Stated: Sync {
    /// Every statement, by table and name.
    fn statements(&self) -> Vec<(&'static str, &'static str, &'static str)>;
}

impl<R: Record, F: Record> Stated for Table<R, F> {
    fn statements(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let Texts { find, by_ref, insert, update, bury, bury_of } = *self.texts();
        let mut statements =
            vec![("find", find), ("insert", insert), ("update", update), ("bury", bury), ("bury_of", bury_of)];
        if let Some((find, check)) = by_ref {
            statements.extend([("find_by_ref", find), ("check_ref", check)]);
        }
        statements.into_iter().map(|(name, text)| (self.name, name, text)).collect()
    }
}
