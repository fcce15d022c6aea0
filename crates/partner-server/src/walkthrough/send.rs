//! What a step sends: to the Booking Server as the aggregator, or to the control API.

use base64::Engine as _;
use partner::exchange::curl::STEP_HEADER;
use partner::scenario::steps::fill::Unknown;
use partner::scenario::steps::{Request, StepAction, verb_and_path};
use serde_json::{Value, json};

use super::report::Sent;
use super::{Walk, fields_of};
use crate::app::Credentials;

impl Walk {
    /// What is sent, and the `Authorization` beside it.
    pub(super) async fn request(
        &self,
        action: StepAction<'_>,
        mark: &str,
    ) -> Result<(Sent, Option<String>), Unknown> {
        let variables = &self.variables;
        let (line, body) = match action {
            StepAction::Send(request) => return self.to_booking_server(request, mark),
            StepAction::Merchant(wish) => {
                let mut body = fields_of(wish, variables)?;
                body.shift_remove("booking_id");
                let id = variables.fill_text(&wish.booking_id)?;
                (
                    format!("POST /api/bookings/{id}/actions"),
                    Value::Object(body),
                )
            }
            StepAction::Advance(wish) => {
                let body = fields_of(wish, variables)?;
                ("POST /api/clock/advance".to_owned(), Value::Object(body))
            }
            StepAction::Challenge(wish) => {
                let id = match (&wish.id, &self.mock) {
                    (Some(id), _) => variables.fill_text(id)?,
                    (None, Some(mock)) => mock.open_challenge(&self.http).await,
                    (None, None) => String::new(),
                };
                let body = json!({ "decision": wish.decision.name() });
                (format!("POST /api/challenges/{id}/complete"), body)
            }
            StepAction::Set(toggles) => {
                let query = match toggles.expires_in_sec {
                    Some(sec) => format!("?expires_in_sec={sec}"),
                    None => String::new(),
                };
                let change = variables.fill_fields(&toggles.behaviour)?;
                (
                    format!("PATCH /api/behaviour{query}"),
                    Value::Object(change),
                )
            }
            StepAction::Control(call) => {
                let body = call.body.as_ref().map(|body| variables.fill(body));
                let body = body.transpose()?.unwrap_or_default();
                (variables.fill_text(&call.request)?, body)
            }
        };
        let (verb, path) = verb_and_path(&line).unwrap_or_default();
        let (url, token) = match &self.mock {
            Some(mock) => (format!("{}{path}", mock.url), Some(mock.bearer())),
            None => (path, None),
        };
        let sent = Sent {
            verb,
            url,
            headers: Vec::new(),
            body,
            own: vec![("content-type".to_owned(), "application/json".to_owned())],
        };
        Ok((sent, token))
    }

    fn to_booking_server(
        &self,
        request: &Request,
        mark: &str,
    ) -> Result<(Sent, Option<String>), Unknown> {
        let (verb, path) = request.line().unwrap_or_default();
        let path = self.variables.fill_text(&path)?;
        let mut headers = Vec::new();
        for (name, value) in &request.headers {
            headers.push((name.clone(), self.variables.fill_text(value)?));
        }
        let named = |wanted: &str| {
            let mut headers = headers.iter();
            headers.any(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let body = match &request.body {
            Some(body) => self.variables.fill(body)?,
            None => Value::Null,
        };
        let mut own = Vec::new();
        if !body.is_null() && !named("content-type") {
            own.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        if self.mock.is_some() {
            own.push((STEP_HEADER.to_owned(), mark.to_owned()));
        }
        let credentials = self.target.credentials.as_ref();
        let basic = credentials.filter(|_| !named("authorization")).map(basic);
        let sent = Sent {
            verb,
            url: format!("{}{path}", self.target.url.trim_end_matches('/')),
            headers,
            body,
            own,
        };
        Ok((sent, basic))
    }
}

fn basic(credentials: &Credentials) -> String {
    let Credentials { username, password } = credentials;
    let pair = format!("{username}:{password}");
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Basic {encoded}")
}
