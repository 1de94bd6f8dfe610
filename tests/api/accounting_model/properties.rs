//! What holds in the model whatever is done to it: else it could not judge anything.

use super::{
    calendar::Day,
    edits::Cut,
    model::Model,
    operations::{Generator, Operation},
    random::Random,
    terms::Scope,
    totals::Filter,
    world::World,
};

/// Does an operation to the model alone, with made-up ids; what is refused changes nothing.
fn perform(model: &mut Model, operation: &Operation, number: usize) {
    let id = format!("{number:06}");
    let before = model.clone();
    let outcome = match operation {
        Operation::Create(new) | Operation::Start(new) => model.create(&id, new),
        Operation::Change { id, change } => model.change(id, change),
        Operation::Delete { id } => model.delete(id),
        Operation::Split { id: first, cut, .. } => model.split(first, *cut, &id),
        Operation::Bulk { items, .. } => {
            items.iter().enumerate().for_each(|(i, item)| perform(model, item, number + i));
            Ok(())
        }
        Operation::Accept { engagement, from, terms, apply } => {
            let version = model.accept(*engagement, &id, *from, *terms);
            if *apply {
                model.apply(*engagement, version);
            }
            Ok(())
        }
        Operation::Apply { engagement, version } => {
            model.apply(*engagement, *version);
            Ok(())
        }
        Operation::Lock { id } => {
            model.lock(id);
            Ok(())
        }
        Operation::Price { task, rate } => {
            model.tasks[*task].rate = *rate;
            Ok(())
        }
        Operation::Stop { id, time } => {
            model.stop(id, *time);
            Ok(())
        }
    };
    assert!(outcome.is_ok() || model.entries == before.entries, "{operation:?}");
}

/// Random histories, looked at after every operation.
fn histories(mut look: impl FnMut(&Model, &World)) {
    for seed in 0..36 {
        let mut random = Random::new(seed);
        let world = World::new(&mut random, usize::try_from(seed).unwrap() % 6, 6);
        let mut model = world.begin.clone();
        for number in 0..120 {
            let step = Generator { random: &mut random, world: &world, model: &model }.step();
            perform(&mut model, &step.operation, number * 10 + 1);
            look(&model, &world);
        }
    }
}

/// Accounting only what an act touches is as good as accounting for everything: the order of acts leaves no trace.
#[test]
fn accounting_again_changes_nothing() {
    histories(|model, _| {
        let mut again = model.clone();
        again.account_all();
        assert_eq!(again.entries, model.entries);
    });
}

#[test]
fn the_dates_of_an_entry_add_up_to_it() {
    histories(|model, world| {
        let inside =
            |from, until| model.totals(&Filter { from: Some(from), until: Some(until), ..Filter::default() });
        let (first, after) = (world.dates[0], Day(world.dates[2].0 + 2));
        let days = (first.0..after.0).map(|day| inside(Day(day), Day(day + 1)));
        let sum =
            days.fold((0, 0), |(raw, billed), day| (raw + day.duration_seconds, billed + day.billed_seconds));
        let whole = inside(first, after);
        assert_eq!(sum, (whole.duration_seconds, whole.billed_seconds - whole.rounding_seconds));
        for entry in model.entries.values().filter(|entry| !entry.running()) {
            let amounts: Option<i128> = entry.parts.iter().map(|part| part.amount).sum();
            assert_eq!(
                (amounts, entry.time.seconds().into()),
                (entry.amount, entry.parts.iter().map(|part| part.raw).sum::<i128>())
            );
        }
    });
}

/// Nothing that is billed moves when work is split at midnight, but where each entry is rounded for itself.
#[test]
fn splitting_at_midnight_changes_no_bill() {
    let mut seen = 0;
    histories(|model, world| {
        let anywhere_locked = model.entries.values().any(|entry| entry.locked);
        let over_midnight = model.entries.values().find(|entry| {
            entry.parts.len() == 2 && model.terms(entry).rounding.scope != Scope::Entry && !anywhere_locked
        });
        let Some(entry) = over_midnight else { return };
        let mut split = model.clone();
        split.split(&entry.id, Cut::At(entry.parts[1].begin.unwrap()), "zzz").unwrap();
        seen += 1;
        for day in world.dates {
            let filter = Filter { from: Some(day), until: Some(day.next()), ..Filter::default() };
            let (before, mut after) = (model.totals(&filter), split.totals(&filter));
            after.entries = before.entries;
            assert_eq!(after, before, "{entry:?} on {day}");
        }
    });
    assert!(seen > 50, "{seen}");
}
