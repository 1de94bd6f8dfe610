//! A second account of the same rules, as plain as can be: it walks through the days, searches all lots each time
//! something takes, and shares nothing with the account that it judges but the words of the cases.

use super::super::*;
use super::properties::scenes;
use super::scene::{H, Scene};
use proptest::prelude::*;

const PERIODS: usize = 5;

/// What a lot is, in the order in which lots of one day give.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Included,
    Adjustment,
    Extension,
    Carried,
    Block,
}

struct Hours {
    id: Uuid,
    sort: Sort,
    is_opening: bool,
    from: Date,
    /// The last day by the calendar; included lots have none.
    until: Option<Date>,
    /// Through how many periods that were not skipped it has been carried, with the one under way.
    carried: i32,
    left: i64,
    given: i64,
}

impl Hours {
    fn is_package(&self) -> bool {
        matches!(self.sort, Sort::Included | Sort::Carried)
    }

    fn is_usable(&self, on: Date) -> bool {
        self.left > 0 && self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// The day of grant as the order sees it: that of an opening lot is before every other.
    fn granted_on(&self) -> (bool, Date) {
        (!self.is_opening, self.from)
    }
}

/// What the model says of one period.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    figures: BTreeMap<&'static str, i64>,
    /// By entry, in the order of work: what it took of which lots, and its overage.
    work: Vec<(Option<Uuid>, Vec<Taken>, i64)>,
    /// What lots had left at the end of the last day, and what they have in the next period.
    left: BTreeMap<Uuid, i64>,
    kept: BTreeMap<Uuid, i64>,
}

struct Model<'a> {
    scene: &'a Scene,
    ends: Vec<Date>,
    lots: Vec<Hours>,
    deficit: i64,
}

