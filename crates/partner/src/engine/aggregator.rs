//! The stand-in aggregator's calls, without HTTP: what it answers, and what it knows.

use booking_api::notification::{RpcCode, RpcError, read_patch};
use booking_api::rtu::{self, ExtendedServiceAvailability};
use booking_api::{BookingStatus, Finding, Reading, camel_case};
use serde_json::{Value, json};

use super::Engine;
use crate::aggregator::gate::Gate;
use crate::aggregator::{self, View};
use crate::store::aggregator::{Place, SlotView};
use crate::store::{self, StoreError};

/// What the stand-in answers.
#[derive(Clone, Debug, PartialEq)]
pub struct StandInReply {
    /// The body, or the error.
    pub result: Result<Value, RpcError>,
    /// What it is in a word, for the log's row.
    pub label: String,
    /// What is odd about the call.
    pub findings: Vec<Finding>,
    /// The booking it was about.
    pub booking_id: Option<String>,
    /// The merchant it was about.
    pub merchant_id: Option<String>,
}

impl StandInReply {
    /// An error.
    #[must_use]
    pub fn refused(error: RpcError) -> Self {
        Self {
            label: format!("{} {}", error.code.status(), error.code.name()),
            result: Err(error),
            findings: Vec::new(),
            booking_id: None,
            merchant_id: None,
        }
    }
}

impl Engine {
    /// What the stand-in does before it looks at a call.
    #[must_use]
    pub fn aggregator_gate(&self) -> &Gate {
        &self.0.gate
    }

    /// `notification.partners.bookings.patch`, with the ids of its path decoded.
    pub async fn aggregator_patch(
        &self,
        partner_id: String,
        booking_id: String,
        query: &str,
        body: &[u8],
    ) -> StandInReply {
        if let Err(error) = self.may_enter(&partner_id) {
            return about(error, booking_id);
        }
        let reading = read_patch(&partner_id, &booking_id, query, body);
        let patch = match reading.patch {
            Ok(patch) => patch,
            Err(error) => {
                let mut reply = about(error, booking_id);
                reply.findings = reading.findings;
                return reply;
            }
        };
        let now = self.0.clock.now();
        let accepts_unknown = self.0.gate.accepts_unknown();
        let id = booking_id.clone();
        let done = self.0.store.write(move |connection| {
            let known = aggregator::view(connection, &id)?;
            let mut findings = Vec::new();
            let after = match &known {
                Some(view) => {
                    findings = aggregator::patch::remarks(&view.booking, &patch);
                    aggregator::patch::apply(&view.booking, &patch)
                }
                None if accepts_unknown => aggregator::patch::found(&id, &patch),
                None => Err(RpcError::new(
                    RpcCode::NotFound,
                    format!("Booking partners/{partner_id}/bookings/{id} not found."),
                )),
            };
            let booking = match after {
                Ok(booking) => booking,
                Err(error) => return Ok((Err(error), findings, None)),
            };
            let cause = aggregator::patch::cause(&patch);
            let view = View {
                cause: cause.or(known.as_ref().and_then(|view| view.cause)),
                is_foreign: known.as_ref().is_none_or(|view| view.is_foreign),
                updated_at: now,
                booking,
            };
            store::aggregator::put(connection, &view)?;
            let body = camel_case(&aggregator::notified(&view.booking, &partner_id));
            let merchant = view.booking.slot.map(|slot| slot.merchant_id);
            let status = view.booking.status;
            Ok((Ok((body, status, cause)), findings, merchant))
        });
        let (result, more, merchant_id) = match done.await {
            Ok(done) => done,
            Err(error) => return about(unavailable(&error), booking_id),
        };
        let mut reply = match result {
            Ok((body, status, cause)) => StandInReply {
                result: Ok(body),
                label: match (status, cause) {
                    (BookingStatus::Failed, Some(cause)) => format!("FAILED {}", cause.name()),
                    (status, _) => status.name().to_owned(),
                },
                findings: Vec::new(),
                booking_id: Some(booking_id),
                merchant_id: merchant_id.filter(|id| !id.is_empty()),
            },
            Err(error) => about(error, booking_id),
        };
        reply.findings = reading.findings;
        reply.findings.extend(more);
        reply
    }

