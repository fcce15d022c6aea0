//! What the network toggle does to one request (design: `behaviour.fault`).
//!
//! Here it is drawn, claimed and explained; bearing it (waiting, breaking a connection) is the
//! server's task.

use booking_api::Method;

use super::Engine;
use crate::behaviour::{FaultKind, FaultWhen};
use crate::booking::{self, Call};
use crate::chance::Purpose;
use crate::decision::{Layer, Trail};

/// What goes wrong with one request below the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Hold the answer back for so many milliseconds.
    Latency(u64),
    /// Answer this status instead; nothing is done.
    Status(u16),
    /// Answer 429 instead, to come again in so many seconds; nothing is done.
    RateLimit(u64),
    /// Reset the connection instead of an answer.
    Reset(FaultWhen),
    /// Close the connection instead of an answer.
    Empty(FaultWhen),
    /// Carry the request out and close in the middle of the answer's body.
    Truncated,
    /// Carry the request out and answer with a body that is no JSON.
    Malformed,
    /// Carry the request out and send so many bytes of the answer's body in a second.
    Drip(u64),
}

impl Fault {
    /// Whether the request is never carried out.
    #[must_use]
    pub fn comes_first(self) -> bool {
        match self {
            Self::Status(_) | Self::RateLimit(_) => true,
            Self::Reset(when) | Self::Empty(when) => when == FaultWhen::Before,
            Self::Latency(_) | Self::Truncated | Self::Malformed | Self::Drip(_) => false,
        }
    }
}

impl Engine {
    /// What the network toggle does to this call, claimed once.
    #[must_use]
    pub fn fault(&self, call: &Call, method: Method, trail: &mut Trail) -> Option<Fault> {
        let set = call.snapshot.behaviour.fault.as_ref()?;
        if !set.bites(method) {
            return None;
        }
        let layer = call.snapshot.layer_of("fault");
        if let Some(probability) = set.probability
            && !call.chance.happens(Purpose::Fault, probability)
        {
            let text = format!("The dice spared this request: the fault bites {probability}.");
            trail.note("fault_toggle", layer, text, "");
            return None;
        }
        self.0.control.claim_fault(&call.snapshot)?;
        let when = set.when.unwrap_or_default();
        let fault = match set.kind {
            FaultKind::Latency => {
                let (ms, jitter) = (set.ms.unwrap_or(0), set.jitter_ms.unwrap_or(0));
                let low = ms.saturating_sub(jitter);
                Fault::Latency(call.chance.between(Purpose::Jitter, low, ms + jitter))
            }
            // The numbers were asked for when the behaviour was set.
            FaultKind::Status => Fault::Status(set.status.unwrap_or(503)),
            FaultKind::RateLimit => Fault::RateLimit(set.retry_after_sec.unwrap_or(0)),
            FaultKind::Reset => Fault::Reset(when),
            FaultKind::Empty => Fault::Empty(when),
            FaultKind::Truncated => Fault::Truncated,
            FaultKind::Malformed => Fault::Malformed,
            FaultKind::Drip => Fault::Drip(set.bytes_per_sec.unwrap_or(1)),
        };
        explain(fault, call, method, layer, trail);
        Some(fault)
    }
}

/// Says what will come. What leaves the caller without the method's answer has settled what it
/// gets; the method's own steps may follow all the same.
fn explain(fault: Fault, call: &Call, method: Method, layer: Layer, trail: &mut Trail) {
    let who = call.snapshot.who("fault", "network");
    // A CreateBooking that was carried out is answered again by its token.
    let done = match method {
        Method::CreateBooking => "2.5",
        _ => "1.4",
    };
    let lost = |what: &str, when| match when {
        FaultWhen::Before => (format!("{who} {what} before anything is done."), "1.4"),
        FaultWhen::After => (
            format!("{who} {what} once the request is carried out: its answer is lost."),
            done,
        ),
    };
    let (text, reference) = match fault {
        Fault::Latency(ms) => {
            let text = format!("{who} holds the answer back for {ms} ms.");
            return trail.note("fault_toggle", layer, text, "9.4");
        }
        Fault::Drip(bytes) => {
            let text = format!("{who} sends the answer's body at {bytes} bytes a second.");
            return trail.note("fault_toggle", layer, text, "9.4");
        }
        Fault::Status(status) => (
            format!("{who} answers {status} before anything is done."),
            "1.4",
        ),
        Fault::RateLimit(sec) => (
            format!("{who} answers 429 with Retry-After: {sec} before anything is done."),
            "1.4",
        ),
        Fault::Reset(when) => lost("resets the connection", when),
        Fault::Empty(when) => lost("closes the connection without an answer", when),
        Fault::Truncated => (
            format!("{who} cuts the answer off in the middle; the request is carried out."),
            done,
        ),
        Fault::Malformed => (
            format!("{who} sends a body that is no JSON; the request is carried out."),
            done,
        ),
    };
    let unless = booking::fault_unless(call, "if the network were left alone");
    trail.decide_unless("fault_toggle", layer, text, reference, unless);
}
