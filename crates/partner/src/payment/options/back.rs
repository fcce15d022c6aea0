//! What a guest gets back instead of money (section 2.6, rule 9, and section 4.4): the use of a
//! payment option, or a voucher for what was paid.

use booking_api::{Booking, PaymentOptionType, UserPaymentOption};
use jiff::Timestamp;
use rusqlite::Connection;

use super::{Origin, OwnedOption, VOUCHER};
use crate::store::{StoreError, payment_options};

/// What a change does to the guest's payment options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The use comes back: a pack counts one more, a single use becomes a new one.
    Return,
    /// The same, and the option's price was given back: it can be used no more.
    Withdraw,
    /// The guest gets a voucher for what was paid.
    Voucher,
}

/// Does it, and answers the option that the guest has then. `used` is the option of which the
/// booking took a use.
///
/// # Errors
/// [`StoreError`].
pub fn apply(
    connection: &Connection,
    effect: Effect,
    used: Option<&OwnedOption>,
    booking: &Booking,
    now: Timestamp,
) -> Result<Option<UserPaymentOption>, StoreError> {
    match (effect, used) {
        (Effect::Voucher, _) => voucher(connection, booking, now).map(Some),
        (Effect::Return, Some(used)) => give_back(connection, used.clone(), booking, now).map(Some),
        (Effect::Withdraw, Some(used)) => {
            let mut withdrawn = used.clone();
            one_more(&mut withdrawn);
            withdrawn.withdrawn = true;
            payment_options::update(connection, &withdrawn)?;
            Ok(Some(withdrawn.option))
        }
        (Effect::Return | Effect::Withdraw, None) => Ok(None),
    }
}

/// Never more than it had: somebody may have set the count by hand meanwhile.
fn one_more(owned: &mut OwnedOption) {
    if owned.counts() {
        let option = &mut owned.option;
        option.current_count = option.original_count.min(option.current_count + 1);
    }
}

fn give_back(
    connection: &Connection,
    mut used: OwnedOption,
    booking: &Booking,
    now: Timestamp,
) -> Result<UserPaymentOption, StoreError> {
    if used.option.r#type != PaymentOptionType::SingleUse {
        one_more(&mut used);
        payment_options::update(connection, &used)?;
        return Ok(used.option);
    }
    let new = OwnedOption {
        option: UserPaymentOption {
            user_payment_option_id: id_for(connection, booking)?,
            original_count: 1,
            current_count: 1,
            ..used.option
        },
        origin: Origin::Returned,
        booking_id: booking.booking_id.clone(),
        created_at: now,
        ..used
    };
    payment_options::insert(connection, &new)?;
    Ok(new.option)
}

/// One booking with the merchant, without an end. What it is worth is for the merchant to say: the
/// protocol's option has no amount.
fn voucher(
    connection: &Connection,
    booking: &Booking,
    now: Timestamp,
) -> Result<UserPaymentOption, StoreError> {
    let user = booking.user_information.as_ref();
    let slot = booking.slot.as_ref();
    let new = OwnedOption {
        user_id: user.map_or_else(String::new, |user| user.user_id.clone()),
        merchant_id: slot.map_or_else(String::new, |slot| slot.merchant_id.clone()),
        option: UserPaymentOption {
            user_payment_option_id: id_for(connection, booking)?,
            payment_option_id: VOUCHER.to_owned(),
            r#type: PaymentOptionType::SingleUse,
            original_count: 1,
            current_count: 1,
            valid_start_time_sec: now.as_second(),
            valid_end_time_sec: 0,
        },
        withdrawn: false,
        origin: Origin::Credited,
        booking_id: booking.booking_id.clone(),
        created_at: now,
    };
    payment_options::insert(connection, &new)?;
    Ok(new.option)
}

/// Named after the booking, which gives such an option once at most.
fn id_for(connection: &Connection, booking: &Booking) -> Result<String, StoreError> {
    let id = booking.booking_id.as_str();
    let id = format!("upo-{}", id.strip_prefix("bk-").unwrap_or(id));
    payment_options::free_id(connection, &id)
}
