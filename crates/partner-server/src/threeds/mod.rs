//! The pages of 3-D Secure 1 on the Booking Server's address (section 4.5, steps 4 and 5): the
//! bank's page that `acs_url` names, and a page that can be named as TermUrl where there is no
//! client to come back to.
//!
//! A guest's browser opens them, so they lie outside Basic authentication. They work without
//! scripts, and hold none. What a challenge is worth is decided in `partner::payment::threeds`.

mod form;
mod page;
mod template;

use axum::http::Uri;
use jiff::Timestamp;
use partner::decision::Counterfactual;
use partner::payment::threeds::{CHALLENGE_PATH, Challenge, Decision, RETURN_PATH, Refused, State};
use partner::{Engine, StoreError};

use self::form::{Form, TermUrl};
pub(crate) use self::page::Page;
use self::template::{Ask, BACK_FIELDS, html};
use crate::booking::unless;
use crate::sessions::split;

/// A page, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// The bank's.
    Challenge,
    /// The one that the bank can come back to.
    Return,
}

/// The page that lies at a path, if one does; with or without a slash at the end. Its forms have no
/// action, so that they come back to it within its session.
pub(crate) fn which(path: &str) -> Option<Which> {
    let (_, path) = split(path);
    match path.strip_suffix('/').unwrap_or(path) {
        CHALLENGE_PATH => Some(Which::Challenge),
        RETURN_PATH => Some(Which::Return),
        _ => None,
    }
}

/// What a browser asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) which: Which,
    pub(crate) verb: &'a str,
    pub(crate) uri: &'a Uri,
    pub(crate) body: &'a [u8],
    /// The Booking Server's own address.
    pub(crate) url: &'a str,
    pub(crate) now: Timestamp,
}

/// The page to answer with.
pub(crate) async fn answer(engine: &Engine, asked: Asked<'_>) -> Page {
    match (asked.verb, asked.which) {
        ("GET", Which::Challenge) => explain_challenge(&asked),
        ("GET", Which::Return) => explain_return(&asked),
        ("POST", Which::Challenge) => match challenge(engine, &asked).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, "the store refused a page");
                let text = "Nothing was done. Load the page again.";
                Page::refusal(503, "store busy", "The bank is busy", text)
            }
        },
        ("POST", Which::Return) => returned(&asked),
        (_, which) => {
            let text = "This page takes GET, which explains it, and POST.";
            let path = match which {
                Which::Challenge => CHALLENGE_PATH,
                Which::Return => RETURN_PATH,
            };
            Page::refusal(405, "wrong verb", "This page is not called so", text)
                .unless(unless::other_line("GET", path.to_owned()))
        }
    }
}

/// A body that did not come whole is answered so.
pub(crate) fn refuse(status: u16, message: &str) -> Page {
    Page::refusal(status, "body refused", "The form did not arrive", message)
}

fn explain_challenge(asked: &Asked<'_>) -> Page {
    let text = "GET explains the bank's page; a form that is posted opens it.";
    // A link cannot post, but it can fill the form in.
    let given = Form::read(asked.uri.query().unwrap_or_default().as_bytes());
    let filled = |name| given.text(name).unwrap_or_default();
    let return_url = format!("{}{RETURN_PATH}", asked.url);
    let html = html::about_challenge(&return_url, filled("PaReq"), filled("MD"));
    let page = Page::new(200, "page explained", text, html);
    if asked
        .uri
        .query()
        .is_some_and(|query| query.contains("PaReq"))
    {
        // A client that sends the fields as a query sees at once why nothing happens.
        return page.noting("The fields came in the query; they have to be posted as a form.");
    }
    page
}

fn explain_return(asked: &Asked<'_>) -> Page {
    let text = "GET explains the return page; the bank's page posts to it.";
    let html = html::about_return(&format!("{}{RETURN_PATH}", asked.url));
    Page::new(200, "page explained", text, html)
}