impl Model<'_> {
    /// The last usable day of a lot as the order sees it in a period, none without end.
    fn end(&self, lot: &Hours, period: &Period) -> Option<Date> {
        let rules = &self.scene.rules;
        match (lot.is_package(), rules.carry) {
            (false, _) => lot.until,
            (true, CarryPolicy::All) => {
                let more = rules.carry_expires_after? - lot.carried;
                Some(self.ends[usize::try_from(period.seq - 1 + more).unwrap()])
            }
            (true, CarryPolicy::None | CarryPolicy::Capped) => Some(period.ends_on),
        }
    }

    /// Who gives next on a day.
    fn next(&mut self, on: Date, period: &Period) -> Option<&mut Hours> {
        let order = self.scene.rules.consume_order;
        let rank = |lot: &Hours| {
            let end = self.end(lot, period);
            let by_end = (order != ConsumeOrder::OldestFirst).then_some((end.is_none(), end));
            let is_late = order == ConsumeOrder::IncludedFirst && lot.sort != Sort::Included;
            (is_late, by_end, lot.granted_on(), lot.sort, lot.id)
        };
        let usable = (0..self.lots.len()).filter(|at| self.lots[*at].is_usable(on));
        let first = usable.min_by_key(|at| rank(&self.lots[*at]))?;
        Some(&mut self.lots[first])
    }

    /// Takes so much on a day: what each lot gave, and what none had.
    fn take(&mut self, on: Date, period: &Period, mut wanted: i64) -> (Vec<Taken>, i64) {
        let mut taken = Vec::new();
        while wanted > 0 {
            let Some(lot) = self.next(on, period) else { break };
            let part = wanted.min(lot.left);
            lot.left -= part;
            lot.given += part;
            wanted -= part;
            taken.push(Taken { lot: lot.id, seconds: part });
        }
        (taken, wanted)
    }

    fn left(&self) -> BTreeMap<Uuid, i64> {
        self.lots.iter().filter(|lot| lot.left > 0).map(|lot| (lot.id, lot.left)).collect()
    }

    fn period(&mut self, period: &Period) -> Told {
        let scene = self.scene;
        let brought: i64 = self.left().values().sum();
        let carried_in = brought - self.deficit;
        let included = if period.is_skipped { 0 } else { scene.included };
        for lot in self.lots.iter_mut().filter(|lot| lot.is_package()) {
            lot.sort = Sort::Carried;
            lot.carried += i32::from(!period.is_skipped);
        }
        let id = Uuid::from_u128(period.seq as u128);
        let (sort, from, left) = (Sort::Included, period.starts_on, included);
        self.lots.push(Hours { id, sort, is_opening: false, from, until: None, carried: 0, left, given: 0 });
        let [mut adjusted, mut extended, mut blocks, mut consumed, mut covered] = [0; 5];
        let mut told = Vec::new();
        for on in period.starts_on.0.iter_days().map(Date).take_while(|on| *on <= period.ends_on) {
            for grant in scene.grants.iter().filter(|grant| grant.usable_from == on) {
                let (sort, sum) = match grant.kind {
                    LotKind::Adjustment => (Sort::Adjustment, &mut adjusted),
                    LotKind::Extension => (Sort::Extension, &mut extended),
                    _ => (Sort::Block, &mut blocks),
                };
                let Grant { id, is_opening, usable_until: until, seconds: left, .. } = *grant;
                *sum += left;
                self.lots.push(Hours { id, sort, is_opening, from: on, until, carried: 0, left, given: 0 });
            }
            for void in &scene.voids {
                let lot = self.lots.iter_mut().find(|lot| lot.id == void.lot && void.on.max(lot.from) == on);
                // One whose last day is over has nothing more to lose.
                if let Some(lot) = lot.filter(|lot| lot.is_usable(on)) {
                    let rest = lot.left.min((void.given_seconds - lot.given).max(0));
                    blocks -= lot.left - rest;
                    lot.left = rest;
                }
            }
            if on == period.starts_on {
                let less = scene.reductions.iter().filter(|(first, _)| *first == on);
                let less: i64 = less.map(|(_, less)| less.seconds).sum();
                adjusted -= less;
                self.deficit += less;
                if !period.is_skipped {
                    self.deficit = self.take(on, period, self.deficit).1;
                }
            }
            let mut work: Vec<&Work> = scene.work.iter().filter(|work| work.on == on).collect();
            work.sort_by_key(|w| (w.begins_at.is_none(), w.begins_at, w.overage_rate_minor, w.entry));
            for work in work {
                let (taken, over) = self.take(on, period, work.seconds);
                consumed += work.seconds;
                covered += work.seconds - over;
                told.push((work.entry, taken, over));
            }
        }
        let left = self.left();
        self.expire(period);
        let kept = self.left();
        let overage = consumed - covered;
        let owed = if scene.rules.deficit == DeficitPolicy::Carry { overage } else { 0 };
        self.deficit += owed;
        let available = included + carried_in + adjusted + extended + blocks;
        let (held, stays): (i64, i64) = (left.values().sum(), kept.values().sum());
        let mut figures = BTreeMap::from([("included", included), ("carried_in", carried_in)]);
        figures.extend([("adjusted", adjusted), ("extended", extended), ("blocks", blocks)]);
        figures.extend([("consumed", consumed), ("covered", covered), ("overage", overage)]);
        figures.extend([("remaining", available - covered - owed), ("deficit_out", self.deficit)]);
        figures.extend([("carried_out", stays), ("expired", held - stays), ("available", available)]);
        Told { figures, work: told, left, kept }
    }

    /// What becomes of the rests at the end of a period.
    fn expire(&mut self, period: &Period) {
        let rules = &self.scene.rules;
        let periods = rules.carry_expires_after.unwrap_or(i32::MAX);
        let is_over = |lot: &Hours| match lot.is_package() {
            false => lot.until.is_some_and(|until| until <= period.ends_on),
            true if period.is_skipped => false,
            true => rules.carry == CarryPolicy::None || lot.carried >= periods,
        };
        self.lots.retain(|lot| !is_over(lot));
        if rules.carry == CarryPolicy::Capped && !period.is_skipped {
            // All last for as many periods, so the oldest would expire soonest.
            let mut rests: Vec<&mut Hours> = self.lots.iter_mut().filter(|lot| lot.is_package()).collect();
            rests.sort_by_key(|lot| lot.from);
            let mut excess = rests.iter().map(|lot| lot.left).sum::<i64>() - rules.carry_cap_seconds;
            for lot in rests {
                let part = excess.clamp(0, lot.left);
                lot.left -= part;
                excess -= part;
            }
        }
    }
}

fn model(scene: &Scene, periods: usize) -> Vec<Told> {
    let calendar = scene.calendar();
    let ends = calendar.periods().take(periods + 5).map(|period| period.ends_on).collect();
    let mut model = Model { scene, ends, lots: Vec::new(), deficit: 0 };
    calendar.periods().take(periods).map(|period| model.period(&period)).collect()
}

/// The account's own answer in the words of the model.
fn told(settled: &SettledPeriod, deficit: DeficitPolicy) -> Told {
    let sums = &settled.sums;
    let mut figures = BTreeMap::from([("included", sums.included), ("deficit_out", sums.deficit_out)]);
    figures.extend([("adjusted", sums.adjusted), ("extended", sums.extended), ("blocks", sums.blocks)]);
    figures.extend([("available", sums.available()), ("consumed", sums.consumed), ("covered", sums.covered)]);
    figures.extend([("overage", sums.overage()), ("remaining", sums.remaining(deficit))]);
    figures.extend([("carried_in", sums.carried_in), ("carried_out", sums.carried_out)]);
    figures.insert("expired", sums.expired);
    let left = |lots: &[Lot]| lots.iter().map(|l| (l.id, l.left_seconds)).filter(|l| l.1 != 0).collect();
    Told {
        figures,
        work: settled.coverage.iter().map(|part| (part.entry, part.taken.clone(), part.overage_seconds)).collect(),
        left: left(&settled.lots),
        kept: left(&settled.closing.lots),
    }
}

