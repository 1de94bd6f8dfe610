//! The model: what is noted, and what is done to it. Every act says which pools it touches; those are accounted for
//! anew when it is done, and no others.

use super::{
    calendar::Day,
    entry::{Entry, Given, Part, Time},
    pools::Pool,
    terms::{DayRule, Engagement, Task, Terms},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most that one person gives for one date: a whole day.
const WHOLE_DAY: i128 = 10_000;

#[derive(Clone, Default, Debug)]
pub struct Model {
    pub engagements: Vec<Engagement>,
    pub tasks: Vec<Task>,
    /// By id, which is the last resort of every order.
    pub entries: BTreeMap<String, Entry>,
}

/// Why an act is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    Locked,
    /// The terms want the entry to say how many days it is.
    DaysRequired,
    /// More than one given day per person and date.
    DaysAbove,
}

impl Refusal {
    pub fn status(self) -> u16 {
        match self {
            Self::Locked => 409,
            Self::DaysRequired | Self::DaysAbove => 422,
        }
    }
}

/// New work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEntry {
    pub member: usize,
    pub engagement: usize,
    pub task: Option<usize>,
    pub time: Time,
    pub given: Given,
}

impl Model {
    /// Its entry of this id.
    pub fn entry(&self, id: &str) -> &Entry {
        &self.entries[id]
    }

    pub fn terms(&self, entry: &Entry) -> &Terms {
        &self.engagements[entry.engagement].versions[entry.version].terms
    }

    pub fn daily(&self, entry: &Entry) -> bool {
        self.engagements[entry.engagement].daily
    }

    /// Takes the rate that comes down the ladder: the entry's own, its task's, its terms'.
    pub fn price_anew(&self, entry: &mut Entry) {
        let task = entry.task.and_then(|task| self.tasks[task].rate);
        entry.by_task = entry.given.rate.is_none() && task.is_some();
        entry.rate = entry.given.rate.or(task).unwrap_or(self.terms(entry).rate);
    }

    /// Takes the rate of its terms, unless somebody or a task gave another one.
    pub fn price_by_terms(&self, entry: &mut Entry) {
        if entry.given.rate.is_none() && !entry.by_task {
            entry.rate = self.terms(entry).rate;
        }
    }

    /// Whether it is billed, as it says itself, or its task.
    pub fn billing(&self, entry: &Entry) -> bool {
        let task = entry.task.and_then(|task| self.tasks[task].billable);
        entry.given.billable.or(task).unwrap_or(true)
    }

    /// Notes work, or starts a timer.
    pub fn create(&mut self, id: &str, new: &NewEntry) -> Result<(), Refusal> {
        let mut entry = Entry {
            id: id.to_owned(),
            member: new.member,
            engagement: new.engagement,
            task: new.task,
            time: new.time,
            given: new.given,
            version: self.engagements[new.engagement].in_force(new.time.day()),
            rate: 0,
            by_task: false,
            billable: false,
            locked: false,
            parts: new.time.parts(),
            amount: None,
        };
        self.price_anew(&mut entry);
        entry.billable = self.billing(&entry);
        if !entry.running() {
            self.demand_days(&entry)?;
            self.limit_days(&entry)?;
        }
        self.put(entry);
        Ok(())
    }

    /// Stops a timer: it takes its version, rate and days now. An `explicit` one has no days until somebody says them.
    pub fn stop(&mut self, id: &str, time: Time) {
        let mut entry = self.entry(id).clone();
        entry.time = time;
        entry.parts = time.parts();
        entry.version = self.engagements[entry.engagement].in_force(entry.day());
        self.price_anew(&mut entry);
        entry.billable = self.billing(&entry);
        self.put(entry);
    }