/// The bank's page: shows the challenge, or takes in what the guest does.
async fn challenge(engine: &Engine, asked: &Asked<'_>) -> Result<Page, StoreError> {
    let form = Form::read(asked.body);
    let Some(pa_req) = form
        .text("PaReq")
        .map(str::trim)
        .filter(|it| !it.is_empty())
    else {
        let text = "The form has no PaReq. Post pa_req of the failure's threeds1_parameters under \
                    that name, as application/x-www-form-urlencoded.";
        return Ok(wrong_form("no PaReq", text));
    };
    let term_url = match TermUrl::read(form.text("TermUrl").unwrap_or_default()) {
        Ok(term_url) => term_url,
        Err(why) => {
            let text = format!(
                "{why} It says where the guest goes with the bank's answer. To try the page without \
                 a client, use {}{RETURN_PATH}.",
                asked.url
            );
            return Ok(wrong_form("no TermUrl", &text));
        }
    };
    let Some(found) = engine.challenge_of(pa_req.to_owned()).await? else {
        let text = "No challenge of this partner has this PaReq. Post pa_req as the failure had \
                    it; after a reset, ask for a new challenge.";
        let page = Page::refusal(
            404,
            "unknown PaReq",
            "The bank does not know this payment",
            text,
        );
        return Ok(page.unless(unless::health_check()));
    };
    let ask = Ask {
        pa_req,
        merchant_data: form.text("MD"),
        term_url: &term_url,
    };
    let Some(word) = form.text("decision") else {
        return Ok(shown(&found, &ask, asked.now));
    };
    let Some(decision) = Decision::from_name(word) else {
        let names: Vec<&str> = Decision::ALL.iter().map(|it| it.name()).collect();
        let text = format!("\"decision\" is one of: {}.", names.join(", "));
        return Ok(wrong_form("unknown decision", &text));
    };
    let id = found.transaction_id.clone();
    Ok(match engine.decide_challenge(id, decision).await? {
        None => Page::refusal(
            404,
            "unknown PaReq",
            "The bank does not know this payment",
            "It was reset in the meantime. Ask for a new challenge.",
        ),
        Some(Ok(decided)) => {
            let now = engine.clock().now();
            shown(&decided, &ask, now).noting(format!("The guest chose \"{}\".", decision.name()))
        }
        Some(Err(Refused(_))) => {
            let text = "It was answered already, or its time is over: the first answer stands.";
            shown(&found, &ask, asked.now).with_status(409).noting(text)
        }
    })
}

/// The page of a challenge as it stands.
fn shown(challenge: &Challenge, ask: &Ask<'_>, now: Timestamp) -> Page {
    let state = challenge.state(now);
    let id = &challenge.transaction_id;
    let page = match (state, challenge.pa_res(now)) {
        (State::Waiting, _) => {
            let text = format!(
                "The challenge {id} runs out at {}; until then the bank has no answer.",
                challenge.expires_at
            );
            Page::new(
                200,
                "challenge waits",
                text,
                html::waiting(challenge, ask, now),
            )
        }
        (State::Open, _) | (_, None) => {
            let text = format!("The bank asks the guest about the challenge {id}.");
            Page::new(
                200,
                "challenge shown",
                text,
                html::open(challenge, ask, now),
            )
        }
        (state, Some(pa_res)) => {
            let text = format!(
                "The challenge {id} is {state}; the page posts the bank's answer to {}.",
                ask.term_url.origin()
            );
            let done = |pa_res: &str| html::done(challenge, state, ask, pa_res);
            Page::new(200, format!("challenge {state}"), text, done(&pa_res))
                .kept_as(done(partner::exchange::redact::HIDDEN))
                .posts_elsewhere()
        }
    };
    page.about(challenge)
}

/// The bank comes back: its answer is shown to whoever has no client yet.
fn returned(asked: &Asked<'_>) -> Page {
    let form = Form::read(asked.body);
    let [pa_res, merchant_data] = BACK_FIELDS;
    let Some(given) = form.text(pa_res).filter(|it| !it.is_empty()) else {
        let text = "The form has no PaRes: this is not the bank coming back.";
        return wrong_form("no PaRes", text);
    };
    let merchant_data = form.text(merchant_data).filter(|it| !it.is_empty());
    let text = "The bank's answer came back to the page that stands in for a client.";
    Page::new(
        200,
        "answer returned",
        text,
        html::returned(given, merchant_data),
    )
    .kept_as(html::returned(
        partner::exchange::redact::HIDDEN,
        merchant_data,
    ))
}

fn wrong_form(label: &'static str, text: &str) -> Page {
    let page = Page::refusal(400, label, "This form cannot be used", text);
    let would = "Would explain what it takes when it is called with GET.";
    page.unless(Counterfactual {
        text: would.into(),
        ..unless::other_line("GET", CHALLENGE_PATH.to_owned())
    })
}
