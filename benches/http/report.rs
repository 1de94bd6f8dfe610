//! The figures, as they are printed.

use super::{cpu, load::Cost, serve::Child};
use std::time::Duration;

/// What was seen on one engine.
pub struct Report {
    engine: &'static str,
    notes: Vec<String>,
    lines: Vec<(&'static str, Cost)>,
    floors: Vec<(&'static str, Cost)>,
}

impl Report {
    pub fn new(engine: &'static str) -> Self {
        Self { engine, notes: Vec::new(), lines: Vec::new(), floors: Vec::new() }
    }

    pub fn filled(&mut self, entries: usize, elapsed: Duration) {
        self.notes.push(format!("filled with {entries} entries in {:.1} s", elapsed.as_secs_f64()));
    }

    pub fn started(&mut self, server: &Child) {
        let memory = cpu::memory(server.process()).map_or(0, |bytes| bytes / (1 << 20));
        self.notes.push(format!("started in {} ms, {memory} MiB when idle", server.started_in.as_millis()));
    }

    pub fn measured(&mut self, name: &'static str, cost: Cost) {
        self.lines.push((name, cost));
    }

    /// What a bare server takes for the same.
    pub fn floor(&mut self, name: &'static str, cost: Cost) {
        self.floors.push((name, cost));
    }

    pub fn print(&self) {
        println!("\n{}: {}", self.engine, self.notes.join("; "));
        println!("{:<44}{:>16}{:>14}{:>12}", "", "CPU/request", "(requests/s)", "to floor");
        for (name, cost) in &self.lines {
            let floor = self.floors.iter().find(|(floor, _)| floor == name).map(|(_, floor)| *floor);
            let ratio = floor.map_or(String::new(), |floor| format!("{:.2} ×", micros(*cost) / micros(floor)));
            println!("{:<44}{:>16}{:>14}{ratio:>12}{}", name, milliseconds(*cost), rate(*cost), database(*cost));
        }
        for (name, cost) in &self.floors {
            println!("{:<44}{:>16}{:>14}", format!("floor: {name}"), milliseconds(*cost), rate(*cost));
        }
    }
}

fn micros(cost: Cost) -> f64 {
    cost.used.server as f64 / 1000.0 / cost.requests as f64
}

fn milliseconds(cost: Cost) -> String {
    format!("{:.3} ms", micros(cost) / 1000.0)
}

fn rate(cost: Cost) -> String {
    format!("({:.0})", cost.requests as f64 / cost.elapsed.as_secs_f64())
}

/// What PostgreSQL took beside the server.
fn database(cost: Cost) -> String {
    match cost.used.database {
        0 => String::new(),
        nanos => format!("   and {:.3} ms in the database", nanos as f64 / 1e6 / cost.requests as f64),
    }
}
