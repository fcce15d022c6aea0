//! Rolling error rates and latencies per method, beside the limits that Google publishes
//! (section 9.4).
//!
//! Kept in memory only, as one ring of plain numbers per method: a request adds its own with one
//! atomic store, and nobody waits for anybody. What is asked for is computed when it is asked
//! for.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use booking_api::Method;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Requests of each method that are remembered, and the widest window.
pub const MOST: usize = 10_000;

/// The window where none is asked for.
pub const USUAL: usize = 1_000;

/// CreateBooking with a payment has limits of its own, so it has a row of its own, behind those
/// of the methods.
const WITH_PAYMENT: usize = Method::ALL.len();

/// The published limits of a row: errors of all requests, and milliseconds; both are to stay
/// below.
fn limits(method: Method, with_payment: bool) -> Option<(f64, u64)> {
    match method {
        Method::CreateBooking if with_payment => Some((0.05, 15_000)),
        Method::CheckAvailability | Method::CreateLease => Some((0.10, 5_000)),
        Method::BatchAvailabilityLookup => Some((0.03, 1_500)),
        Method::CreateBooking | Method::UpdateBooking => Some((0.05, 4_000)),
        Method::SetMarketingPreference => Some((0.05, 5_000)),
        Method::BatchGetWaitEstimates => Some((0.03, 1_000)),
        Method::CreateWaitlistEntry | Method::GetWaitlistEntry | Method::DeleteWaitlistEntry => {
            Some((0.05, 4_000))
        }
        Method::HealthCheck
        | Method::GetBookingStatus
        | Method::ListBookings
        | Method::CheckOrderFulfillability
        | Method::CreateOrder
        | Method::ListOrders => None,
    }
}

/// The last requests of one row.
#[derive(Debug, Default)]
struct Ring {
    /// How many came; the next one's place is this, modulo [`MOST`].
    count: AtomicU64,
    /// Microseconds times 2, plus 1 for an error. Made at the first request.
    taken: OnceLock<Box<[AtomicU64]>>,
}

impl Ring {
    fn add(&self, error: bool, micros: u64) {
        let taken = self
            .taken
            .get_or_init(|| (0..MOST).map(|_| AtomicU64::new(0)).collect());
        let place = self.count.fetch_add(1, Ordering::Relaxed) % MOST as u64;
        // Below MOST, so it fits any usize.
        if let Some(slot) = taken.get(usize::try_from(place).unwrap_or_default()) {
            slot.store(
                micros.saturating_mul(2) | u64::from(error),
                Ordering::Relaxed,
            );
        }
    }

    /// The newest `window` requests as (error, microseconds).
    fn newest(&self, window: usize) -> Vec<(bool, u64)> {
        let Some(taken) = self.taken.get() else {
            return Vec::new();
        };
        let count = usize::try_from(self.count.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
        let wanted = window.min(count).min(MOST);
        (count - wanted..count)
            .filter_map(|number| taken.get(number % MOST))
            .map(|slot| {
                let value = slot.load(Ordering::Relaxed);
                (value & 1 == 1, value >> 1)
            })
            .collect()
    }
}

/// What came lately, by method.
#[derive(Debug)]
pub struct Thresholds {
    rings: [Ring; WITH_PAYMENT + 1],
    since: ArcSwap<Timestamp>,
}

/// How a method did lately, beside its limits.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MethodFigures {
    /// The method.
    pub method: Method,
    /// Whether these are the requests with a payment, which have limits of their own.
    pub with_payment: bool,
    /// How many requests these figures are made of.
    pub count: usize,
    /// Those that were not answered 200. A business failure is a 200; a client that went away
    /// (499) is not counted at all.
    pub errors: usize,
    /// Errors of all, 0 to 1.
    pub error_rate: f64,
    /// The published limit; the rate must stay below. Null where none is published.
    #[schema(required)]
    pub error_rate_limit: Option<f64>,
    /// How long answers took, as the caller sees it: forced delays count.
    pub latency_ms: LatencyFigures,
    /// The published limit in milliseconds. Null where none is published.
    #[schema(required)]
    pub latency_limit_ms: Option<u64>,
    /// How many answers took longer than that.
    pub latency_over: usize,
    /// What is beyond its limit: `error_rate`, or `latency`, whose 95th percentile counts here,
    /// since no source says which one is meant.
    pub breached: Vec<Breach>,
}

/// Percentiles of latencies in milliseconds; 0 where nothing came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct LatencyFigures {
    /// Half of the answers were as quick.
    pub p50: f64,
    /// 95 of 100 were as quick.
    pub p95: f64,
    /// 99 of 100 were as quick.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// A published limit that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// Too many errors.
    ErrorRate,
    /// Too slow.
    Latency,
}

impl Thresholds {
    /// Nothing came yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            rings: std::array::from_fn(|_| Ring::default()),
            since: ArcSwap::from_pointee(now),
        }
    }

    /// Counts one answer; one that never got there has the status 0.
    pub fn add(&self, method: Method, with_payment: bool, status: u16, micros: u64) {
        if status == 499 {
            return;
        }
        let paid = with_payment && method == Method::CreateBooking;
        let row = if paid { WITH_PAYMENT } else { method as usize };
        if let Some(ring) = self.rings.get(row) {
            ring.add(status != 200, micros);
        }
    }

    /// Forgets everything.
    pub fn reset(&self, now: Timestamp) {
        for ring in &self.rings {
            ring.count.store(0, Ordering::Relaxed);
        }
        self.since.store(now.into());
    }

    /// Since when requests are counted.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        **self.since.load()
    }

    /// The figures of the newest `window` requests of each method. Methods that are not imitated
    /// have a row only once they were called.
    #[must_use]
    pub fn figures(&self, window: usize) -> Vec<MethodFigures> {
        let rows = Method::ALL.iter().flat_map(|method| {
            let plain = (*method, false, *method as usize);
            let paid = (*method, true, WITH_PAYMENT);
            let has_both = *method == Method::CreateBooking;
            [Some(plain), has_both.then_some(paid)]
        });
        rows.flatten()
            .map(|(method, with_payment, row)| {
                let newest = self.rings.get(row).map(|ring| ring.newest(window));
                figures(method, with_payment, &newest.unwrap_or_default())
            })
            .filter(|row| row.method.supported() || row.count > 0)
            .collect()
    }
}