    pub fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        self.open(id)?;
        let gone = self.entries.remove(id).expect("an entry of the model");
        self.account(self.pools_of(&gone));
        Ok(())
    }

    /// An entry that is not locked.
    pub fn open(&self, id: &str) -> Result<&Entry, Refusal> {
        let entry = self.entry(id);
        if entry.locked { Err(Refusal::Locked) } else { Ok(entry) }
    }

    /// Has new terms accepted; they reach no entry.
    pub fn accept(&mut self, engagement: usize, id: &str, from: Day, terms: Terms) -> usize {
        let versions = &mut self.engagements[engagement].versions;
        versions.push(super::terms::Version { id: id.to_owned(), from, terms });
        versions.len() - 1
    }

    /// Accounts for the open entries of the dates on which these terms are in force anew, under these terms.
    pub fn apply(&mut self, engagement: usize, version: usize) {
        let explicit = self.engagements[engagement].versions[version].terms.days == Some(DayRule::Explicit);
        let in_force = |entry: &Entry| self.engagements[engagement].in_force(entry.day()) == version;
        let reached = |entry: &&Entry| {
            entry.engagement == engagement
                && !entry.locked
                && !entry.running()
                && entry.version != version
                && (!explicit || !entry.billable || entry.given.days.is_some())
                && in_force(entry)
        };
        let reached: Vec<Entry> = self.entries.values().filter(reached).cloned().collect();
        let mut touched = BTreeSet::new();
        for mut entry in reached {
            touched.extend(self.pools_of(&entry));
            entry.version = version;
            self.price_by_terms(&mut entry);
            touched.extend(self.pools_of(&entry));
            self.entries.insert(entry.id.clone(), entry);
        }
        self.account(touched);
    }

    /// Freezes an entry. Nothing is accounted for anew.
    pub fn lock(&mut self, id: &str) {
        self.entries.get_mut(id).expect("an entry of the model").locked = true;
    }

    /// Stores an entry in place of what it was, and accounts for the pools that it leaves and enters.
    pub fn put(&mut self, entry: Entry) {
        let mut touched = self.entries.get(&entry.id).map_or_else(BTreeSet::new, |old| self.pools_of(old));
        touched.extend(self.pools_of(&entry));
        self.entries.insert(entry.id.clone(), entry);
        self.account(touched);
    }

    /// Accounts for these pools anew.
    pub fn account(&mut self, pools: BTreeSet<Pool>) {
        for pool in pools {
            self.account_pool(&pool);
        }
    }

    /// Accounts for every pool anew: that changes nothing, however the entries came to be.
    #[cfg(test)]
    pub fn account_all(&mut self) {
        let pools = self.entries.values().flat_map(|entry| self.pools_of(entry)).collect();
        self.account(pools);
    }

    /// Where the terms want the entry to say how many days it is, it has to.
    pub fn demand_days(&self, entry: &Entry) -> Result<(), Refusal> {
        let explicit = self.terms(entry).days == Some(DayRule::Explicit);
        if explicit && entry.given.days.is_none() { Err(Refusal::DaysRequired) } else { Ok(()) }
    }

    /// Whether the days given for billable work stay within one per person and date.
    pub fn limit_days(&self, entry: &Entry) -> Result<(), Refusal> {
        let Some(given) = self.counted_days(entry) else { return Ok(()) };
        for (part, days) in entry.parts.iter().zip(given) {
            let others = self.entries.values().filter(|other| {
                other.id != entry.id && other.member == entry.member && other.engagement == entry.engagement
            });
            let of_date = |other: &Entry| {
                let days = self.counted_days(other).unwrap_or_default();
                let on_date = |(other, days): (&Part, i128)| if other.day == part.day { days } else { 0 };
                other.parts.iter().zip(days).map(on_date).sum::<i128>()
            };
            if days + others.map(of_date).sum::<i128>() > WHOLE_DAY {
                return Err(Refusal::DaysAbove);
            }
        }
        Ok(())
    }

    /// The given days, by part.
    pub fn given_days(&self, entry: &Entry) -> Option<Vec<i128>> {
        if self.daily(entry) { entry.given_by_part() } else { None }
    }

    /// Those of billable work, which count.
    pub fn counted_days(&self, entry: &Entry) -> Option<Vec<i128>> {
        if entry.billable { self.given_days(entry) } else { None }
    }
}
