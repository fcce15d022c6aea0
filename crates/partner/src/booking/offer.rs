//! Offers: whether the one that a request names can be used with the slot (section 2.5, rule 7).

use booking_api::PlainCause;

use super::{No, unless};
use crate::decision::{Counterfactual, Layer, Trail};

/// Refuses an offer that is not among those of the slot; `None` restricts nothing. `would` is the
/// answer that comes where the offer is not the matter.
pub(super) fn check(
    offer_id: &str,
    offers: Option<&[String]>,
    trail: &mut Trail,
    would: impl FnOnce() -> Option<&'static str>,
) -> Result<(), No> {
    let Some(offers) = offers.filter(|_| !offer_id.is_empty()) else {
        return Ok(());
    };
    if offers.iter().any(|known| known == offer_id) {
        let text = format!("The slot can be had with the offer \"{offer_id}\".");
        trail.note("offer", Layer::Inventory, text, "2.5");
        return Ok(());
    }
    let would = would();
    let unless = match offers.first() {
        Some(known) => Counterfactual::request(
            unless::sentence(would, &format!("with the offer \"{known}\"")),
            would,
            "/offer_id",
            known.as_str(),
        ),
        None => Counterfactual::without(
            unless::sentence(would, "without an offer"),
            would,
            "/offer_id",
        ),
    };
    let text = format!("The slot cannot be had with the offer \"{offer_id}\" (any more).");
    trail.decide_unless("offer", Layer::Inventory, text, "2.5", unless);
    let why = format!("the offer {offer_id} cannot be used with this slot");
    Err(No::fail(PlainCause::OfferUnavailable, &why))
}
