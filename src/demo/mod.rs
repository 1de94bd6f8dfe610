//! Demonstration data: believable workspaces, the same in every run, made by the acts that the API does. It shows what
//! a front end has to draw, and gives the benchmarks their load.

mod dice;
mod links;
mod packages;
mod plan;
mod terms;
mod trades;
mod words;
mod write;

use crate::kernel::error::{Error, Result};
use crate::kernel::{Date, Email, Password};
use crate::platform::app::App;
use crate::slices::accounts::users;
use crate::slices::accounts::workspaces;
use chrono::NaiveDate;
use futures_util::{StreamExt, TryStreamExt, stream};

/// Everybody's password. It is published: the data is for looking at, not for the open net.
pub const PASSWORD: &str = "Kranich-am-Deich-42";
/// The day on which the data ends, unless another is asked for.
pub const LAST_DAY: Date = Date(NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day of the calendar"));
/// Workspaces that are written at the same time.
const AT_ONCE: usize = 4;

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub workspaces: usize,
    /// Time entries of the last year in each workspace; the number of everything else follows from it. The two years that
    /// show packages come on top.
    pub entries: usize,
    /// The day on which the data ends.
    pub today: Date,
    /// Whether it may stand beside workspaces that are there.
    pub add: bool,
}

/// A workspace that was made, and who can log in to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub name: String,
    pub logins: Vec<Login>,
}

/// A log-in, with [`PASSWORD`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// `owner`, `colleague`, or `client` with the client's name.
    pub role: &'static str,
    pub client: Option<String>,
    pub name: String,
    pub email: String,
}

/// Makes demonstration workspaces.
pub async fn fill(app: &App, order: Order) -> Result<Vec<Office>> {
    if !order.add && workspaces::store::exists_any(&mut app.db.read().await?).await? {
        return Err(Error::internal(
            "there are workspaces in the database already; with --add demonstration data is put beside them",
        ));
    }
    let first = first_free(app).await?;
    let hash = app.hasher.hash(&Password::from(PASSWORD)).await?;
    let offices = (first..first + order.workspaces).map(|number| {
        let plan = plan::plan(number, order.entries, order.today);
        let hash = hash.as_str();
        async move { write::write(app, &plan, hash).await }
    });
    let offices = stream::iter(offices).buffered(AT_ONCE).try_collect().await?;
    // Links that ended in the year that was made are told of now, as they would have been then.
    app.jobs.run_due().await?;
    Ok(offices)
}

/// The first number whose workspace is not there yet.
async fn first_free(app: &App) -> Result<usize> {
    let mut conn = app.db.read().await?;
    let mut number = 0;
    while users::store::by_email(&mut conn, &Email(plan::owner_email(number))).await?.is_some() {
        number += 1;
    }
    Ok(number)
}
