//! The ritual of a resource: reading, creating, changing, acting on and deleting what the path names.
//!
//! Each function does what every handler of its kind must do, in the order that callers rely on: 404 before 403, both
//! before the body is read, the row again inside the transaction, then the precondition, what is special, the answer kept
//! for a repetition, and the commit. What is special is a closure; it gives back a [`Done`], which only a recorded event or
//! the statement that nothing changed can make. A body at fault in its form goes there too, so that its other faults are
//! told with those; it never comes back as done.

use super::auth::Caller;
use super::entity::{Done, Entity};
use super::viewer::Viewer;
use crate::db::{Conn, Page, Tx};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ExternalRef, ExternalSource, Timestamp};
use crate::platform::cx::{Cx, Snapshot};
use crate::web::{
    Answer, Body, Changed, Changes, Created, Deleted, Found, Given, Json, ListRequest, Listed, Listing,
    MergePatch, Patchable, Upsert, Upserted,
};
use serde::de::DeserializeOwned;
use std::{collections::HashMap, hash::Hash};
use utoipa::ToSchema;

/// A thing that paths name.
pub trait Addressed: Entity {
    /// Whether it takes several statements to find: then it is read from a snapshot.
    const SEVERAL: bool = false;

    /// The row that the path names, as far as the caller may see it; else 404. `at` is the instant whose state is shown.
    fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> impl Future<Output = Result<Self>>;

    /// The path of its own address.
    fn location(&self) -> String;

    /// Refuses with 403 whoever sees the thing and may not change it.
    fn check_writer(&self, _: &Caller, _: Writing) -> Result<()> {
        Ok(())
    }
}

/// A thing that another system names.
pub trait Referenced: Addressed {
    /// The row with this id in the other system.
    fn find_by_ref(
        conn: &mut Conn,
        cx: &Cx,
        reference: (&ExternalSource, &ExternalRef),
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Self>>>;
}

/// What somebody is about to do with a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    Change,
    Deletion,
}

/// Answers with a page, and with the number of all rows where that is asked for.
pub async fn list<E: Entity, F: Listing>(
    cx: &Cx,
    list: &ListRequest<F>,
    page: Page<E>,
    count: impl AsyncFnOnce() -> Result<i64>,
) -> Result<Listed<E::View>> {
    let viewer = cx.viewer();
    list.finish(cx, page, |row| row.view(&viewer), count).await
}

/// Answers with the thing.
pub async fn show<E: Addressed>(cx: &Cx) -> Result<Found<E::View>> {
    show_with::<E>(cx, false, async |_, _| Ok(())).await
}

/// Answers with the thing and what else was asked for, which `expand` puts into it where anything was.
pub async fn show_with<E: Addressed>(
    cx: &Cx,
    asked: bool,
    expand: impl AsyncFnOnce(&mut Snapshot, &mut [E::View]) -> Result<()>,
) -> Result<Found<E::View>> {
    let mut conn = cx.snapshot_if(asked || E::SEVERAL).await?;
    let mut view = find::<E>(cx, &mut conn).await?.view(&cx.viewer());
    if asked {
        expand(&mut conn, std::slice::from_mut(&mut view)).await?;
    }
    Ok(Found(view))
}

/// Creates a thing.
pub async fn create<E: Addressed, T: ToSchema + DeserializeOwned + 'static>(
    cx: &Cx,
    body: Json<T>,
    make: impl AsyncFnOnce(&mut Tx, Body<T>) -> Result<Done<E>>,
) -> Result<Created<E::View>> {
    let new = body.read(cx).await?;
    let form = new.faults.refusal();
    let mut tx = cx.begin().await?;
    let row = Error::first(form, make(&mut tx, new).await)?;
    cx.commit(tx, created(cx, row)).await
}