    /// `availability:replace` for several services; those that are wrong are left out.
    pub async fn aggregator_replace_batch(&self, partner_id: &str, body: &[u8]) -> StandInReply {
        if let Err(error) = self.may_enter(partner_id) {
            return StandInReply::refused(error);
        }
        let Reading { message, findings } = rtu::read_batch(body);
        let windows = match message {
            Ok(request) => request.extended_service_availability,
            Err(rejection) => return invalid(rejection.message, findings),
        };
        let all = windows.len();
        let right: Vec<_> = windows
            .into_iter()
            .filter(|window| aggregator::availability::problem(window).is_none())
            .collect();
        let shown: Vec<Value> = right.iter().map(camel_case).collect();
        let mut reply = self.replace(right, findings).await;
        if reply.result.is_ok() {
            reply.label = format!("{} of {all} replaced", shown.len());
            reply.result = Ok(json!({ "extendedServiceAvailability": shown }));
        }
        reply
    }

    /// `availability:replace` for one service, with the ids of its path decoded.
    pub async fn aggregator_replace_single(
        &self,
        partner_id: &str,
        merchant_id: &str,
        service_id: &str,
        body: &[u8],
    ) -> StandInReply {
        if let Err(error) = self.may_enter(partner_id) {
            return StandInReply::refused(error);
        }
        let Reading { message, findings } = rtu::read_single(merchant_id, service_id, body);
        let window = match message {
            Ok(window) => window,
            Err(rejection) => return invalid(rejection.message, findings),
        };
        if let Some(problem) = aggregator::availability::problem(&window) {
            return invalid(problem, findings);
        }
        let shown = camel_case(&window.clone().single(partner_id));
        let mut reply = self.replace(vec![window], findings).await;
        if reply.result.is_ok() {
            reply.result = Ok(shown);
        }
        reply.merchant_id = Some(merchant_id.to_owned());
        reply
    }

    async fn replace(
        &self,
        windows: Vec<ExtendedServiceAvailability>,
        findings: Vec<Finding>,
    ) -> StandInReply {
        let now = self.0.clock.now();
        let done = self.0.store.write(move |connection| {
            for window in &windows {
                aggregator::availability::replace(connection, now, window)?;
            }
            Ok(())
        });
        match done.await {
            Ok(()) => StandInReply {
                result: Ok(Value::Null),
                label: "replaced".to_owned(),
                findings,
                booking_id: None,
                merchant_id: None,
            },
            Err(error) => StandInReply::refused(unavailable(&error)),
        }
    }

    /// Failures on demand, the quota, and whose id it is.
    fn may_enter(&self, partner_id: &str) -> Result<(), RpcError> {
        self.0.gate.pass(self.0.clock.now())?;
        if partner_id == self.0.partner_id || self.0.gate.accepts_unknown() {
            return Ok(());
        }
        Err(RpcError::new(
            RpcCode::PermissionDenied,
            format!(
                "The caller is partner {}, not {partner_id}.",
                self.0.partner_id
            ),
        ))
    }

    /// What the aggregator knows of a booking, and what the partner holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn aggregator_booking(&self, booking_id: String) -> Result<Option<View>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| aggregator::view(connection, &booking_id))
            .await
    }

    /// Bookings that the aggregator knows, each with the place to go on from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn aggregator_bookings(
        &self,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(View, Place)>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| store::aggregator::list(connection, before, limit))
            .await
    }

    /// Slots that the aggregator was told of, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn aggregator_slots(
        &self,
        merchant_id: Option<String>,
        service_id: Option<String>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<SlotView>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| {
                let (merchant_id, service_id) = (merchant_id.as_deref(), service_id.as_deref());
                store::aggregator::slots(connection, merchant_id, service_id, before, limit)
            })
            .await
    }
}

fn about(error: RpcError, booking_id: String) -> StandInReply {
    StandInReply {
        booking_id: Some(booking_id),
        ..StandInReply::refused(error)
    }
}

fn invalid(message: String, findings: Vec<Finding>) -> StandInReply {
    StandInReply {
        findings,
        ..StandInReply::refused(RpcError::new(RpcCode::InvalidArgument, message))
    }
}

fn unavailable(error: &StoreError) -> RpcError {
    RpcError::new(
        RpcCode::Unavailable,
        format!("Nothing was done, try again: {error}."),
    )
}
