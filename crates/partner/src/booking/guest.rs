//! What else a guest has booked: the same slot, the same time, too close, too many (section 2.5).

use booking_api::{BookingFailure, Cause, PlainCause, Slot, UserInformation};
use rusqlite::Connection;

use crate::scenario::Settings;
use crate::scenario::switches::Duplicates;
use crate::store::guests::{self, Other, Wanted};
use crate::store::{StoreError, bookings};

/// Why a guest may not have one booking more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// The guest holds this very slot.
    SameSlot(Other, PlainCause),
    /// Same time, same party, same e-mail.
    Duplicate(Other),
    /// Less time between the two than there must be.
    TooClose(Other, i64),
    /// As many bookings to come as a guest may have.
    OverLimit(u32),
}

/// Looks for what a new booking of `slot` collides with. `slot_id` is the slot's row, where it
/// has one; `except` a booking that is to be moved there, and may be empty.
pub(super) fn clash(
    connection: &Connection,
    settings: &Settings,
    user: &UserInformation,
    slot: &Slot,
    slot_id: Option<i64>,
    except: &str,
) -> Result<Option<Clash>, StoreError> {
    let email = user.email.to_lowercase();
    let wanted = Wanted {
        user_id: &user.user_id,
        email: &email,
        start_sec: slot.start_sec,
        end_sec: bookings::end_of(slot),
        party_size: bookings::party_of(slot),
        except,
    };
    if settings.duplicates != Duplicates::Accept {
        if let Some(slot_id) = slot_id
            && !user.user_id.is_empty()
            && let Some(other) = guests::same_slot(connection, &wanted, slot_id)?
        {
            let cause = match settings.duplicates {
                Duplicates::OverlappingReservation => PlainCause::OverlappingReservation,
                _ => PlainCause::SlotAlreadyBookedByUser,
            };
            return Ok(Some(Clash::SameSlot(other, cause)));
        }
        if !email.is_empty()
            && let Some(other) = guests::duplicate(connection, &wanted)?
        {
            return Ok(Some(Clash::Duplicate(other)));
        }
    }
    if let Some(gap) = settings.min_gap_sec
        && let Some(other) = guests::too_close(connection, &wanted, gap)?
    {
        return Ok(Some(Clash::TooClose(other, gap)));
    }
    Ok(None)
}

/// Whether the guest has as many bookings to come as a guest may have.
pub(super) fn over_limit(
    connection: &Connection,
    settings: &Settings,
    user_id: &str,
    now_sec: i64,
) -> Result<Option<Clash>, StoreError> {
    let Some(limit) = settings.user_booking_limit else {
        return Ok(None);
    };
    let count = guests::upcoming(connection, user_id, now_sec)?;
    Ok((count >= limit).then_some(Clash::OverLimit(limit)))
}

impl Clash {
    /// The cause that it is answered with.
    pub(super) fn cause(&self) -> PlainCause {
        match self {
            Self::SameSlot(_, cause) => *cause,
            Self::Duplicate(_) | Self::TooClose(..) => PlainCause::OverlappingReservation,
            Self::OverLimit(_) => PlainCause::UserOverBookingLimit,
        }
    }

    /// The failure that it is answered with.
    pub(super) fn failure(&self) -> BookingFailure {
        BookingFailure::of(self.cause()).with_description(self.why())
    }

    /// In words, as the end of a sentence.
    pub(super) fn why(&self) -> String {
        match self {
            Self::SameSlot(other, _) => {
                format!(
                    "the guest has booked this slot already as {}",
                    other.booking_id
                )
            }
            Self::Duplicate(other) => format!(
                "time, party size and e-mail are those of the booking {}",
                other.booking_id
            ),
            Self::TooClose(other, 0) => {
                format!("it overlaps with the guest's booking {}", other.booking_id)
            }
            Self::TooClose(other, gap) => format!(
                "it is less than {gap} seconds from the guest's booking {}",
                other.booking_id
            ),
            Self::OverLimit(limit) => {
                format!("the guest has {limit} bookings to come, which is the limit")
            }
        }
    }

    /// The whole sentence, with where the rule comes from.
    pub(super) fn text(&self) -> String {
        let cause: Cause = self.cause().into();
        let why = self.why();
        match self {
            Self::SameSlot(..) => format!(
                "{} since {why}. No source says which cause; section 2.5 recommends the closest.",
                cause.name()
            ),
            Self::TooClose(..) => format!(
                "{} since {why}. No source says how close is too close; the scenario does.",
                cause.name()
            ),
            _ => format!("{} since {why}.", cause.name()),
        }
    }

    /// The section that speaks of it.
    pub(super) fn section(&self) -> &'static str {
        match self {
            Self::SameSlot(..) | Self::Duplicate(_) => "2.5",
            Self::TooClose(..) | Self::OverLimit(_) => "3.11",
        }
    }
}
