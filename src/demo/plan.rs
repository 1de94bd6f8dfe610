//! What happens in a demonstration workspace, and when: a pure function of its number, its size and the day on which
//! the data ends. Nothing here knows a database.

mod calendar;
mod clients;
mod engagements;
mod entries;
mod links;
mod packages;
mod tasks;

pub use entries::{PlannedEntry, Worked};

use super::dice::Dice;
use super::packages::Deed;
use super::words::{FIRST_NAMES, LAST_NAMES, mailbox, slug};
use crate::kernel::{Date, Timestamp};
use crate::slices::engagements::model::EngagementAct;
use crate::slices::tasks::model::TaskAction;
use calendar::Calendar;
use chrono::{Days, NaiveDate};
use serde_json::Value;

/// Who does something: a member of the team (the first is the owner), or the contact of a client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Team(usize),
    Contact(usize),
}

/// A person with a log-in.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// A client with contacts and channels, as the API takes them.
pub struct PlannedClient {
    pub body: Value,
    pub contacts: Vec<Value>,
    pub channels: Vec<Value>,
    /// Who of them has a log-in.
    pub login: Option<Person>,
    is_lead: bool,
    is_leaving: bool,
    /// The working day on which it becomes known.
    day: usize,
}

/// An engagement, as the API takes it.
pub struct PlannedEngagement {
    pub client: usize,
    pub body: Value,
    /// Whether its entries say themselves which share of a day they are.
    says_days: bool,
    /// The working days on which it takes work: from the first up to, but without, the second.
    open: (usize, usize),
}

/// A task, as the API takes it.
pub struct PlannedTask {
    pub client: usize,
    pub engagement: Option<usize>,
    pub assignee: Option<usize>,
    pub by: Who,
    pub body: Value,
    day: usize,
}

/// A share link, as the API takes it.
pub struct PlannedLink {
    pub client: usize,
    pub task: Option<usize>,
    pub by: Who,
    pub body: Value,
}

/// Something that happens. Numbers are places in the lists of the plan.
pub enum Step {
    Join(usize),
    Client(usize),
    ArchiveClient(usize),
    Engagement(usize),
    Act { engagement: usize, act: EngagementAct, by: Who, note: Option<&'static str> },
    NewTerms { engagement: usize, terms: Value, from: Date, by: Who, note: Option<&'static str> },
    Task(usize),
    TaskAct { task: usize, action: TaskAction, by: Who, said: Option<&'static str> },
    Comment { task: usize, by: Who, text: &'static str, internal: bool },
    Link(usize),
    Revoke(usize),
    Package { engagement: usize, by: Who, deed: Deed },
    Entry(Box<PlannedEntry>),
    StartTimer { by: usize, engagement: usize, description: &'static str },
    PauseTimer { by: usize },
}

impl Step {
    /// Whether it is done by itself, exactly when it happens, and not at the end of the day like what is written down later.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::StartTimer { .. } | Self::PauseTimer { .. } | Self::Package { .. })
    }
}

/// A whole demonstration workspace.
pub struct Plan {
    pub office: String,
    pub team: Vec<Person>,
    pub clients: Vec<PlannedClient>,
    pub engagements: Vec<PlannedEngagement>,
    pub tasks: Vec<PlannedTask>,
    pub links: Vec<PlannedLink>,
    /// When the workspace is founded.
    pub begins: Timestamp,
    /// What happens then, in order.
    pub steps: Vec<(Timestamp, Step)>,
    number: usize,
    calendar: Calendar,
    dice: Dice,
}

/// The owner's address in the workspace of this number, which no other workspace has.
pub fn owner_email(number: usize) -> String {
    teammate(number, 0).email
}

/// The workspace of this number, with so many time entries, up to this day.
pub fn plan(number: usize, entries: usize, today: Date) -> Plan {
    let size = Size::of(entries);
    let calendar = Calendar::up_to(today.0);
    let founded = calendar.of_month((0, 1)) - Days::new(5);
    let mut plan = Plan {
        office: format!("Büro {}", surname(number, 0)),
        team: (0..size.team).map(|member| teammate(number, member)).collect(),
        clients: Vec::new(),
        engagements: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        begins: calendar.within_on(founded, 8 * 60),
        steps: Vec::new(),
        number,
        calendar,
        dice: Dice::new(number as u64 + 1),
    };
    for member in 1..size.team {
        plan.step_on(founded, 8 * 60 + 30, Step::Join(member));
    }
    clients::plan(&mut plan, size.clients, founded);
    engagements::plan(&mut plan);
    tasks::plan(&mut plan, size.tasks);
    links::plan(&mut plan);
    entries::plan(&mut plan, entries);
    packages::plan(&mut plan);
    // What happens at the same time stays in the order in which it was planned.
    plan.steps.sort_by_key(|(at, _)| *at);
    plan
}

/// How large a workspace of so many entries is in everything else.
struct Size {
    team: usize,
    clients: usize,
    tasks: usize,
}

impl Size {
    fn of(entries: usize) -> Self {
        Self {
            team: (2 + entries / 5000).min(60),
            clients: (entries / 1000).clamp(10, 100),
            tasks: (entries * 3 / 100).clamp(45, 3000),
        }
    }
}

impl Plan {
    /// Notes that something happens on a working day at a minute of the day, and never after the end.
    fn step(&mut self, day: usize, minute: i64, step: Step) {
        self.steps.push((self.calendar.within(day, minute), step));
    }

    /// Notes that something happens at a minute of any day, and never after the end.
    fn step_on(&mut self, date: NaiveDate, minute: i64, step: Step) {
        self.steps.push((self.calendar.within_on(date, minute), step));
    }

    /// Somebody of the client's with a log-in, or else of the team.
    fn contact_or_team(&mut self, client: usize) -> Who {
        match self.clients[client].login {
            Some(_) => Who::Contact(client),
            None => self.somebody(),
        }
    }

    /// Somebody of the team, mostly the owner.
    fn somebody(&mut self) -> Who {
        let team = self.team.len();
        Who::Team(if self.dice.percent(60) { 0 } else { self.dice.below(team) })
    }
}

fn surname(number: usize, member: usize) -> &'static str {
    LAST_NAMES[(number * 13 + member * 5) % LAST_NAMES.len()]
}

fn teammate(number: usize, member: usize) -> Person {
    let (first, last) = (FIRST_NAMES[(number * 7 + member * 11) % FIRST_NAMES.len()], surname(number, member));
    let place = place(&format!("Büro {}", surname(number, 0)), number);
    Person { name: format!("{first} {last}"), email: mailbox(first, last, &place) }
}

/// The domain of a business that appears in the workspace of this number.
fn place(business: &str, number: usize) -> String {
    match number {
        0 => slug(business),
        _ => format!("{}-{}", slug(business), number + 1),
    }
}

#[cfg(test)]
mod tests;
