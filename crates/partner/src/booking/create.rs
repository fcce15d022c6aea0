//! CreateBooking (section 2.5).
//!
//! The order of its checks is the reference's: token, merchant and service, lease, the guest's
//! other bookings, a free place, the offer, the confirmation mode, payment. What each rule says is
//! in the file of its topic.

use booking_api::{
    Booking, BookingFailure, BookingStatus, Cause, ConfirmationMode, CreateBookingRequest,
    CreateBookingResponse, Finding, Method, OfferInfo, PlainCause, Slot,
};
use rusqlite::Connection;

use super::guest::{self, Clash};
use super::place::{self, Place};
use super::{
    Answer, Call, No, Refusal, Reply, force, mode, note_of, offer, to_json, token, unless,
};
use crate::behaviour::control::Control;
use crate::chance::Purpose;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::merchant::reply;
use crate::outbox;
use crate::overrides;
use crate::payment::plan::{self, Asked, Plan, Refused, Settlement};
use crate::payment::threeds::{self, Verdict};
use crate::payment::{later, options};
use crate::scenario::Settings;
use crate::scenario::switches::Duplicates;
use crate::store::bookings::Origin;
use crate::store::inventory::SlotRow;
use crate::store::leases::LeaseRow;
use crate::store::{StoreError, bookings, inventory, leases, ledger};
use crate::timers::Kind;

/// All that the decision stands on.
struct Facts<'a> {
    request: &'a CreateBookingRequest,
    slot: &'a Slot,
    place: &'a Place,
    /// `None` without a `lease_ref`; `Some(None)` where nobody knows it.
    lease: Option<Option<LeaseRow>>,
    clash: Option<Clash>,
    /// `None` where there is nothing to pay.
    payment: Option<Plan>,
    /// Whether the bank's answer that the request brings is worth anything; `None` without one.
    challenge: Option<bool>,
    settings: &'a Settings,
    call: &'a Call,
}

