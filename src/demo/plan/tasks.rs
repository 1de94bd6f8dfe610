//! The tasks: what they are, what becomes of them, and what is said about them.

use super::{Plan, PlannedTask, Step, Who, clients};
use crate::demo::trades::{ANSWERS, EVERYBODYS_TASKS, QUESTIONS, REASONS, REMARKS};
use crate::demo::words::MONTHS;
use crate::slices::tasks::model::{
    TaskAction::{self, Accept, Answer, Approve, Cancel, Complete, Decline, Return, Start, Submit, Wait},
    TaskStatus,
};
use chrono::Datelike;
use serde_json::json;

/// Tasks that are younger than this many working days are mostly still open.
const YOUNG: usize = 25;

pub fn plan(plan: &mut Plan, count: usize) {
    for i in 0..count {
        task(plan, i);
    }
}

fn task(plan: &mut Plan, i: usize) {
    let last = plan.calendar.last();
    // The first ones show every status.
    let fate = TaskStatus::ALL.get(i).copied();
    let client = client(plan, i, fate);
    let first = plan.clients[client].day + 3;
    let day = match fate {
        Some(_) => last - 4 - i % 8,
        None => first + plan.dice.below(last - 2 - first),
    };
    let fate = fate.unwrap_or_else(|| draw_fate(plan, last - day < YOUNG));
    let contact = plan.clients[client].login.is_some().then_some(Who::Contact(client));
    let asked = matches!(fate, TaskStatus::Requested | TaskStatus::Accepted | TaskStatus::Declined)
        || plan.dice.percent(15);
    let (by, fate) = match contact {
        Some(contact) if asked => (contact, fate),
        // Only a client asks for work that can be taken on or declined.
        _ if fate == TaskStatus::Declined => (plan.somebody(), TaskStatus::Cancelled),
        _ if matches!(fate, TaskStatus::Requested | TaskStatus::Accepted) => (plan.somebody(), TaskStatus::Todo),
        _ => (plan.somebody(), fate),
    };
    let internal = matches!(by, Who::Team(_)) && fate == TaskStatus::Done && plan.dice.percent(12);
    let planned = body(plan, client, day, (by, fate), internal);
    plan.tasks.push(planned);
    let minute = plan.dice.between(8 * 60, 12 * 60);
    plan.step(day, minute, Step::Task(i));
    let reviewer = contact.filter(|_| !internal);
    acts(plan, i, day, (by, fate), reviewer);
    comments(plan, i, day, reviewer);
}

/// Whose task it is: not a lead's, and the first ones those of clients with a log-in.
fn client(plan: &mut Plan, i: usize, fate: Option<TaskStatus>) -> usize {
    if fate.is_some() {
        return i % 3;
    }
    loop {
        let client = plan.dice.below(plan.clients.len());
        if !plan.clients[client].is_lead && !plan.clients[client].is_leaving {
            return client;
        }
    }
}

fn draw_fate(plan: &mut Plan, is_young: bool) -> TaskStatus {
    use TaskStatus::{
        Accepted, Cancelled, Declined, Done, InProgress, InReview, Requested, Todo, WaitingOnClient,
    };
    match is_young {
        true => plan.dice.pick(&[
            Todo,
            Todo,
            InProgress,
            InProgress,
            Requested,
            Accepted,
            WaitingOnClient,
            InReview,
            Done,
            Done,
        ]),
        false if plan.dice.percent(84) => Done,
        false => plan.dice.pick(&[
            Cancelled,
            Cancelled,
            Declined,
            Declined,
            Todo,
            InProgress,
            WaitingOnClient,
            InReview,
        ]),
    }
}