/// Creates a thing within the one that the path names.
pub async fn create_in<P: Addressed, E: Addressed, T: ToSchema + DeserializeOwned + 'static>(
    cx: &Cx,
    body: Json<T>,
    make: impl AsyncFnOnce(&mut Tx, P, Body<T>) -> Result<Done<E>>,
) -> Result<Created<E::View>> {
    create_in_as(cx, body, make, |created| created).await
}

/// As [`create_in`], with an answer that holds more than the thing, such as its secret.
pub async fn create_in_as<P: Addressed, E: Addressed, T: ToSchema + DeserializeOwned + 'static, A: Answer>(
    cx: &Cx,
    body: Json<T>,
    make: impl AsyncFnOnce(&mut Tx, P, Body<T>) -> Result<Done<E>>,
    answer: impl FnOnce(Created<E::View>) -> A,
) -> Result<A> {
    find_outside::<P>(cx).await?;
    let new = body.read(cx).await?;
    let form = new.faults.refusal();
    let mut tx = cx.begin().await?;
    let parent = find_inside::<P>(cx, &mut tx).await?;
    let row = Error::first(form, make(&mut tx, parent, new).await)?;
    cx.commit(tx, answer(created(cx, row))).await
}

/// Merges the body into the thing.
pub async fn change<E: Addressed, T: Patchable>(
    cx: &Cx,
    body: MergePatch<T>,
    change: impl AsyncFnOnce(&mut Tx, E, &Changes<T>) -> Result<Done<E>>,
) -> Result<Changed<E::View>> {
    let changes = changes::<E, T>(cx, body).await?;
    act_said(cx, changes.refusal(), async |tx: &mut Tx, before| change(tx, before, &changes).await).await
}

/// Reads what is to be merged into the thing, once it is known that it is there and the caller may change it.
pub async fn changes<E: Addressed, T: Patchable>(cx: &Cx, body: MergePatch<T>) -> Result<Changes<T>> {
    find_outside::<E>(cx).await?.check_writer(cx.caller(), Writing::Change)?;
    body.read(cx).await
}

/// Finds the thing that another system names, or creates it.
pub async fn upsert<E: Referenced, T: Patchable>(
    cx: &Cx,
    body: Upsert<T>,
    create: impl AsyncFnOnce(&mut Tx, Body<T>) -> Result<Done<E>>,
    change: impl AsyncFnOnce(&mut Tx, E, &Changes<T>) -> Result<Done<E>>,
) -> Result<Upserted<E::View>> {
    let (source, reference) = cx.reference()?;
    let changes = body.read(cx).await?.for_reference(&source, &reference);
    let form = changes.refusal();
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    match E::find_by_ref(&mut tx, cx, (&source, &reference), at).await? {
        Some(before) => {
            before.check_writer(cx.caller(), Writing::Change)?;
            if form.is_none() {
                cx.judge(&before)?;
            }
            let row = Error::first(form, change(&mut tx, before, &changes).await)?;
            cx.commit(tx, Upserted::Changed(changed(cx, row))).await
        }
        None => {
            if form.is_none() {
                cx.judge_absent()?;
            }
            let new = changes.create()?;
            let row = Error::first(new.faults.refusal(), create(&mut tx, new).await)?;
            cx.commit(tx, Upserted::Created(created(cx, row))).await
        }
    }
}

/// Reads what is said with an act, once it is known that the thing is there and the caller may change it.
pub async fn said<E: Addressed, T: ToSchema + DeserializeOwned + 'static>(
    cx: &Cx,
    body: Json<T>,
) -> Result<Body<T>> {
    Ok(said_with::<E, T>(cx, body).await?.0)
}

/// As [`said`], and the thing as it stands outside of the transaction.
pub async fn said_of<E: Addressed, T: ToSchema + DeserializeOwned + 'static>(
    cx: &Cx,
    body: Json<T>,
) -> Result<(E, Body<T>)> {
    let thing: E = find_outside(cx).await?;
    thing.check_writer(cx.caller(), Writing::Change)?;
    Ok((thing, body.read(cx).await?))
}

