//! The scenario's rules at work: which of them hold for a request, and what they set for it.
//!
//! Rules lie between the toggles and the inventory (design section 4.4): a toggle, a tag in the
//! payload and the header are stronger, the scenario's own behaviour is weaker. What a request is
//! about is collected in `facts`; whether a rule holds is a pure question to them
//! (`Rule::holds`). Here are the order of rules, counting and chance.
//!
//! Not here: the shape of rules ([`crate::scenario::rule`]), and what a behaviour does to a request.

mod facts;
mod words;

use std::sync::Arc;

use booking_api::Method;
use rusqlite::Connection;

use self::facts::Facts;
use crate::Engine;
use crate::behaviour::Behaviour;
use crate::behaviour::snapshot::Snapshot;
use crate::booking::{Call, Refusal};
use crate::chance::{Chance, Purpose};
use crate::decision::{Change, Counterfactual, Layer, Trail};
use crate::scenario::Rule;
use crate::scenario::rule::Per;
use crate::store::{self, StoreError};

pub use words::in_words;

/// What rules set for a request.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    /// By field: the same request without the rule.
    ways_out: Vec<(&'static str, Counterfactual)>,
}

impl Ruled {
    /// Says of an answer that a rule settled how the request would get another one.
    pub fn explain(&self, trail: &mut Trail) {
        let Some(decided) = trail.decided().filter(|step| step.layer == Layer::Rule) else {
            return;
        };
        // A step is called after the field that it obeys: `failure_toggle`, `payment`.
        let step = decided.step.clone();
        let own = |field: &str| step.starts_with(field);
        let is_known = self.ways_out.iter().any(|(field, _)| own(field));
        let ways = self.ways_out.iter();
        for (_, way_out) in ways.filter(|(field, _)| own(field) || !is_known) {
            trail.unless(way_out.clone());
        }
    }
}

/// A rule that holds for a request, once calls and dice have spoken.
#[derive(Debug)]
struct Held {
    index: usize,
    /// Why not, where only the count or the dice spared the request.
    spared: Option<String>,
}

impl Engine {
    /// Lets the scenario's rules set behaviour for this call. Costs nothing where there are none
    /// for this method.
    ///
    /// # Errors
    /// A 503 where the store is in trouble; the call is as it was.
    pub async fn rule(
        &self,
        call: &mut Call,
        method: Method,
        body: &[u8],
        trail: &mut Trail,
    ) -> Result<Ruled, Refusal> {
        if call.snapshot.scenario.rules.is_empty() {
            return Ok(Ruled::default());
        }
        let scenario = Arc::clone(&call.snapshot.scenario);
        let about = |rule: &Rule| self.is_on(rule) && rule.methods().contains(&method);
        let asked: Vec<usize> = (0..scenario.rules.len())
            .filter(|index| about(&scenario.rules[*index]))
            .collect();
        if asked.is_empty() {
            return Ok(Ruled::default());
        }
        let facts = Facts::of(method, body);
        let (seed, this) = (self.seed(), call.clone());
        let held = self
            .store()
            .write(move |connection| held(connection, &asked, facts, seed, &this))
            .await?;
        let mut ruled = Ruled::default();
        let mut snapshot: Option<Snapshot> = None;
        let mut hit = false;
        for Held { index, spared } in held {
            let rule = &scenario.rules[index];
            let name: Arc<str> = format!("{} \"{}\"", index + 1, rule.name).into();
            if let Some(why) = spared {
                trail.note("rule", Layer::Rule, format!("Rule {name} {why}"), "");
                continue;
            }
            let below = snapshot.as_ref().unwrap_or(&call.snapshot);
            let applied = apply(below, method, rule, &name, trail);
            for field in &applied.fields {
                ruled.ways_out.push((field, switched_off(index + 1)));
            }
            if let Some(new) = applied.snapshot {
                snapshot = Some(new);
                hit = true;
            }
        }
        if let Some(snapshot) = snapshot {
            call.snapshot = Arc::new(snapshot);
        }
        if hit {
            self.rule_hit();
        }
        Ok(ruled)
    }
}

