//! The control port: what windows and scripts call, one file per group of calls.
//!
//! The list of calls exists once, in `calls`: the router and the OpenAPI document both come
//! from it. Decisions about bookings are not made here, only asked for and shown.

mod aggregator;
mod behaviour;
mod booking_actions;
mod bookings;
mod causes;
mod challenges;
mod clock;
mod error;
mod events;
mod exchanges;
mod export;
mod files;
mod findings;
mod follow;
mod given;
mod guard;
mod inventory;
mod ledger;
mod listener;
mod merchants;
mod moves;
mod notifications;
mod openapi;
mod page;
mod payment_tokens;
mod replay;
mod reset;
mod sample;
mod scenario_rules;
mod scenarios;
mod session;
mod slots;
mod status;
mod thresholds;
mod user_payment_options;
mod verify;
mod walkthrough;

use std::any::Any;

use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use openapi::openapi;

use crate::app::App;

/// Control calls are short; a body beyond this is a mistake.
const LONGEST_BODY: usize = 256 * 1024;

/// Everything on the control port: guard, calls, event stream, the window's files.
pub fn router(app: App) -> Router {
    Router::from(calls())
        .merge(crate::aggregator::router())
        .fallback(files::serve)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            session::dispatch,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(status::get_status))
        .routes(routes!(listener::put_listener))
        .routes(routes!(
            behaviour::get_behaviour,
            behaviour::patch_behaviour,
            behaviour::delete_behaviour
        ))
        .routes(routes!(causes::get_causes))
        .routes(routes!(findings::get_findings))
        .routes(routes!(payment_tokens::get_payment_tokens))
        .routes(routes!(clock::get_clock, clock::put_clock))
        .routes(routes!(clock::post_advance))
        .routes(routes!(
            exchanges::list_exchanges,
            exchanges::delete_exchanges
        ))
        .routes(routes!(exchanges::get_exchange))
        .routes(routes!(export::get_exchange_curl))
        .routes(routes!(replay::post_replay))
        .routes(routes!(export::get_exchanges_har))
        .routes(routes!(events::follow_events))
        .routes(routes!(bookings::list_bookings))
        .routes(routes!(bookings::get_booking))
        .routes(routes!(booking_actions::post_booking_action))
        .routes(routes!(moves::get_moves))
        .routes(routes!(challenges::list_challenges))
        .routes(routes!(challenges::post_complete))
        .routes(routes!(
            user_payment_options::list_options,
            user_payment_options::post_option
        ))
        .routes(routes!(user_payment_options::patch_option))
        .routes(routes!(notifications::list_notifications))
        .routes(routes!(notifications::get_notification))
        .routes(routes!(notifications::post_resend))
        .routes(routes!(notifications::post_give_up))
        .routes(routes!(
            aggregator::get_aggregator,
            aggregator::patch_aggregator
        ))
        .routes(routes!(aggregator::put_faults))
        .routes(routes!(aggregator::list_aggregator_bookings))
        .routes(routes!(aggregator::get_aggregator_booking))
        .routes(routes!(aggregator::list_aggregator_availability))
        .routes(routes!(merchants::list_merchants))
        .routes(routes!(merchants::patch_merchant))
        .routes(routes!(merchants::list_services))
        .routes(routes!(merchants::patch_service))
        .routes(routes!(slots::list_slots, slots::post_slot))
        .routes(routes!(slots::patch_slot, slots::delete_slot))
        .merge(feeds())
        .routes(routes!(sample::post_sample))
        .routes(routes!(thresholds::get_thresholds))
        .routes(routes!(scenarios::list_scenarios, scenarios::post_scenario))
        .routes(routes!(scenarios::get_scenario, scenarios::put_scenario))
        .routes(routes!(scenarios::activate_scenario))
        .routes(routes!(scenario_rules::list_rules))
        .routes(routes!(scenario_rules::patch_rule))
        .routes(routes!(walkthrough::get_walkthrough))
        .routes(routes!(walkthrough::post_next))
        .routes(routes!(walkthrough::post_back))
        .routes(routes!(walkthrough::post_restart))
        .routes(routes!(verify::post_verify))
        .routes(routes!(reset::post_reset))
        .routes(routes!(session::list_sessions))
        .routes(routes!(session::delete_session))
        .routes(routes!(openapi::get_openapi))
}

/// Whole inventories, which are longer than other calls.
fn feeds() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(inventory::post_import))
        .routes(routes!(inventory::post_generate))
        .routes(routes!(inventory::get_merchant_feed))
        .routes(routes!(inventory::get_service_feed))
        .routes(routes!(inventory::get_availability_feed))
        .layer(DefaultBodyLimit::max(inventory::LONGEST_FEED))
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    error::internal().into_response()
}