/// As [`said`], and which members the body has.
pub async fn said_with<E: Addressed, T: ToSchema + DeserializeOwned + 'static>(
    cx: &Cx,
    body: Json<T>,
) -> Result<(Body<T>, Given)> {
    find_outside::<E>(cx).await?.check_writer(cx.caller(), Writing::Change)?;
    body.read_given(cx).await
}

/// Does an act on the thing.
pub async fn act<E: Addressed>(
    cx: &Cx,
    act: impl AsyncFnOnce(&mut Tx, E) -> Result<Done<E>>,
) -> Result<Changed<E::View>> {
    act_said(cx, None, act).await
}

/// Does an act on the thing with what is said of it; `form` refuses what is at fault in its form, once the act has told
/// the other faults.
pub async fn act_said<E: Addressed>(
    cx: &Cx,
    form: Option<Error>,
    act: impl AsyncFnOnce(&mut Tx, E) -> Result<Done<E>>,
) -> Result<Changed<E::View>> {
    let (tx, row) = write(cx, Writing::Change, form, act).await?;
    cx.commit(tx, changed(cx, row)).await
}

/// Deletes the thing, leaving its tombstone.
pub async fn delete<E: Addressed>(
    cx: &Cx,
    bury: impl AsyncFnOnce(&mut Tx, E) -> Result<Done<E>>,
) -> Result<Deleted> {
    let (tx, _buried) = write(cx, Writing::Deletion, None, bury).await?;
    cx.commit(tx, Deleted).await
}

/// Does something with the thing that is still to be committed: it is found, the caller may change it, and it is in the
/// state that they know. What they say is judged before that, so a body at fault in its `form` is refused in any state.
pub async fn write<E: Addressed, D>(
    cx: &Cx,
    writing: Writing,
    form: Option<Error>,
    act: impl AsyncFnOnce(&mut Tx, E) -> Result<D>,
) -> Result<(Tx, D)> {
    let mut tx = cx.begin().await?;
    let before: E = find_inside(cx, &mut tx).await?;
    before.check_writer(cx.caller(), writing)?;
    if form.is_none() {
        cx.judge(&before)?;
    }
    let done = Error::first(form, act(&mut tx, before).await)?;
    Ok((tx, done))
}

/// Puts related things into views, all of them with one statement: `id` names a view's, `place` is where it goes.
pub async fn expand<V, K: Copy + Eq + Hash, E: Entity>(
    views: &mut [V],
    viewer: &Viewer,
    id: impl Fn(&V) -> Option<K>,
    find_all: impl AsyncFnOnce(&[K]) -> Result<HashMap<K, E>>,
    place: impl Fn(&mut V) -> &mut Option<Box<E::View>>,
) -> Result<()> {
    let ids: Vec<K> = views.iter().filter_map(&id).collect();
    let found = find_all(&ids).await?;
    for view in views {
        let row = id(view).and_then(|id| found.get(&id)).cloned();
        *place(view) = row.map(|row| Box::new(row.view(viewer)));
    }
    Ok(())
}

async fn find_outside<E: Addressed>(cx: &Cx) -> Result<E> {
    find(cx, &mut cx.snapshot_if(E::SEVERAL).await?).await
}

async fn find<E: Addressed>(cx: &Cx, conn: &mut Snapshot) -> Result<E> {
    let at = conn.recorded_at;
    E::find(conn, cx, at).await
}

async fn find_inside<E: Addressed>(cx: &Cx, tx: &mut Tx) -> Result<E> {
    let at = tx.recorded_at();
    E::find(tx, cx, at).await
}

fn created<E: Addressed>(cx: &Cx, row: Done<E>) -> Created<E::View> {
    let row = row.into_row();
    Created { location: row.location(), body: row.view(&cx.viewer()) }
}

fn changed<E: Addressed>(cx: &Cx, row: Done<E>) -> Changed<E::View> {
    Changed(row.into_row().view(&cx.viewer()))
}