/// Which rules hold; counts the calls of those that count, and the hits. Runs inside the writer's
/// transaction.
fn held(
    connection: &Connection,
    asked: &[usize],
    facts: Facts,
    seed: u64,
    call: &Call,
) -> Result<Vec<Held>, StoreError> {
    let rules = &call.snapshot.scenario.rules;
    let asked_rules: Vec<&Rule> = asked.iter().map(|index| &rules[*index]).collect();
    let facts = facts.completed(connection, call, &asked_rules)?;
    let mut held = Vec::new();
    let mut set: Vec<&'static str> = Vec::new();
    for index in asked {
        let rule = &rules[*index];
        if !rule.holds(&facts) {
            continue;
        }
        let mut spared = None;
        if let Some(nth) = rule.when.nth_call {
            let Some(subject) = facts.subject(nth.per) else {
                continue;
            };
            let number = store::rules::count_call(connection, &rule.name, &subject)?;
            if !nth.holds(number) {
                let whose = match nth.per {
                    Per::All => "",
                    Per::User => " of this guest",
                    Per::Merchant => " of this merchant",
                    Per::Booking => " of this booking",
                };
                let which = words::which_call(nth);
                spared = Some(format!("is for {which}; this is call {number}{whose}."));
            }
        }
        if let Some(probability) = rule.when.probability
            && spared.is_none()
            && !dice(seed, *index, call).happens(Purpose::Rule, probability)
        {
            spared = Some(format!(
                "holds for {probability} of all; the dice spared this one."
            ));
        }
        let new =
            |field: &&str| !set.contains(field) && !is_toggled(&call.snapshot, field, facts.method);
        let fields: Vec<&'static str> = rule.then.fields().into_iter().filter(new).collect();
        if spared.is_none() && !fields.is_empty() {
            store::rules::count_hit(connection, &rule.name)?;
            set.extend(fields);
        }
        held.push(Held {
            index: *index,
            spared,
        });
    }
    Ok(held)
}

/// Dice of their own for each rule.
fn dice(seed: u64, index: usize, call: &Call) -> Chance {
    let of_rule = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Chance::new(seed ^ of_rule, call.number)
}

/// Whether a toggle speaks of this field for this method. One of a failure or a fault that bites
/// other methods only leaves this one to the rules.
fn is_toggled(snapshot: &Snapshot, field: &str, method: Method) -> bool {
    if !matches!(
        snapshot.layer_of(field),
        Layer::Toggle | Layer::ExpiringToggle
    ) {
        return false;
    }
    let Behaviour { failure, fault, .. } = &snapshot.behaviour;
    match field {
        "failure" => failure.as_ref().is_none_or(|failure| failure.bites(method)),
        "fault" => fault.as_ref().is_none_or(|fault| fault.bites(method)),
        _ => true,
    }
}

struct Applied {
    /// `None` where all that the rule sets is set by something stronger.
    snapshot: Option<Snapshot>,
    fields: Vec<&'static str>,
}

/// The snapshot with what a rule sets, as far as nothing stronger has set it.
fn apply(
    below: &Snapshot,
    method: Method,
    rule: &Rule,
    name: &Arc<str>,
    trail: &mut Trail,
) -> Applied {
    let mut behaviour = below.behaviour.clone();
    let (mut fields, mut said, mut stronger) = (Vec::new(), Vec::new(), Vec::new());
    for field in rule.then.fields() {
        if below.layer_of(field) == Layer::Rule {
            stronger.push(format!("{field} is set by a rule before it"));
            continue;
        }
        if is_toggled(below, field, method) {
            stronger.push(format!("{field} is set by a toggle, which is stronger"));
            continue;
        }
        rule.then.set(field, &mut behaviour, method);
        fields.push(field);
        said.push(words::effect(&rule.then, field));
    }
    let mut text = match said.is_empty() {
        true => format!("Rule {name} holds and sets nothing"),
        false => format!("Rule {name} holds: {}", said.join(", ")),
    };
    for why in stronger {
        text.push_str("; ");
        text.push_str(&why);
    }
    text.push('.');
    trail.note("rule", Layer::Rule, text, "");
    Applied {
        snapshot: (!fields.is_empty()).then(|| below.ruled(behaviour, name, fields.clone())),
        fields,
    }
}

fn switched_off(number: usize) -> Counterfactual {
    let change = Change::Control {
        verb: "PATCH".into(),
        path: format!("/api/scenarios/rules/{number}").into(),
        body: Some(serde_json::json!({ "on": false })),
    };
    let text = format!("Would be another answer if rule {number} were off.");
    Counterfactual::new(text, None, change)
}

#[cfg(test)]
mod tests;
