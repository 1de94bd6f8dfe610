//! Who looks at an object.

use crate::kernel::{MemberId, SessionId, Timestamp};
use crate::platform::auth::{Role, ScopeName};
use crate::platform::cx::Cx;

/// Who looks at an object, and when: what they see of it and may do with it follows from this.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// Whether a client looks, who sees of an object only what is shared.
    pub is_client: bool,
    /// The member who looks; none in events, which many read.
    pub member: Option<MemberId>,
    /// Whether that is the owner, who may change what belongs to other members.
    pub is_owner: bool,
    /// The session that they look from; none with an API key.
    pub session: Option<SessionId>,
    /// The scopes in force, a bit for each: what they may do through an API key is what its scopes say.
    scopes: u16,
    /// The language of texts for people: German, or else English.
    pub german: bool,
    pub now: Timestamp,
}

impl Viewer {
    /// The readers of an event: they are told what the change allows to somebody who may do everything.
    pub fn of_events(is_client: bool, now: Timestamp) -> Self {
        let scopes = bits(ScopeName::ALL);
        Self { is_client, member: None, is_owner: !is_client, session: None, scopes, german: false, now }
    }

    /// The side that they are of.
    pub fn side(&self) -> Role {
        if self.is_client { Role::Client } else { Role::Assistant }
    }

    /// Whether an assistant may change what belongs to a member: their own, the owner anybody's.
    pub fn may_write(&self, member: MemberId) -> bool {
        !self.is_client && (self.is_owner || self.member == Some(member))
    }

    /// What they may do of these acts, which all take this scope.
    pub fn acts<A>(&self, scope: ScopeName, mut acts: Vec<A>) -> Vec<A> {
        acts.retain(|_| self.scopes & bits(&[scope]) != 0);
        acts
    }
}

impl Cx {
    /// The caller as who looks at the answer.
    pub fn viewer(&self) -> Viewer {
        let caller = self.caller();
        Viewer {
            is_client: caller.is_client(),
            member: Some(caller.member),
            is_owner: caller.is_owner(),
            session: caller.session,
            scopes: bits(caller.scopes()),
            german: self.about().german,
            now: self.app().clock.now(),
        }
    }
}

fn bits(scopes: &[ScopeName]) -> u16 {
    scopes.iter().fold(0, |bits, scope| bits | (1 << *scope as u16))
}