proptest! {
    #[test]
    fn the_account_is_what_the_model_says(scene in scenes()) {
        let deficit = scene.rules.deficit;
        for (settled, model) in scene.settle(PERIODS).iter().zip(model(&scene, PERIODS)) {
            prop_assert_eq!(settled.closing.deficit_seconds, model.figures["deficit_out"]);
            prop_assert_eq!(told(settled, deficit), model);
        }
    }
}

/// The cases: hours of a figure by period, or what a grant (by its place) had left at the end of each.
#[test]
fn the_model_meets_the_worked_cases() {
    use CarryPolicy::{All, Capped, None as Nothing};
    use ConsumeOrder::{ExpiringFirst as Soonest, IncludedFirst as Included, OldestFirst as Oldest};
    use DeficitPolicy::{Bill, Carry};
    let (first, year) = ("2026-01-01", Some("2026-12-31"));
    let plan = |hours, carry, consume_order, deficit, carry_expires_after| {
        let carry_cap_seconds = if hours == 100 { 50 * H } else { 5 * H };
        let rules = PackageRules { consume_order, carry, carry_cap_seconds, carry_expires_after, deficit };
        Scene::monthly(hours, rules)
    };
    let simple = |hours, carry| plan(hours, carry, Soonest, Bill, None);
    let used = |order| plan(80, All, order, Bill, Some(1)).used(&[70.0, 80.0, 80.0]);
    let opening = plan(10, All, Oldest, Bill, None).opening(50, "2026-03-31").used(&[30.0, 5.0, 10.0]);
    let two = simple(0, Nothing).block(100, first, year).block(100, first, Some("2026-06-30")).used(&[120.0]);
    let block = simple(0, Nothing).block(100, first, None).work("2026-01-05", 50.0).void(50, "2026-01-10");
    let beside = simple(10, Nothing).block(10, first, year).used(&[12.0, 9.0, 0.0]);
    let owing = plan(40, All, Soonest, Carry, None).used(&[30.0, 60.0]);
    let goodwill = simple(3, Nothing).used(&[3.25]).adjustment(900);
    let ends = simple(10, All).opening(10, "2026-03-31").used(&[8.0, 8.0, 0.0, 0.0]);
    let capped = simple(10, Capped).block(10, first, year);
    let from = simple(10, Nothing).block(10, "2026-01-20", None).work("2026-01-05", 15.0);
    let cases: &[(u8, &Scene, &str, &[f64])] = &[
        (3, &used(Included), "available", &[80.0, 90.0, 80.0]),
        (3, &used(Included), "expired", &[0.0, 10.0, 0.0]),
        (4, &used(Oldest), "available", &[80.0, 90.0, 90.0]),
        (10, &owing, "available", &[40.0, 50.0, 30.0]),
        (11, &simple(20, Nothing).used(&[25.0]), "overage", &[5.0]),
        (12, &opening, "available", &[60.0, 40.0, 45.0, 40.0]),
        (12, &opening, "0", &[20.0, 15.0, 5.0, 0.0]),
        (12, &opening, "expired", &[0.0, 0.0, 5.0]),
        (13, &simple(1000, All).used(&[700.0, 900.0]), "available", &[1000.0, 1300.0, 1400.0]),
        (14, &simple(100, Capped).used(&[10.0]), "carried_out", &[50.0]),
        (14, &simple(100, Capped).used(&[10.0]), "expired", &[40.0]),
        (15, &two, "0", &[80.0]),
        (15, &two, "1", &[0.0]),
        (16, &block.clone().work("2026-01-12", 50.0), "overage", &[50.0]),
        (18, &beside, "0", &[8.0, 8.0, 8.0]),
        (18, &beside, "expired", &[0.0, 1.0, 10.0]),
        (20, &goodwill, "adjusted", &[0.25]),
        (20, &goodwill, "overage", &[0.0]),
        (21, &ends, "available", &[20.0, 22.0, 24.0, 34.0]),
        (22, &capped, "carried_out", &[15.0]),
        (22, &capped, "expired", &[5.0]),
        (23, &from, "available", &[20.0]),
        (23, &from, "covered", &[10.0]),
        (23, &from, "remaining", &[10.0]),
        (24, &block.clone().work("2026-01-07", 10.0), "covered", &[60.0]),
        (24, &block.work("2026-01-07", 10.0), "0", &[0.0]),
    ];
    for (number, scene, figure, expected) in cases {
        let grant = figure.parse::<usize>().ok().map(|at| scene.grants[at].id);
        let of = |told: &Told| grant.map_or_else(|| told.figures[figure], |id| *told.left.get(&id).unwrap_or(&0));
        #[expect(clippy::cast_precision_loss, reason = "small numbers of a table")]
        let hours: Vec<f64> = model(scene, expected.len()).iter().map(|told| of(told) as f64 / H as f64).collect();
        assert_eq!(&hours, expected, "case {number}, {figure}");
    }
}
