//! The behaviour in force: an immutable snapshot that is swapped whole, so that a toggle never
//! bites half a request (invariant 3), with toggles that count down or undo themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::watch;

use super::Behaviour;
use super::patch::{self, BehaviourError, BehaviourErrorCode};
use super::snapshot::{Editions, Snapshot};
use crate::clock::Clock;
use crate::scenario::Scenario;

#[derive(Debug)]
struct Inner {
    scenario: Arc<Scenario>,
    normal: Arc<Behaviour>,
    base: Behaviour,
    /// Whole values of top-level fields that are in force until `expires_at`.
    temporary: Map<String, Value>,
    expires_at: Option<Timestamp>,
    editions: Editions,
}

/// Keeps the behaviour in force and says when it changes.
#[derive(Debug)]
pub struct Control {
    current: ArcSwap<Snapshot>,
    inner: Mutex<Inner>,
    clock: Clock,
    changed: watch::Sender<u64>,
}

/// Toggles that last longer than this are not meant to expire.
const LONGEST_EXPIRY: Duration = Duration::from_secs(24 * 60 * 60);

impl Control {
    /// Starts with a behaviour; all else is as in a scenario that says nothing.
    #[must_use]
    pub fn new(normal: Behaviour, clock: Clock) -> Self {
        Self::of(Scenario::usual(normal), clock)
    }

    /// Starts with a scenario.
    #[must_use]
    pub fn of(scenario: Scenario, clock: Clock) -> Self {
        let inner = Inner {
            base: scenario.behaviour.clone(),
            normal: Arc::new(scenario.behaviour.clone()),
            scenario: Arc::new(scenario),
            temporary: Map::new(),
            expires_at: None,
            editions: Editions::default(),
        };
        let snapshot = inner.snapshot();
        Self {
            current: ArcSwap::from_pointee(snapshot),
            inner: Mutex::new(inner),
            clock,
            changed: watch::Sender::new(0),
        }
    }

