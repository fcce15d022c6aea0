//! All chance of the engine, drawn from the scenario's seed and the request's number
//! (invariant 9): the same seed and the same requests give the same bytes.

/// What a draw is for, so that two draws of one request do not depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The `booking_id` of a new booking.
    BookingId = 1,
    /// The `lease_id` of a new lease.
    LeaseId = 2,
    /// The `payment_transaction_id` of a payment.
    TransactionId = 3,
    /// The identifiers of a 3-D Secure challenge.
    Challenge = 4,
    /// Whether a failure with a probability bites.
    Failure = 5,
    /// Whether a fault with a probability bites.
    Fault = 6,
    /// How far a latency strays from its middle.
    Jitter = 7,
    /// The guest of a sample request.
    Sample = 8,
    /// The `booking_id` where the first draw is taken already.
    SpareBookingId = 9,
    /// How long a notification waits before it is tried again.
    Backoff = 10,
    /// What the bank of a 3-D Secure challenge signs its answer with.
    ChallengeSecret = 24,
    /// Whether a rule with a probability holds.
    Rule = 25,
    /// The processor's durable id of a card.
    PaymentMethod = 11,
    /// A payment option that a guest buys.
    PaymentOption = 12,
    /// A business of the generated inventory.
    Inventory = 32,
}

/// The dice of one request.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    seed: u64,
    number: u64,
}

/// Crockford's alphabet: no letters that are read for digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Chance {
    /// The dice of request `number` under `seed`.
    #[must_use]
    pub fn new(seed: u64, number: u64) -> Self {
        Self { seed, number }
    }

    /// 64 even bits for one purpose.
    #[must_use]
    pub fn bits(self, purpose: Purpose) -> u64 {
        let mixed = split_mix(self.seed) ^ split_mix(self.number.wrapping_mul(64) + purpose as u64);
        split_mix(mixed)
    }

    /// True with the given probability (0 to 1).
    #[must_use]
    pub fn happens(self, purpose: Purpose, probability: f64) -> bool {
        // 53 bits fill a double's fraction exactly: an even draw from 0 to below 1.
        let draw = (self.bits(purpose) >> 11) as f64 / (1u64 << 53) as f64;
        draw < probability
    }

    /// An even draw from `low` to `high`, both included.
    #[must_use]
    pub fn between(self, purpose: Purpose, low: u64, high: u64) -> u64 {
        match high.saturating_sub(low).checked_add(1) {
            Some(span) => low + self.bits(purpose) % span,
            None => self.bits(purpose),
        }
    }

    /// An identifier of ten characters behind a prefix, e.g. `bk-7Q2M4X9K1A`.
    #[must_use]
    pub fn id(self, purpose: Purpose, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + 10);
        id.push_str(prefix);
        let mut bits = self.bits(purpose);
        for _ in 0..10 {
            id.push(char::from(ALPHABET[(bits & 31) as usize]));
            bits >>= 5;
        }
        id
    }

    /// As [`Self::id`], but ids of later requests sort behind those of earlier ones, up to a
    /// thousand million requests: the first half tells the number. An index of such ids grows at
    /// its end, where one of even ids is written to all over.
    #[must_use]
    pub fn growing_id(self, purpose: Purpose, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + 12);
        id.push_str(prefix);
        let bits = self.bits(purpose);
        for (source, shift) in (0..6)
            .rev()
            .map(|place| (self.number, 5 * place))
            .chain((0..6).map(|place| (bits, 5 * place)))
        {
            id.push(char::from(ALPHABET[((source >> shift) & 31) as usize]));
        }
        id
    }
}

/// Vigna's SplitMix64 finaliser: a fixed, portable mix, which a library's "standard"
/// generator does not promise between versions.
fn split_mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn same_seed_and_number_give_the_same_id_and_others_do_not() {
        let id = |seed, number| Chance::new(seed, number).id(Purpose::BookingId, "bk-");
        assert_eq!(id(1, 7), id(1, 7));
        let ids: HashSet<String> = (0..50_000)
            .flat_map(|number| [id(1, number), id(2, number)])
            .collect();
        assert_eq!(ids.len(), 100_000);
    }

    #[test]
    fn growing_ids_grow_and_differ_by_seed() {
        let id = |seed, number| Chance::new(seed, number).growing_id(Purpose::BookingId, "bk-");
        let ids: Vec<String> = (0..40_000).map(|number| id(1, number)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids[7], id(1, 7));
        assert_ne!(ids[7], id(2, 7));
        assert!(ids.iter().all(|id| id.len() == 15));
    }

    #[test]
    fn probabilities_hold_roughly_and_at_the_ends_exactly() {
        let hits = |p| {
            (0..10_000)
                .filter(|n| Chance::new(3, *n).happens(Purpose::Failure, p))
                .count()
        };
        assert_eq!(hits(0.0), 0);
        assert_eq!(hits(1.0), 10_000);
        assert!((1_800..2_200).contains(&hits(0.2)), "{}", hits(0.2));
    }

    #[test]
    fn between_stays_between() {
        for number in 0..1_000 {
            let draw = Chance::new(9, number).between(Purpose::Jitter, 600, 1_000);
            assert!((600..=1_000).contains(&draw));
        }
    }
}
