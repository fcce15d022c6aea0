//! `/api/bookings`: what the partner holds.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use booking_api::{Booking, BookingStatus, ConfirmationMode, PrepaymentStatus};
use jiff::Timestamp;
use partner::aggregator::Difference;
use partner::booking::guest_name;
use partner::merchant::lifeline::Lifeline;
use partner::store::bookings::{BookingRow, EventRow, Wanted};
use serde::Serialize;
use utoipa::ToSchema;

use super::aggregator::{AggregatorView, both_sides};
use super::error::{ApiError, ErrorBody};
use super::given::{BookingId, Given};
use super::ledger::{self, LedgerBalance, LedgerEntry};
use super::page::{self, Page};
use super::user_payment_options::OptionView;
use crate::app::App;

/// A page of bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingList {
    /// Newest first.
    bookings: Vec<BookingSummary>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// One row of the list of bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingSummary {
    /// The partner's id of the booking.
    booking_id: String,
    /// Where it stands (protocol section 3.5).
    status: BookingStatus,
    /// The merchant, by the partner's id.
    merchant_id: String,
    /// The service, by the partner's id.
    service_id: String,
    /// When it starts, in seconds since 1970 (UTC), as text like all 64-bit numbers on the wire.
    start_sec: String,
    /// The same in RFC 3339; null where it is beyond the year 9999.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    start_at: Option<Timestamp>,
    /// How long it lasts, in seconds.
    duration_sec: String,
    /// The guest, by the aggregator's opaque id.
    user_id: String,
    /// The guest's name.
    guest: String,
    /// How many guests come (dining); null where the slot does not say.
    #[schema(required)]
    party_size: Option<i32>,
    /// Who decided about it, and when (protocol section 3.4).
    confirmation_mode: ConfirmationMode,
    /// What became of the money (protocol section 3.7); null where nothing is known.
    #[schema(required)]
    prepayment_status: Option<PrepaymentStatus>,
    /// When it was made, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// One booking with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingDetails {
    /// The row in the list.
    #[serde(flatten)]
    summary: BookingSummary,
    /// The booking as it goes over the wire (protocol section 3.3).
    booking: Booking,
    /// What happened to it, oldest first.
    timeline: Vec<BookingEvent>,
    /// What became of its money, oldest first; empty where none was taken or held.
    ledger: Vec<LedgerEntry>,
    /// What the ledger adds up to, one per currency.
    balances: Vec<LedgerBalance>,
    /// The guest's payment option that was used or bought with it, and one that the guest got in its
    /// place; mostly none.
    user_payment_options: Vec<OptionView>,
    /// What can be done with it, who said what to whom, and the e-mails.
    #[serde(flatten)]
    lifeline: Lifeline,
    /// What the aggregator knows of it, by its own account.
    #[schema(required)]
    aggregator: Option<AggregatorView>,
    /// In what the two sides differ; empty where they agree.
    differs: Vec<Difference>,
}

/// Something that happened to a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingEvent {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// In a word: `created`; of the guest `rescheduled`, `cancelled`; of the merchant
    /// `confirmed`, `declined`, `auto_declined`, `failed`, `cancelled_by_merchant`,
    /// `rescheduled_by_merchant`, `no_show`, `no_show_fee_charged`, `refunded`, `credited`.
    event: String,
    /// In a sentence.
    text: String,
    /// The status afterwards.
    status: String,
    /// The exchange that did it; null where it is no longer kept.
    #[schema(required)]
    exchange_id: Option<u64>,
}