    /// What is in force now. Expired toggles are undone first.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        let snapshot = self.current.load_full();
        match snapshot.expires_at {
            Some(at) if at <= self.clock.now() => {
                self.expire();
                self.current.load_full()
            }
            _ => snapshot,
        }
    }

    /// When the expiring toggles undo themselves; nothing is undone by asking.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.current.load().expires_at
    }

    /// Told of each change; the number only ever grows.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Applies a JSON merge patch, for good or until `expires_in` has passed. What is in force for
    /// good and is set to the same for a time ends with that time.
    ///
    /// # Errors
    /// [`BehaviourError`]; what is in force stays as it was.
    pub fn patch(
        &self,
        change: &Value,
        expires_in: Option<Duration>,
    ) -> Result<Arc<Snapshot>, BehaviourError> {
        let Value::Object(change) = change else {
            return Err(BehaviourError {
                code: BehaviourErrorCode::UnknownValue,
                message: "A change of behaviour is a JSON object.".to_owned(),
                hint: "Send for example {\"confirmation\":\"asynchronous\"}.".to_owned(),
            });
        };
        if expires_in.is_some_and(|time| time.is_zero() || time > LONGEST_EXPIRY) {
            return Err(BehaviourError {
                code: BehaviourErrorCode::UnknownValue,
                message: "expires_in_sec is from 1 to 86400.".to_owned(),
                hint: "Leave it out for a change that stays.".to_owned(),
            });
        }
        let mut inner = self.lock();
        inner.drop_expired(self.clock.now());
        let mut effective = inner.effective().as_object();
        let normal = inner.normal.as_object();
        let mut touched = Map::new();
        for (name, value) in change {
            // Null on a field that cannot be empty means: as the scenario says.
            let new = match (value, name.as_str()) {
                (Value::Null, "failure" | "fault") => Value::Null,
                (Value::Null, _) => normal.get(name).cloned().unwrap_or(Value::Null),
                _ => patch::merged(effective.get(name).unwrap_or(&Value::Null), value),
            };
            effective.insert(name.clone(), new.clone());
            touched.insert(name.clone(), new);
        }
        patch::read(&Value::Object(effective))?;
        inner.editions.renew(touched.keys());
        if let Some(time) = expires_in {
            inner.let_end(&touched)?;
            inner.temporary.extend(touched);
            inner.expires_at = self.clock.now().checked_add(time).ok();
        } else {
            for (name, value) in touched {
                let part = change.get(&name).filter(|part| patch::is_partial(part));
                inner.set_for_good(name, value, part)?;
            }
            inner.forget_empty_expiry();
        }
        Ok(self.publish(&inner))
    }

    /// Back to the scenario's behaviour.
    pub fn reset(&self) -> Arc<Snapshot> {
        let mut inner = self.lock();
        inner.base = (*inner.normal).clone();
        inner.temporary.clear();
        inner.expires_at = None;
        inner.editions.failure += 1;
        inner.editions.fault += 1;
        self.publish(&inner)
    }

    /// Puts another scenario in force, and with it its behaviour: no toggle stays.
    pub fn start_over(&self, scenario: Arc<Scenario>) {
        let mut inner = self.lock();
        inner.normal = Arc::new(scenario.behaviour.clone());
        inner.scenario = scenario;
        drop(inner);
        self.reset();
    }

    /// Puts another text of the scenario in force: toggles stay, and what nobody toggled is as it
    /// says now.
    pub fn revise(&self, scenario: Arc<Scenario>) {
        let mut inner = self.lock();
        let (old, new) = (inner.normal.as_object(), scenario.behaviour.as_object());
        let mut base = inner.base.as_object();
        let mut renewed = Vec::new();
        for (name, value) in new {
            if base.get(&name) == old.get(&name) && base.get(&name) != Some(&value) {
                base.insert(name.clone(), value);
                renewed.push(name);
            }
        }
        inner.editions.renew(&renewed);
        if let Ok(base) = patch::read(&Value::Object(base)) {
            inner.base = base;
        }
        inner.normal = Arc::new(scenario.behaviour.clone());
        inner.scenario = scenario;
        self.publish(&inner);
    }

    /// Undoes expired toggles.
    pub fn expire(&self) {
        let mut inner = self.lock();
        if inner.drop_expired(self.clock.now()) {
            self.publish(&inner);
        }
    }

    /// Uses up one of the failure's times. `None` when a parallel request took the last one;
    /// else how many are left (`Some(None)`: no count was set).
    #[must_use]
    pub fn claim_failure(&self, snapshot: &Snapshot) -> Option<Option<u32>> {
        self.claim(
            snapshot,
            "failure",
            snapshot.behaviour.failure.as_ref().and_then(|f| f.times),
        )
    }

    /// As [`Self::claim_failure`], for the fault.
    #[must_use]
    pub fn claim_fault(&self, snapshot: &Snapshot) -> Option<Option<u32>> {
        self.claim(
            snapshot,
            "fault",
            snapshot.behaviour.fault.as_ref().and_then(|f| f.times),
        )
    }

    fn claim(&self, snapshot: &Snapshot, name: &str, left: Option<u32>) -> Option<Option<u32>> {
        if left.is_none() {
            return Some(None);
        }
        let mut inner = self.lock();
        if inner.editions.of(name) != snapshot.editions.of(name) {
            // The toggle was set anew meanwhile: this request keeps to its own snapshot, and the
            // newer toggle keeps its count.
            return Some(None);
        }
        let left = inner.use_one(name, snapshot.is_expiring(name))?;
        self.publish(&inner);
        Some(Some(left))
    }

    fn publish(&self, inner: &Inner) -> Arc<Snapshot> {
        let snapshot = Arc::new(inner.snapshot());
        self.current.store(Arc::clone(&snapshot));
        self.changed.send_modify(|count| *count += 1);
        snapshot
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change is computed before it is written, so a panic leaves no half state behind.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn effective(&self) -> Behaviour {
        if self.temporary.is_empty() {
            return self.base.clone();
        }
        let mut fields = self.base.as_object();
        fields.extend(self.temporary.clone());
        patch::read(&Value::Object(fields)).unwrap_or_else(|_| self.base.clone())
    }

    /// What lies below fields that will expire, where it is just the same: who gives an end to what
    /// is in force does not want it to go on afterwards.
    fn let_end(&mut self, touched: &Map<String, Value>) -> Result<(), BehaviourError> {
        let normal = self.normal.as_object();
        let mut base = self.base.as_object();
        for (name, value) in touched {
            if base.get(name) == Some(value) && !self.temporary.contains_key(name) {
                base.insert(name.clone(), normal.get(name).cloned().unwrap_or_default());
            }
        }
        self.base = patch::read(&Value::Object(base))?;
        Ok(())
    }

    /// Sets a field for good. A change of only a part of a field that will expire leaves the rest
    /// of it to expire: the part is changed now, and in what comes afterwards, where it fits.
    fn set_for_good(
        &mut self,
        name: String,
        value: Value,
        part: Option<&Value>,
    ) -> Result<(), BehaviourError> {
        let mut base = self.base.as_object();
        match part {
            Some(part) if self.temporary.contains_key(&name) => {
                let below = patch::merged(base.get(&name).unwrap_or(&Value::Null), part);
                let same = below == value;
                base.insert(name.clone(), below);
                // A count, say, of an expiring failure fits nothing once that has gone.
                let fits = patch::read(&Value::Object(base));
                if same && fits.is_ok() {
                    self.temporary.remove(&name);
                } else {
                    self.temporary.insert(name, value);
                }
                self.base = fits.unwrap_or_else(|_| self.base.clone());
            }
            _ => {
                self.temporary.remove(&name);
                base.insert(name, value);
                self.base = patch::read(&Value::Object(base))?;
            }
        }
        Ok(())
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            behaviour: self.effective(),
            normal: Arc::clone(&self.normal),
            scenario: Arc::clone(&self.scenario),
            expires_at: self.expires_at,
            expiring: self.temporary.keys().cloned().collect(),
            overridden: Vec::new(),
            ruled: Vec::new(),
            editions: self.editions,
        }
    }

    fn drop_expired(&mut self, now: Timestamp) -> bool {
        if self.expires_at.is_none_or(|at| at > now) {
            return false;
        }
        self.editions.renew(self.temporary.keys());
        self.temporary.clear();
        self.expires_at = None;
        true
    }

    fn forget_empty_expiry(&mut self) {
        if self.temporary.is_empty() {
            self.expires_at = None;
        }
    }

    /// Takes one off the count of `name`, in the layer that the request saw it in: an expiring
    /// toggle that is used up must not go on with the count of the one below it.
    fn use_one(&mut self, name: &str, expiring: bool) -> Option<u32> {
        if expiring {
            let value = self.temporary.get_mut(name)?;
            let times = value.get("times").and_then(Value::as_u64)?;
            let left = u32::try_from(times).ok()?.checked_sub(1)?;
            if left == 0 {
                self.temporary.remove(name);
                self.forget_empty_expiry();
            } else if let Some(fields) = value.as_object_mut() {
                fields.insert("times".to_owned(), left.into());
            }
            return Some(left);
        }
        let times = match name {
            "failure" => self
                .base
                .failure
                .as_mut()
                .and_then(|failure| failure.times.as_mut()),
            _ => self
                .base
                .fault
                .as_mut()
                .and_then(|fault| fault.times.as_mut()),
        }?;
        *times = times.checked_sub(1)?;
        let left = *times;
        if left == 0 {
            match name {
                "failure" => self.base.failure = None,
                _ => self.base.fault = None,
            }
        }
        Some(left)
    }
}

#[cfg(test)]
mod tests;
