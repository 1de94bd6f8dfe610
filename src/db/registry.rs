//! What slices register with those below them: rows that block something, and what they do in the transaction of another
//! slice's act. It is a constant of the program, and every transaction is opened with it. No slice is known here.

use super::{Tx, sql};
use crate::kernel::Arg;
use crate::kernel::error::{Blocker, Code, Error, Result};
use std::{any::Any, pin::Pin};

/// Everything that slices register.
pub struct Registry {
    /// In the order in which an answer names them.
    pub holders: &'static [Holder],
    /// A list of each slice.
    pub reactions: &'static [&'static [&'static Registered]],
}

/// What rows of other slices can block. The slice declares it whose row is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Blockable {
    pub name: &'static str,
    /// The code of the refusal.
    pub refusal: Code,
}

/// Rows that block something.
pub struct Holder {
    /// What they are called in `blocked_by`.
    pub name: &'static str,
    pub blocks: &'static [Blockable],
    /// The statement that counts them: of a workspace `$1` and of the id of the row that is concerned `$2`.
    pub count: &'static str,
    /// Whether the statement asks for the time as well, as `$3`.
    pub dated: bool,
}

/// What a slice does when a slice below does the act `A`, in the same transaction. It may refuse the act, and it may
/// answer in what the act leaves open.
pub struct Reaction<A>(pub for<'t> fn(&'t mut Tx, &'t mut A) -> Reacting<'t>);

/// A reaction at work.
pub type Reacting<'t> = Pin<Box<dyn Future<Output = Result<()>> + Send + 't>>;

/// A [`Reaction`] to any act.
pub type Registered = dyn Any + Send + Sync;

impl Tx {
    /// Refuses what rows of other slices block, with how many of each.
    pub async fn refuse_if_held(&mut self, what: Blockable, id: impl Into<Arg> + Copy) -> Result<()> {
        let mut blockers = Vec::new();
        for holder in self.registry()?.holders.iter().filter(|holder| holder.blocks.contains(&what)) {
            let count = sql(holder.count).bind(self.workspace()).bind(id);
            let count = if holder.dated { count.bind(self.wall_clock()) } else { count };
            let count: i64 = self.scalar(count).await?.unwrap_or(0);
            if count > 0 {
                blockers.push(Blocker { r#type: holder.name, count });
            }
        }
        match blockers.is_empty() {
            true => Ok(()),
            false => Err(Error::new(what.refusal).blocked_by(blockers)),
        }
    }

    /// Lets the slices above react to an act, in their order.
    pub async fn react_to<A: Send + 'static>(&mut self, act: &mut A) -> Result<()> {
        let registered = self.registry()?.reactions.iter().copied().flatten();
        let reactions: Vec<&'static Reaction<A>> =
            registered.filter_map(|reaction| reaction.downcast_ref::<Reaction<A>>()).collect();
        for reaction in reactions {
            (reaction.0)(self, act).await?;
        }
        Ok(())
    }

    fn registry(&self) -> Result<&'static Registry> {
        self.registry.ok_or_else(|| Error::internal("no slices are registered with this database"))
    }
}