fn figures(method: Method, with_payment: bool, answers: &[(bool, u64)]) -> MethodFigures {
    let limits = limits(method, with_payment);
    let count = answers.len();
    let errors = answers.iter().filter(|(error, _)| *error).count();
    let error_rate = if count == 0 {
        0.0
    } else {
        errors as f64 / count as f64
    };
    let mut micros: Vec<u64> = answers.iter().map(|(_, micros)| *micros).collect();
    micros.sort_unstable();
    // The nearest rank: the smallest value that so many of 100 do not exceed.
    let percentile = |hundredths: usize| {
        let rank = (count * hundredths).div_ceil(100);
        micros
            .get(rank.saturating_sub(1))
            .map_or(0.0, |it| milliseconds(*it))
    };
    let latency_ms = LatencyFigures {
        p50: percentile(50),
        p95: percentile(95),
        p99: percentile(99),
        max: percentile(100),
    };
    let mut breached = Vec::new();
    let mut latency_over = 0;
    if let Some((rate, most_ms)) = limits
        && count > 0
    {
        latency_over = micros.iter().filter(|it| **it >= most_ms * 1_000).count();
        if error_rate >= rate {
            breached.push(Breach::ErrorRate);
        }
        if latency_ms.p95 >= most_ms as f64 {
            breached.push(Breach::Latency);
        }
    }
    MethodFigures {
        method,
        with_payment,
        count,
        errors,
        error_rate,
        error_rate_limit: limits.map(|(rate, _)| rate),
        latency_ms,
        latency_limit_ms: limits.map(|(_, most_ms)| most_ms),
        latency_over,
        breached,
    }
}

fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::from_micros;

    fn row(thresholds: &Thresholds, method: Method, paid: bool, window: usize) -> MethodFigures {
        let rows = thresholds.figures(window);
        let found = rows
            .into_iter()
            .find(|row| row.method == method && row.with_payment == paid);
        found.unwrap()
    }

    #[test]
    fn the_newest_requests_count_each_in_its_row() {
        let thresholds = Thresholds::new(from_micros(5));
        for ms in 1..=100 {
            let status = if ms > 95 { 503 } else { 200 };
            thresholds.add(Method::CreateBooking, false, status, ms * 1_000);
        }
        thresholds.add(Method::CreateBooking, true, 200, 14_000_000);
        thresholds.add(Method::CreateBooking, false, 499, 1);
        let all = row(&thresholds, Method::CreateBooking, false, USUAL);
        assert_eq!((all.count, all.errors), (100, 5));
        assert_eq!(all.breached, [Breach::ErrorRate], "5 % is not below 5 %");
        let latency = all.latency_ms;
        assert_eq!((latency.p50, latency.p95, latency.p99), (50.0, 95.0, 99.0));
        assert_eq!(latency.max, 100.0);
        let last = row(&thresholds, Method::CreateBooking, false, 10);
        assert_eq!((last.count, last.errors), (10, 5));
        let paid = row(&thresholds, Method::CreateBooking, true, USUAL);
        assert_eq!((paid.count, paid.latency_limit_ms), (1, Some(15_000)));
        assert!(paid.breached.is_empty());
        thresholds.reset(from_micros(9));
        assert_eq!(
            row(&thresholds, Method::CreateBooking, false, USUAL).count,
            0
        );
        assert_eq!(thresholds.since(), from_micros(9));
    }

    #[test]
    fn slow_answers_are_a_breach_when_more_than_one_in_twenty_is() {
        let thresholds = Thresholds::new(from_micros(5));
        let lookup = Method::BatchAvailabilityLookup;
        for _ in 0..19 {
            thresholds.add(lookup, false, 200, 1_000);
        }
        thresholds.add(lookup, false, 200, 1_500_000);
        let one = row(&thresholds, lookup, false, USUAL);
        assert_eq!((one.latency_over, one.breached), (1, vec![]));
        thresholds.add(lookup, false, 200, 2_000_000);
        let two = row(&thresholds, lookup, false, USUAL);
        assert_eq!((two.latency_over, two.breached), (2, vec![Breach::Latency]));
    }

    #[test]
    fn the_ring_goes_round() {
        let thresholds = Thresholds::new(from_micros(5));
        for number in 0..MOST as u64 + 7 {
            let status = if number < 7 { 500 } else { 200 };
            thresholds.add(Method::HealthCheck, false, status, number);
        }
        let row = row(&thresholds, Method::HealthCheck, false, MOST);
        assert_eq!((row.count, row.errors), (MOST, 0));
        assert_eq!(row.error_rate_limit, None);
        let names: Vec<Method> = thresholds.figures(1).iter().map(|row| row.method).collect();
        assert!(
            !names.contains(&Method::CreateOrder),
            "only once it was called"
        );
    }
}
