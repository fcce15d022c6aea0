//! The methods of the protocol: a job for the store, its transaction, and who hears of it afterwards.
//!
//! What is answered is decided in [`crate::booking`].

use std::sync::Arc;

use booking_api::{
    BatchAvailabilityLookupRequest, CheckAvailabilityRequest, CreateBookingRequest,
    CreateLeaseRequest, GetBookingStatusRequest, ListBookingsRequest,
    SetMarketingPreferenceRequest, UpdateBookingRequest,
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::Engine;
use crate::booking::{self, Answer, Call, Refusal, Reply};
use crate::decision::{Counterfactual, Layer};
use crate::scenario::Settings;
use crate::store::{StoreError, bookings};

/// The methods of the protocol. Each answers even where the store is in trouble: then with 503.
///
/// Requests are boxed: they go through several hands, and are large.
impl Engine {
    /// CreateBooking (section 2.5).
    pub async fn create_booking(&self, call: Call, request: Box<CreateBookingRequest>) -> Reply {
        let inner = Arc::clone(&self.0);
        // A request that fails before its slot is known may be about money all the same.
        let with_payment = call.snapshot.behaviour.payment.mode.takes_money()
            || request.payment_processing_parameters.is_some();
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &call.snapshot.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    let reply = booking::create::create(
                        connection,
                        &inner.control,
                        settings,
                        &call,
                        &request,
                    )?;
                    if reply.made_booking {
                        tell_places(connection, settings, call.now, reply.booking_id.as_deref())?;
                    }
                    Ok(reply)
                })
            })
            .await;
        let mut reply = settled(replied);
        reply.with_payment |= with_payment;
        self.timer_set(reply.timer);
        self.slot_made(reply.made_slot);
        if reply.made_booking {
            self.0.bookings.send_modify(|count| *count += 1);
        }
        reply
    }

    /// UpdateBooking (section 2.6).
    pub async fn update_booking(&self, call: Call, request: Box<UpdateBookingRequest>) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &call.snapshot.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    let asked = request.booking.as_ref().map(|it| it.booking_id.as_str());
                    // The place that a move frees is told as well as the one it takes.
                    tell_places(connection, settings, call.now, asked)?;
                    let reply = booking::update::update(
                        connection,
                        &inner.control,
                        settings,
                        &call,
                        &request,
                    )?;
                    if let (Ok(Answer { cause: None, .. }), Some(booking_id)) =
                        (&reply.result, &reply.booking_id)
                    {
                        crate::outbox::guest_changed(connection, settings, call.now, booking_id)?;
                        tell_places(connection, settings, call.now, Some(booking_id))?;
                    }
                    Ok(reply)
                })
            })
            .await;
        let reply = settled(replied);
        self.slot_made(reply.made_slot);
        if reply
            .result
            .as_ref()
            .is_ok_and(|answer| answer.cause.is_none())
        {
            // The count stays; followers hear of the change all the same.
            self.0.bookings.send_modify(|_| {});
            self.timers_taken();
        }
        reply
    }

    /// CreateLease (section 2.4).
    pub async fn create_lease(&self, call: Call, request: Box<CreateLeaseRequest>) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &call.snapshot.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    booking::lease::create(connection, &inner.control, settings, &call, &request)
                })
            })
            .await;
        let reply = settled(replied);
        self.timer_set(reply.timer);
        self.slot_made(reply.made_slot);
        reply
    }

    /// BatchAvailabilityLookup (section 2.2).
    pub async fn batch_availability_lookup(
        &self,
        call: Call,
        request: Box<BatchAvailabilityLookupRequest>,
    ) -> Reply {
        let replied = self.0.store.read(move |connection| {
            let settings = &call.snapshot.scenario.settings;
            booking::availability::batch(connection, settings, &call, &request)
                .map(|reply| booking::validation::judged(&call, reply))
        });
        settled(replied.await)
    }

    /// CheckAvailability (section 2.3).
    pub async fn check_availability(
        &self,
        call: Call,
        request: Box<CheckAvailabilityRequest>,
    ) -> Reply {
        let replied = self.0.store.read(move |connection| {
            let settings = &call.snapshot.scenario.settings;
            booking::availability::check(connection, settings, &call, &request)
                .map(|reply| booking::validation::judged(&call, reply))
        });
        settled(replied.await)
    }

    /// GetBookingStatus (section 2.7).
    pub async fn get_booking_status(
        &self,
        call: Call,
        request: Box<GetBookingStatusRequest>,
    ) -> Reply {
        let replied = self.0.store.read(move |connection| {
            booking::status::get(connection, &call.snapshot.scenario.settings, &request)
        });
        settled(replied.await)
    }

    /// ListBookings (section 2.8).
    pub async fn list_bookings(&self, call: Call, request: Box<ListBookingsRequest>) -> Reply {
        let replied = self.0.store.read(move |connection| {
            booking::status::list(
                connection,
                &call.snapshot.scenario.settings,
                &call,
                &request,
            )
        });
        settled(replied.await)
    }

    /// SetMarketingPreference (section 2.9).
    pub async fn set_marketing_preference(
        &self,
        request: Box<SetMarketingPreferenceRequest>,
    ) -> Reply {
        let replied = self
            .0
            .store
            .write(move |connection| booking::preference::set(connection, &request));
        settled(replied.await)
    }
}

/// Notes that places of a booking's slot changed, where the scenario wants them told.
fn tell_places(
    connection: &Connection,
    settings: &Settings,
    now: Timestamp,
    booking_id: Option<&str>,
) -> Result<(), StoreError> {
    if !settings.send_real_time_updates {
        return Ok(());
    }
    match booking_id
        .map(|id| bookings::get(connection, id))
        .transpose()?
        .flatten()
    {
        Some(row) => crate::outbox::places_changed(connection, settings, now, row.slot_id),
        None => Ok(()),
    }
}

/// A store in trouble is a 503 that says so.
fn settled(replied: Result<Reply, StoreError>) -> Reply {
    replied.unwrap_or_else(|error| {
        let refusal = Refusal::from(error);
        let mut reply = Reply::about("", String::new());
        let again = Counterfactual::wait("May be another answer when it is sent again.", None, 0);
        reply.trail.decide_unless(
            "store",
            Layer::Domain,
            refusal.message.clone(),
            "1.4",
            again,
        );
        reply.with(Err(refusal))
    })
}
