//! Bells: a commit that adds work wakes those who wait for it, so that polling is only the net. A bell is known by its
//! topic. It rings in this process at once; [`super::Relay`] rings it on the other servers.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// The bells of this process, shared by all who use the database.
#[derive(Clone, Default)]
pub struct Bells(Arc<Inner>);

#[derive(Default)]
struct Inner {
    topics: Mutex<BTreeMap<&'static str, watch::Sender<()>>>,
    /// The topics that the other servers have not been told of.
    untold: watch::Sender<BTreeSet<&'static str>>,
}

/// One who waits for a topic.
pub struct Bell(watch::Receiver<()>);

impl Bell {
    /// Waits until it has rung since it was last waited for.
    pub async fn rung(&mut self) {
        if self.0.changed().await.is_err() {
            pending().await
        }
    }
}

impl Bells {
    /// The bell of a topic.
    pub fn bell(&self, topic: &'static str) -> Bell {
        Bell(self.topics().entry(topic).or_default().subscribe())
    }

    /// Rings here, and has the other servers told.
    pub(super) fn ring(&self, topic: &'static str) {
        self.ring_here(topic);
        self.0.untold.send_if_modified(|untold| untold.insert(topic));
    }

    /// Rings in this process alone. A newer server may know more topics.
    pub(super) fn ring_here(&self, topic: &str) {
        if let Some(bell) = self.topics().get(topic) {
            bell.send_replace(());
        }
    }

    /// Rings every topic in this process.
    pub(super) fn ring_all_here(&self) {
        self.topics().values().for_each(|bell| bell.send_replace(()));
    }

    /// Tells when there are topics that the other servers have not been told of.
    pub(super) fn untold(&self) -> watch::Receiver<BTreeSet<&'static str>> {
        let mut untold = self.0.untold.subscribe();
        untold.mark_changed();
        untold
    }

    pub(super) fn take_untold(&self) -> BTreeSet<&'static str> {
        let mut taken = BTreeSet::new();
        self.0.untold.send_if_modified(|untold| {
            std::mem::swap(untold, &mut taken);
            false
        });
        taken
    }

    /// Notes topics again that could not be told.
    pub(super) fn put_back(&self, topics: BTreeSet<&'static str>) {
        self.0.untold.send_modify(|untold| untold.extend(topics));
    }

    fn topics(&self) -> MutexGuard<'_, BTreeMap<&'static str, watch::Sender<()>>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn rings_that_follow_each_other_are_one_and_are_told_once() {
        let bells = Bells::default();
        let (mut one, mut other) = (bells.bell("jobs"), bells.bell("jobs"));
        let mut mails = bells.bell("mails");
        for _ in 0..100 {
            bells.ring("jobs");
        }
        for bell in [&mut one, &mut other] {
            assert!(bell.rung().now_or_never().is_some(), "everybody who waits is woken");
            assert!(bell.rung().now_or_never().is_none(), "once");
        }
        assert!(mails.rung().now_or_never().is_none());
        assert_eq!(bells.take_untold().into_iter().collect::<Vec<_>>(), ["jobs"]);
        assert!(bells.take_untold().is_empty());
        bells.ring_here("unknown");
        bells.ring_all_here();
        assert!(mails.rung().now_or_never().is_some() && bells.take_untold().is_empty());
    }
}