/// One check: what it notes, and whether the request may pass.
type Check = fn(&Facts<'_>, &mut Trail, &mut Vec<Finding>) -> Result<(), No>;

/// The checks behind the token's, in the reference's order.
const CHECKS: [Check; 7] = [
    ids,
    lease,
    guest,
    free_place,
    offer,
    confirmation_mode,
    payment,
];

/// Answers the request. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`].
pub fn create(
    connection: &Connection,
    control: &Control,
    settings: &Settings,
    call: &Call,
    request: &CreateBookingRequest,
) -> Result<Reply, StoreError> {
    let slot = request.slot.clone().unwrap_or_default();
    let note = note_of(Some(&slot), request.user_information.as_ref());
    let mut reply = Reply::about(&slot.merchant_id, note);

    if let Some(found) = bookings::replay(connection, &request.idempotency_token)? {
        let mut reply = token::replay(reply, found, request, settings);
        overrides::without_effect(call, &mut reply.trail);
        return Ok(reply);
    }
    let text = "The idempotency token has led to no booking yet: this is a new request.";
    reply.trail.note("token", Layer::Domain, text, "2.5");

    let verdict = threeds::verdict(connection, request, call.now)?;
    // Whoever brings the bank's answer is not sent to the bank once more: the answer decides.
    let fits = |cause| cause != Cause::PaymentRequires3ds1 || verdict.is_none();
    let forced = force::claim(control, call, Method::CreateBooking, fits, &mut reply.trail);
    if let Some(failure) = forced {
        let amount = threeds::amount(call, request, &settings.payment);
        let trail = &mut reply.trail;
        let failure = threeds::open(connection, call, request, amount, failure, trail)?;
        return Ok(reply.with(Ok(failed(failure))));
    }

    let lease_id = request
        .lease_ref
        .as_ref()
        .map_or("", |lease| lease.lease_id.as_str());
    let place = Place::find(connection, &slot, call, lease_id)?;
    let lease = if lease_id.is_empty() {
        None
    } else {
        Some(leases::get(connection, lease_id)?)
    };
    let listed = place.terms.as_ref();
    let listed = listed.map_or(&[][..], |terms| &terms.payment_option_ids);
    let option = options::choice(connection, request, listed, call, place::accepts(call))?;
    let asked = Asked {
        request,
        terms: place.terms.as_ref().map(|terms| &terms.payment),
        mode: mode::granted(&slot, own_mode(&place), call),
        settings,
        call,
    };
    let payment = Plan::of(asked, option);
    reply.with_payment = payment.as_ref().is_some_and(Plan::takes_money);
    let facts = Facts {
        payment,
        challenge: verdict.as_ref().map(Verdict::is_passed),
        request,
        slot: &slot,
        place: &place,
        lease,
        clash: find_clash(connection, settings, call, request, &slot, &place)?,
        settings,
        call,
    };
    let odd = place.oddities(connection, &slot, call, "/slot")?;
    reply.findings.extend(odd);
    for check in CHECKS {
        match check(&facts, &mut reply.trail, &mut reply.findings) {
            Ok(()) => {}
            Err(No::Refuse(refusal)) => return Ok(reply.with(Err(refusal))),
            Err(No::Fail(failure)) => {
                let amount = facts.payment.as_ref().and_then(Plan::amount);
                let trail = &mut reply.trail;
                let failure = threeds::open(connection, call, request, amount, failure, trail)?;
                return Ok(reply.with(Ok(failed(failure))));
            }
        }
    }
    let Some(verdict) = verdict else {
        return book(connection, facts, lease_id, reply);
    };
    let would = without_answer(&facts);
    match verdict.settle(would, &mut reply.trail, &mut reply.findings) {
        Err(failure) => Ok(reply.with(Ok(failed(failure)))),
        Ok(passed) => {
            passed.use_up(connection, call.number)?;
            book(connection, facts, lease_id, reply)
        }
    }
}

/// The answer to a request that passed all checks, without the bank's answer that it brings;
/// `None` where chance decides.
fn without_answer(facts: &Facts<'_>) -> Option<&'static str> {
    let failure = facts.call.snapshot.behaviour.failure.as_ref();
    // Any other cause has been answered by now.
    match failure.filter(|it| it.bites(Method::CreateBooking)) {
        Some(failure) if failure.probability.is_some() => None,
        Some(failure) => Some(failure.cause.name()),
        None => {
            let plan = facts.payment.as_ref();
            let cause = plan.and_then(|plan| plan.refusal(facts.call, false));
            let status = status_of(mode_of(facts)).name();
            Some(cause.map_or(status, Cause::name))
        }
    }
}

fn find_clash(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    request: &CreateBookingRequest,
    slot: &Slot,
    place: &Place,
) -> Result<Option<Clash>, StoreError> {
    let Some(user) = &request.user_information else {
        return Ok(None);
    };
    let slot_id = place.known.slot.map(|row| row.slot_id);
    match guest::clash(connection, settings, user, slot, slot_id, "")? {
        Some(clash) => Ok(Some(clash)),
        None => guest::over_limit(connection, settings, &user.user_id, call.now_sec()),
    }
}

/// Every check is passed: the booking is made.
fn book(
    connection: &Connection,
    mut facts: Facts<'_>,
    lease_id: &str,
    mut reply: Reply,
) -> Result<Reply, StoreError> {
    let (request, settings, call) = (facts.request, facts.settings, facts.call);
    let mode = mode_of(&facts);
    let row = match facts.place.known.slot {
        Some(row) => row,
        None => {
            let own = mode::asked(facts.slot);
            reply.made_slot = Some(facts.place.known);
            let capacity = settings.default_capacity;
            inventory::create_slot(connection, facts.slot, facts.place.known, own, capacity)?
        }
    };
    let settled = match facts.payment.take() {
        Some(plan) => plan.settle(asked(&facts), &mut reply.trail),
        None => {
            let text = "The service asks for no payment: the request's information is given back.";
            reply.trail.note("payment", Layer::Inventory, text, "4.3");
            Settlement {
                information: plan::given_back(request),
                entries: Vec::new(),
                option: None,
                charge_at: None,
            }
        }
    };
    let status = status_of(mode);
    let mut booking = Booking {
        booking_id: call.chance.growing_id(Purpose::BookingId, "bk-"),
        slot: Some(Slot {
            confirmation_mode: mode,
            ..facts.slot.clone()
        }),
        user_information: request.user_information.clone(),
        status,
        payment_information: Some(settled.information),
        offer_info: (!request.offer_id.is_empty()).then(|| OfferInfo {
            offer_id: request.offer_id.clone(),
        }),
        ..Booking::default()
    };
    let origin = Origin {
        token: &request.idempotency_token,
        fingerprint: token::fingerprint(request),
        number: call.number,
        at: call.now,
    };
    let keep = |booking: &Booking, text: &str| {
        bookings::insert(connection, booking, text, row.slot_id, origin)
    };
    let mut text = to_json(&booking);
    if let Err(error) = keep(&booking, &text) {
        // After a reset the numbers start anew, and a request that was under way then may bear
        // the number of a newer one, and with it its id.
        if bookings::get(connection, &booking.booking_id)?.is_none() {
            return Err(error);
        }
        booking.booking_id = call.chance.growing_id(Purpose::SpareBookingId, "bk-");
        text = to_json(&booking);
        keep(&booking, &text)?;
    }
    if !lease_id.is_empty() {
        leases::consume(connection, lease_id)?;
        Kind::Lease.cancel(connection, lease_id)?;
    }
    for entry in &settled.entries {
        ledger::insert(connection, &booking.booking_id, entry)?;
    }
    if mode == ConfirmationMode::Asynchronous {
        let (id, trail) = (&booking.booking_id, &mut reply.trail);
        reply.timer = reply::plan(connection, settings, call, id, trail)?;
    }
    if let Some(at) = settled.charge_at {
        later::charge_at(connection, &booking, at)?;
        reply.timer = reply.timer.into_iter().chain([at]).min();
    }
    outbox::places_changed(connection, settings, call.now, row.slot_id)?;
    reply.trail.decide_unless(
        "booked",
        Layer::Domain,
        booked(&row, mode),
        "2.5",
        sent_again(request, settings),
    );
    // The very bytes that a replay is answered with.
    let mut body = bookings::answer_of(&text);
    if let Some(option) = settled.option
        && let Some(left) = option.take(connection, &booking.booking_id)?
    {
        body.truncate(body.len() - 1);
        body += &format!(",\"user_payment_option\":{}}}", to_json(&left));
        bookings::keep_answer(connection, &booking.booking_id, &body)?;
    }
    reply.booking_id = Some(booking.booking_id);
    reply.made_booking = true;
    Ok(reply.with(Ok(Answer {
        body,
        label: status.name().into(),
        cause: None,
    })))
}

fn booked(row: &SlotRow, mode: ConfirmationMode) -> String {
    let place = row.taken + 1;
    let what = match mode {
        ConfirmationMode::Asynchronous => "and waits for the merchant",
        _ => "and is confirmed at once",
    };
    format!(
        "The booking takes place {place} of {} {what}.",
        row.capacity
    )
}

/// What the same request would lead to once more. With the same token it is a replay.
fn sent_again(request: &CreateBookingRequest, settings: &Settings) -> Counterfactual {
    let (text, cause) = match settings.duplicates {
        Duplicates::Refuse => (
            "Would be SLOT_ALREADY_BOOKED_BY_USER if it came once more with another token.",
            "SLOT_ALREADY_BOOKED_BY_USER",
        ),
        Duplicates::OverlappingReservation => (
            "Would be OVERLAPPING_RESERVATION if it came once more with another token.",
            "OVERLAPPING_RESERVATION",
        ),
        Duplicates::Accept => return Counterfactual::network_toggle(),
    };
    let token = token::another(request);
    Counterfactual::request(text, Some(cause), "/idempotency_token", token)
}

/// The status that a booking starts with.
fn status_of(mode: ConfirmationMode) -> BookingStatus {
    match mode {
        ConfirmationMode::Asynchronous => BookingStatus::PendingMerchantConfirmation,
        _ => BookingStatus::Confirmed,
    }
}

fn mode_of(facts: &Facts<'_>) -> ConfirmationMode {
    mode::granted(facts.slot, own_mode(facts.place), facts.call)
}

fn own_mode(place: &Place) -> Option<ConfirmationMode> {
    place.known.slot.map(|row| row.confirmation_mode)
}

fn asked<'a>(facts: &Facts<'a>) -> Asked<'a> {
    Asked {
        request: facts.request,
        terms: facts.place.terms.as_ref().map(|terms| &terms.payment),
        mode: mode_of(facts),
        settings: facts.settings,
        call: facts.call,
    }
}