impl BookingSummary {
    fn of(row: &BookingRow) -> Self {
        let slot = row.booking.slot.clone().unwrap_or_default();
        let payment = row.booking.payment_information.as_ref();
        let user = row.booking.user_information.as_ref();
        Self {
            booking_id: row.booking.booking_id.clone(),
            status: row.booking.status,
            start_at: Timestamp::from_second(slot.start_sec).ok(),
            start_sec: slot.start_sec.to_string(),
            duration_sec: slot.duration_sec.to_string(),
            party_size: slot
                .resources
                .map(|it| it.party_size)
                .filter(|size| *size != 0),
            confirmation_mode: slot.confirmation_mode,
            merchant_id: slot.merchant_id,
            service_id: slot.service_id,
            user_id: row.user_id.clone(),
            guest: user.map(guest_name).unwrap_or_default(),
            prepayment_status: payment
                .map(|it| it.prepayment_status)
                .filter(|status| *status != PrepaymentStatus::Unspecified),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The names that the query may hold.
const FILTERS: &[&str] = &["status", "merchant_id", "q", "before", "limit"];

/// Bookings, newest first, cancelled ones included.
#[utoipa::path(
    get,
    path = "/api/bookings",
    tag = "bookings",
    params(
        ("status" = Option<BookingStatus>, Query, description = "Where it stands."),
        ("merchant_id" = Option<String>, Query, description = "The merchant it is with."),
        ("q" = Option<String>, Query, description = "What the booking's id or the guest's name has in it."),
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of bookings.", body = BookingList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_bookings(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<BookingList>, ApiError> {
    let given = Given::read(&uri, FILTERS)?;
    let names: Vec<&str> = BookingStatus::ALL
        .iter()
        .map(|status| status.name())
        .collect();
    let status = given.one_of("status", &names, BookingStatus::from_name)?;
    let text = |name| given.text(name).map(str::to_owned);
    let wanted = Wanted {
        status,
        merchant_id: text("merchant_id"),
        words: text("q").filter(|words| !words.is_empty()),
    };
    let before = page::row(&given, "before")?;
    let page = Page::read(&given, 1_000)?;
    let mut rows = app.engine.bookings(wanted, before, page.wanted()).await?;
    let next = page.cut(&mut rows, |row| row.row_id.to_string());
    Ok(Json(BookingList {
        bookings: rows.iter().map(BookingSummary::of).collect(),
        next,
    }))
}

/// One booking with what happened to it, what the merchant can do with it, and what was said.
#[utoipa::path(
    get,
    path = "/api/bookings/{id}",
    tag = "bookings",
    params(("id" = String, Path, description = "The booking's id.")),
    responses(
        (status = 200, description = "The booking.", body = BookingDetails),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_booking(
    State(app): State<App>,
    BookingId(id): BookingId,
) -> Result<Json<BookingDetails>, ApiError> {
    Ok(Json(details(&app, id).await?))
}

/// The refusal of a booking that never was.
pub(super) fn no_booking(id: &str) -> ApiError {
    let hint = "GET /api/bookings lists them.";
    ApiError::not_found(format!("There is no booking \"{id}\"."), hint)
}

/// One booking with what happened to it and what can be done with it.
pub(super) async fn details(app: &App, id: String) -> Result<BookingDetails, ApiError> {
    let Some((row, events)) = app.engine.booking(id.clone()).await? else {
        return Err(no_booking(&id));
    };
    let Some(lifeline) = app.engine.lifeline(id.clone()).await? else {
        return Err(no_booking(&id));
    };
    let timeline = events
        .into_iter()
        .map(|(event, exchange_id)| {
            let EventRow {
                at,
                event,
                text,
                status,
                ..
            } = event;
            BookingEvent {
                at,
                event,
                text,
                status,
                exchange_id,
            }
        })
        .collect();
    let (aggregator, differs) = both_sides(app, &row.booking).await?;
    let options = app.engine.payment_options_of(id.clone()).await?;
    let (ledger, balances) = ledger::view(app.engine.ledger(id).await?);
    Ok(BookingDetails {
        ledger,
        balances,
        user_payment_options: options.into_iter().map(OptionView::from).collect(),
        aggregator,
        differs,
        summary: BookingSummary::of(&row),
        booking: row.booking,
        timeline,
        lifeline,
    })
}
