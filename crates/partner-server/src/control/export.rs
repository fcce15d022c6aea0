//! Exchanges for other programs: as a curl command, as a HAR file.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use partner::StoreError;
use partner::exchange::{Exchange, curl, har};

use super::error::{ApiError, ErrorBody};
use super::exchanges::exchange;
use super::given::{ExchangeId, Given};
use super::replay;
use crate::app::App;

/// Exchanges in memory at a time while a HAR file is written: bodies can be large.
const PAGE: usize = 64;

/// The exchange's request as one curl command for a POSIX shell.
///
/// Credentials are the mock's own; other secrets stay hidden, which a comment then says.
#[utoipa::path(
    get,
    path = "/api/exchanges/{id}/curl",
    tag = "exchanges",
    params(
        ("id" = u64, Path, description = "The exchange's id."),
        ("change" = Option<String>, Query, description = "A counterfactual's `change` of the kind `request`, \
            `request_line` or `header`, as JSON: the command then sends the changed request."),
    ),
    responses(
        (status = 200, description = "The command.", body = String, content_type = "text/plain"),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, or `no_such_change`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_exchange_curl(
    State(app): State<App>,
    ExchangeId(id): ExchangeId,
    uri: Uri,
) -> Result<String, ApiError> {
    let given = Given::read(&uri, &["change"])?;
    let change = given
        .text("change")
        .map(|text| replay::read_change(serde_json::from_str(text).ok()))
        .transpose()?;
    let exchange = exchange(&app, id).await?;
    let request = replay::amended(&exchange, change.as_ref())?;
    let credentials = app.credentials.as_ref();
    let pair = credentials.map(|it| (it.username.as_str(), it.password.as_str()));
    let mut command = curl::command(&request, &app.listener.url(), pair);
    command.push('\n');
    Ok(command)
}

/// The whole log as a HAR 1.2 file, oldest first.
///
/// Bodies are complete, secrets hidden. What is recorded while the file is being sent is not in
/// it.
#[utoipa::path(
    get,
    path = "/api/exchanges.har",
    tag = "exchanges",
    responses(
        (status = 200, description = "The file.", body = Object, content_type = "application/json"),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_exchanges_har(State(app): State<App>) -> Result<Response, ApiError> {
    let position = app.engine.log().position();
    // The first page is read before the answer begins, so that a store in trouble is a 503.
    let first = app.engine.exchange_page(position.oldest, PAGE).await?;
    let export = Export {
        base_url: app.listener.url().to_string(),
        app,
        last: position.newest,
        text: har::head(env!("CARGO_PKG_VERSION")),
        is_first: true,
        page: Some(first),
    };
    let body = Body::from_stream(stream::try_unfold(export, Export::next));
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"mock-partner.har\"",
        ),
    ];
    Ok((headers, body).into_response())
}

/// A HAR file on its way out.
struct Export {
    app: App,
    base_url: String,
    /// The newest exchange that belongs into the file.
    last: u64,
    /// What is to be sent before the page.
    text: String,
    is_first: bool,
    /// What is to be written next; `None` once the file is closed.
    page: Option<Vec<Exchange>>,
}

impl Export {
    /// A store that fails midway breaks the connection off: half a file must not look whole.
    async fn next(mut self) -> Result<Option<(String, Self)>, StoreError> {
        let Some(mut page) = self.page.take() else {
            return Ok(None);
        };
        page.retain(|exchange| exchange.summary.id <= self.last);
        let mut text = std::mem::take(&mut self.text);
        for exchange in &page {
            if !std::mem::take(&mut self.is_first) {
                text.push(',');
            }
            text.push('\n');
            text.push_str(&har::entry(exchange, &self.base_url).to_string());
        }
        match page.last().map(|exchange| exchange.summary.id) {
            Some(id) if id < self.last => {
                self.page = Some(self.app.engine.exchange_page(id + 1, PAGE).await?);
            }
            _ => text.push_str(har::FOOT),
        }
        Ok(Some((text, self)))
    }
}