/// The answer where the checks from `first` on decide; `None` where they refuse too.
fn would(facts: &Facts<'_>, first: usize) -> Option<&'static str> {
    let (mut trail, mut findings) = (Trail::default(), Vec::new());
    CHECKS[first..]
        .iter()
        .all(|check| check(facts, &mut trail, &mut findings).is_ok())
        .then(|| status_of(mode_of(facts)).name())
}

fn ids(facts: &Facts<'_>, trail: &mut Trail, _: &mut Vec<Finding>) -> Result<(), No> {
    facts.place.check_ids(facts.slot, facts.call, trail)
}

/// A lease holds its place until it runs out or is used (section 2.4).
fn lease(facts: &Facts<'_>, trail: &mut Trail, _: &mut Vec<Finding>) -> Result<(), No> {
    let Some(lease) = facts.lease else {
        return Ok(());
    };
    let without = || {
        Counterfactual::without(
            "Would be decided like any other request without lease_ref.",
            None,
            "/lease_ref",
        )
    };
    let Some(lease) = lease else {
        let text = "There is no lease of this id. Ask CreateLease first, or leave lease_ref out.";
        trail.decide_unless("lease", Layer::Domain, text, "2.4", without());
        return Err(No::Refuse(Refusal::new(400, "unknown lease", text)));
    };
    let slot_id = facts.place.known.slot.map(|row| row.slot_id);
    if slot_id != Some(lease.slot_id) {
        let text = "The slot differs from the leased one. Send the slot of the lease.";
        trail.decide_unless("lease", Layer::Domain, text, "2.4", without());
        return Err(No::Refuse(Refusal::new(400, "lease mismatch", text)));
    }
    if lease.consumed || lease.expires_sec <= facts.call.now_sec() {
        let why = if lease.consumed {
            "has been used already"
        } else {
            "has run out"
        };
        let text = format!("The lease {why}.");
        trail.decide_unless("lease", Layer::Domain, text, "2.4", without());
        let why = format!("the lease {why}");
        return Err(No::fail(PlainCause::LeaseExpired, &why));
    }
    let text = "The lease holds a place of this slot.";
    trail.note("lease", Layer::Domain, text, "2.4");
    Ok(())
}

fn guest(facts: &Facts<'_>, trail: &mut Trail, _: &mut Vec<Finding>) -> Result<(), No> {
    let Some(clash) = &facts.clash else {
        return Ok(());
    };
    let would = would(facts, 3);
    let unless = unless::another_guest(facts.call, would, "/user_information");
    trail.decide_unless(
        "guest",
        Layer::Domain,
        clash.text(),
        clash.section(),
        unless,
    );
    Err(No::Fail(clash.failure()))
}

fn free_place(facts: &Facts<'_>, trail: &mut Trail, _: &mut Vec<Finding>) -> Result<(), No> {
    if facts.lease.is_some() {
        // The lease holds a place, and the checks were made when it was given.
        return Ok(());
    }
    let (place, call) = (facts.place, facts.call);
    if let Some(closed) = place.closed(facts.slot, facts.settings, call) {
        let would = would(facts, 4);
        let unless = closed.unless(place, call, would, "/slot/start_sec");
        return Err(closed.refuse(call, unless, trail));
    }
    place.note_new(facts.settings, call, trail);
    Ok(())
}

fn offer(facts: &Facts<'_>, trail: &mut Trail, _: &mut Vec<Finding>) -> Result<(), No> {
    let offers = facts.place.terms.as_ref();
    let offers = offers.and_then(|terms| terms.offer_ids.as_deref());
    offer::check(&facts.request.offer_id, offers, trail, || would(facts, 5))
}

fn confirmation_mode(
    facts: &Facts<'_>,
    trail: &mut Trail,
    findings: &mut Vec<Finding>,
) -> Result<(), No> {
    let own = own_mode(facts.place);
    mode::check(facts.slot, own, facts.settings, facts.call, trail, findings)
}

/// Charged last, once nothing else can stand in the way (section 2.5).
fn payment(facts: &Facts<'_>, trail: &mut Trail, findings: &mut Vec<Finding>) -> Result<(), No> {
    let Some(plan) = &facts.payment else {
        return Ok(());
    };
    let would = status_of(mode_of(facts)).name();
    plan.check(asked(facts), facts.challenge, trail, findings, would)
        .map_err(|refused| match refused {
            Refused::Protocol(refusal) => No::Refuse(refusal),
            Refused::Business(failure) => No::Fail(failure),
        })
}

fn failed(failure: BookingFailure) -> Answer {
    let cause: Cause = failure.cause();
    Answer::failed(&CreateBookingResponse::failed(failure), cause)
}
