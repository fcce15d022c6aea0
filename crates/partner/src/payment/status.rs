//! The prepayment status machine of section 4.4 as one table. A booking's status and that of its
//! payment are independent: only what is named here moves the latter.

use booking_api::PrepaymentStatus;

/// What moves the status of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// CreateBooking, nothing paid.
    Unpaid,
    /// CreateBooking, paid, held, or a card secured.
    Paid,
    /// What was taken is given back.
    Refund,
    /// The guest gets a payment option instead of money.
    Credit,
}

/// Section 4.4, row by row: from (`None` for a new booking), by what, to. What is not here is
/// refused.
pub const MOVES: &[(Option<PrepaymentStatus>, Trigger, PrepaymentStatus)] = &[
    (None, Trigger::Unpaid, PrepaymentStatus::NotProvided),
    (None, Trigger::Paid, PrepaymentStatus::Provided),
    (
        Some(PrepaymentStatus::Provided),
        Trigger::Refund,
        PrepaymentStatus::Refunded,
    ),
    (
        Some(PrepaymentStatus::Provided),
        Trigger::Credit,
        PrepaymentStatus::Credited,
    ),
];

/// Where a trigger leads from a status; `None` where it may not.
#[must_use]
pub fn after(from: Option<PrepaymentStatus>, trigger: Trigger) -> Option<PrepaymentStatus> {
    MOVES
        .iter()
        .find(|(start, by, _)| (*start, *by) == (from, trigger))
        .map(|(_, _, to)| *to)
}

#[cfg(test)]
mod tests {
    use PrepaymentStatus::{Credited, NotProvided, Provided, Refunded};

    use super::*;

    #[test]
    fn only_what_was_provided_can_be_given_back_and_only_once() {
        let all = [
            Trigger::Unpaid,
            Trigger::Paid,
            Trigger::Refund,
            Trigger::Credit,
        ];
        for from in PrepaymentStatus::ALL {
            let to: Vec<_> = all
                .iter()
                .filter_map(|it| after(Some(*from), *it))
                .collect();
            let expected: &[PrepaymentStatus] = match from {
                Provided => &[Refunded, Credited],
                _ => &[],
            };
            assert_eq!(to, expected, "{from:?}");
        }
        let new: Vec<_> = all.iter().filter_map(|it| after(None, *it)).collect();
        assert_eq!(new, [NotProvided, Provided]);
    }
}