fn body(plan: &mut Plan, client: usize, day: usize, (by, fate): (Who, TaskStatus), internal: bool) -> PlannedTask {
    let specific = clients::trade(client).tasks;
    let template = if plan.dice.percent(60) {
        &specific[plan.dice.below(specific.len())]
    } else {
        &EVERYBODYS_TASKS[plan.dice.below(EVERYBODYS_TASKS.len())]
    };
    let month = MONTHS[plan.calendar.date(day).month0() as usize];
    let due = plan.calendar.date(day + 2 + plan.dice.below(15));
    let points = template.points.iter().map(|point| json!({"title": point, "done": fate == TaskStatus::Done}));
    let mut body = json!({
        "title": template.title.replace("{M}", month),
        "area": template.area,
        "description": plan.dice.percent(40).then_some("Wie im letzten Monat; bei **Rückfragen** bitte anrufen."),
        "priority": plan.dice.pick(&["low", "normal", "normal", "normal", "high", "urgent"]),
        "due_on": (!plan.dice.percent(15)).then_some(due),
        "checklist": points.collect::<Vec<_>>(),
    });
    let is_ours = matches!(by, Who::Team(_));
    if is_ours {
        body["estimated_minutes"] = json!(30 * plan.dice.between(1, 10));
        body["tags"] =
            json!(plan.dice.pick::<&[&str]>(&[&["monatlich"], &["dringend"], &["belege", "monatlich"], &[]]));
        body["internal_note"] = json!(plan.dice.percent(20).then_some("Vorlage liegt im Büro-Laufwerk."));
        body["visibility"] = json!(if internal { "internal" } else { "shared" });
        if plan.dice.percent(4) {
            body["billable"] = json!(false);
        }
    }
    let open: Vec<usize> = (0..plan.engagements.len())
        .filter(|e| plan.engagements[*e].client == client)
        .filter(|e| (plan.engagements[*e].open.0..plan.engagements[*e].open.1).contains(&day))
        .collect();
    let engagement = (!open.is_empty() && plan.dice.percent(75)).then(|| plan.dice.pick(&open));
    let assignee = is_ours.then(|| plan.dice.below(plan.team.len()));
    PlannedTask { client, engagement, assignee, by, body, day }
}

/// The way to where the task ends, an act every day or two.
fn acts(plan: &mut Plan, task: usize, created: usize, (by, fate): (Who, TaskStatus), contact: Option<Who>) {
    let by_client = matches!(by, Who::Contact(_));
    let worker = plan.somebody();
    let other = contact.unwrap_or(worker);
    let reason = Some(plan.dice.pick(REASONS));
    let question = Some(plan.dice.pick(QUESTIONS));
    let answer = Some(plan.dice.pick(ANSWERS));
    let mut way: Vec<(TaskAction, Who, Option<&'static str>)> = Vec::new();
    if by_client && !matches!(fate, TaskStatus::Requested | TaskStatus::Declined) {
        way.push((Accept, worker, None));
    }
    match fate {
        TaskStatus::Requested | TaskStatus::Accepted | TaskStatus::Todo => {}
        TaskStatus::Declined => way.push((Decline, worker, reason)),
        TaskStatus::Cancelled => way.push((Cancel, worker, reason)),
        TaskStatus::InProgress => way.push((Start, worker, None)),
        TaskStatus::WaitingOnClient => way.extend([(Start, worker, None), (Wait, worker, question)]),
        TaskStatus::InReview => way.extend([(Start, worker, None), (Submit, worker, None)]),
        TaskStatus::Done => {
            way.push((Start, worker, None));
            match plan.dice.below(10) {
                0..=4 => way.push((Complete, worker, None)),
                5..=6 => way.extend([
                    (Wait, worker, question),
                    (Answer, other, answer),
                    (Start, worker, None),
                    (Complete, worker, None),
                ]),
                7..=8 => way.extend([(Submit, worker, None), (Approve, other, None)]),
                _ => way.extend([
                    (Submit, worker, None),
                    (Return, other, reason),
                    (Submit, worker, None),
                    (Approve, other, None),
                ]),
            }
        }
    }
    let mut day = created;
    for (action, by, said) in way {
        day += 1 + plan.dice.below(2);
        plan.step(day, 13 * 60, Step::TaskAct { task, action, by, said });
    }
}

fn comments(plan: &mut Plan, task: usize, created: usize, contact: Option<Who>) {
    for n in 0..plan.dice.below(3) {
        let by = contact.filter(|_| plan.dice.percent(40));
        let (by, internal) = match by {
            Some(contact) => (contact, false),
            None => (plan.somebody(), plan.dice.percent(20)),
        };
        let text = plan.dice.pick(REMARKS);
        plan.step(created + 1 + n, 16 * 60, Step::Comment { task, by, text, internal });
    }
}
