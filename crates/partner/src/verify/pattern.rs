//! What an exchange is to be like, and whether it is.

use booking_api::{Cause, Method};
use serde_json::Value;

use crate::exchange::redact::HIDDEN;
use crate::exchange::{Direction, ExchangeOutcome, Summary};
use crate::store::StoreError;

/// What an exchange is to be like. Everything that is given must hold; of the doubly optional,
/// `Some(None)` asks for an exchange that has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The protocol's method.
    pub method: Option<Option<Method>>,
    /// The path as it was asked for.
    pub path: Option<String>,
    /// How it ended.
    pub outcome: Option<ExchangeOutcome>,
    /// The cause of a business failure.
    pub cause: Option<Option<Cause>>,
    /// Lowest and highest HTTP status.
    pub status: Option<(u16, u16)>,
    /// The booking it was about.
    pub booking_id: Option<Option<String>>,
    /// The merchant it was about.
    pub merchant_id: Option<Option<String>>,
    /// The guest it was about, wherever the method has its id.
    pub user_id: Option<String>,
    /// Values of the request's body by JSON pointer.
    pub request: Vec<(String, Value)>,
    /// Values of the answer's body by JSON pointer.
    pub answer: Vec<(String, Value)>,
}

/// What was sent and what came back, as far as it is JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bodies {
    /// The request's body.
    pub request: Option<Value>,
    /// The answer's body.
    pub answer: Option<Value>,
}

/// How an exchange fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// In everything.
    Whole,
    /// Not in so many points. Where something outside of the bodies does not fit, these were not
    /// looked at, and count as one for each of their values.
    Missing {
        /// The points.
        count: usize,
    },
    /// Nobody knows: it fits in everything but this place, whose value was hidden.
    Hidden(String),
}

/// Where methods have their guest's id.
const USER_IDS: [&str; 3] = [
    "/user_information/user_id",
    "/booking/user_information/user_id",
    "/user_id",
];

type Unpacked<'a> = &'a mut dyn FnMut() -> Result<Bodies, StoreError>;

impl Pattern {
    /// How an exchange fits.
    ///
    /// # Errors
    /// [`StoreError`], from unpacking its bodies.
    pub fn fit(&self, summary: &Summary, bodies: Unpacked<'_>) -> Result<Fit, StoreError> {
        let outside = self.outside(summary).count();
        let within = self.request.len() + self.answer.len() + usize::from(self.user_id.is_some());
        if outside > 0 {
            return Ok(Fit::Missing {
                count: outside + within,
            });
        }
        if within == 0 {
            return Ok(Fit::Whole);
        }
        let bodies = bodies()?;
        let mut misses = 0;
        let mut hidden = None;
        for value in self.values(&bodies) {
            match value {
                Found::Other(..) => misses += 1,
                Found::Hidden(pointer) => hidden = Some(pointer),
            }
        }
        Ok(match (misses, hidden) {
            (0, None) => Fit::Whole,
            (0, Some(pointer)) => Fit::Hidden(pointer),
            (count, _) => Fit::Missing { count },
        })
    }

    /// All points in which an exchange does not fit, a sentence each.
    ///
    /// # Errors
    /// [`StoreError`], from unpacking its bodies.
    pub fn misses(
        &self,
        summary: &Summary,
        bodies: Unpacked<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let mut why: Vec<String> = self
            .outside(summary)
            .map(|(what, found, wanted)| format!("{what} is {found}, not {wanted}."))
            .collect();
        let bodies = bodies()?;
        for value in self.values(&bodies) {
            why.push(match value {
                Found::Other(place, None, wanted) => {
                    format!("{place} is not there, wanted was {wanted}.")
                }
                Found::Other(place, Some(found), wanted) => {
                    format!("{place} is {found}, not {wanted}.")
                }
                Found::Hidden(place) => format!("{place} is hidden."),
            });
        }
        Ok(why)
    }

    /// What does not fit outside of the bodies: what, as it is, as it is wanted.
    fn outside(&self, summary: &Summary) -> impl Iterator<Item = (&'static str, String, String)> {
        let word = |word: Option<&str>| word.map_or_else(|| "null".to_owned(), str::to_owned);
        let direction = |direction| match direction {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        };
        let mut misses = Vec::new();
        let mut look = |what, found: Option<&str>, wanted: Option<Option<&str>>| {
            if let Some(wanted) = wanted
                && wanted != found
            {
                misses.push((what, word(found), word(wanted)));
            }
        };
        look(
            "direction",
            Some(direction(summary.direction)),
            self.direction.map(|it| Some(direction(it))),
        );
        look(
            "method",
            summary.method.map(Method::name),
            self.method.map(|it| it.map(Method::name)),
        );
        look("path", Some(&summary.path), self.path.as_deref().map(Some));
        look(
            "outcome",
            Some(summary.outcome.name()),
            self.outcome.map(|it| Some(it.name())),
        );
        look(
            "cause",
            summary.cause.map(Cause::name),
            self.cause.map(|it| it.map(Cause::name)),
        );
        look(
            "booking_id",
            summary.booking_id.as_deref(),
            self.booking_id.as_ref().map(Option::as_deref),
        );
        look(
            "merchant_id",
            summary.merchant_id.as_deref(),
            self.merchant_id.as_ref().map(Option::as_deref),
        );
        if let Some((low, high)) = self.status
            && !(low..=high).contains(&summary.status)
        {
            let wanted = match low == high {
                true => low.to_string(),
                false => format!("{}xx", low / 100),
            };
            misses.push(("status", summary.status.to_string(), wanted));
        }
        misses.into_iter()
    }

    /// What does not fit, or is hidden, within the bodies.
    fn values<'a>(&'a self, bodies: &'a Bodies) -> impl Iterator<Item = Found> + 'a {
        let parts = [
            ("request", &self.request, &bodies.request),
            ("answer", &self.answer, &bodies.answer),
        ];
        let pointed = parts.into_iter().flat_map(|(name, values, body)| {
            values.iter().filter_map(move |(pointer, wanted)| {
                let found = body.as_ref().and_then(|body| at(body, pointer));
                compare(format!("{name} {pointer}"), found, wanted)
            })
        });
        let user = self.user_id.as_ref().and_then(|wanted| {
            let body = bodies.request.as_ref();
            let found = body.and_then(|body| USER_IDS.iter().find_map(|place| at(body, place)));
            compare("user_id".to_owned(), found, &Value::from(wanted.as_str()))
        });
        pointed.chain(user)
    }
}

/// What stands at a place where something else is wanted.
enum Found {
    /// Where, what, and what is wanted.
    Other(String, Option<Value>, Value),
    Hidden(String),
}

fn compare(place: String, found: Option<&Value>, wanted: &Value) -> Option<Found> {
    match found {
        Some(Value::String(text)) if text == HIDDEN && wanted != HIDDEN => {
            Some(Found::Hidden(place))
        }
        Some(found) if is_same(found, wanted) => None,
        // What is left out has the value null.
        None if wanted.is_null() => None,
        found => Some(Found::Other(place, found.cloned(), wanted.clone())),
    }
}

/// Numbers may come as strings (protocol section 1.3), so they are the same as such.
fn is_same(found: &Value, wanted: &Value) -> bool {
    let digits = |number: &Value, text: &Value| match (number, text) {
        (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        _ => false,
    };
    match (found, wanted) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => found == wanted || digits(found, wanted) || digits(wanted, found),
    }
}

/// What stands at a pointer. Names may be spelt either way, as the protocol's reader takes them:
/// `merchant_id` or `merchantId`.
fn at<'a>(body: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.is_empty() {
        return Some(body);
    }
    let steps = pointer.strip_prefix('/')?.split('/');
    steps
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .try_fold(body, |value, step| match value {
            Value::Object(fields) => fields
                .get(&step)
                .or_else(|| fields.get(&camel(&step)))
                .or_else(|| fields.get(&snake(&step))),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
}

fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut up = false;
    for letter in name.chars() {
        match letter {
            '_' => up = true,
            letter if up => {
                camel.extend(letter.to_uppercase());
                up = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}

fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::exchange::Exchange;

    fn summary() -> Summary {
        let mut summary = Exchange::begun(Timestamp::UNIX_EPOCH, 1).summary;
        summary.method = Some(Method::CreateBooking);
        summary.status = 200;
        summary.outcome = ExchangeOutcome::Failure;
        summary.cause = Some(Cause::SlotUnavailable);
        summary.merchant_id = Some("m".to_owned());
        summary
    }

    fn bodies() -> Bodies {
        Bodies {
            request: Some(json!({
                "slot": {"merchantId": "m", "start_sec": "1795428000"},
                "list": [{"x": 1.0}],
                "user_information": {"user_id": "u"},
                "payment_information": {"pa_response": HIDDEN},
            })),
            answer: Some(json!({"a/b": true})),
        }
    }

    fn fit(pattern: &Pattern) -> Fit {
        pattern.fit(&summary(), &mut || Ok(bodies())).unwrap()
    }

    fn why(pattern: &Pattern) -> Vec<String> {
        pattern.misses(&summary(), &mut || Ok(bodies())).unwrap()
    }

    #[test]
    fn an_empty_pattern_fits_and_asks_for_no_body() {
        let fit = Pattern::default().fit(&summary(), &mut || unreachable!());
        assert_eq!(fit.unwrap(), Fit::Whole);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let pattern = Pattern {
            method: Some(Some(Method::CreateBooking)),
            cause: Some(None),
            booking_id: Some(Some("bk".to_owned())),
            merchant_id: Some(Some("m".to_owned())),
            status: Some((400, 499)),
            ..Pattern::default()
        };
        assert_eq!(fit(&pattern), Fit::Missing { count: 3 });
        let said = [
            "cause is SLOT_UNAVAILABLE, not null.",
            "booking_id is null, not bk.",
            "status is 200, not 4xx.",
        ];
        assert_eq!(why(&pattern), said);
    }

    #[test]
    fn pointers_are_lenient_as_the_protocol_is() {
        let asks = |pointer: &str, value: Value| Pattern {
            request: vec![(pointer.to_owned(), value)],
            ..Pattern::default()
        };
        for (pointer, value) in [
            ("/slot/merchant_id", json!("m")),
            ("/slot/merchantId", json!("m")),
            ("/slot/startSec", json!(1_795_428_000)),
            ("/slot/start_sec", json!("1795428000")),
            ("/list/0/x", json!(1)),
            ("/nothing", Value::Null),
        ] {
            assert_eq!(fit(&asks(pointer, value)), Fit::Whole, "{pointer}");
        }
        let other = asks("/slot/merchant_id", json!("n"));
        assert_eq!(fit(&other), Fit::Missing { count: 1 });
        assert_eq!(
            why(&other),
            ["request /slot/merchant_id is \"m\", not \"n\"."]
        );
        let absent = asks("/slot/service_id", json!("s"));
        assert_eq!(
            why(&absent),
            ["request /slot/service_id is not there, wanted was \"s\"."]
        );
        let answer = Pattern {
            answer: vec![("/a~1b".to_owned(), json!(true))],
            user_id: Some("u".to_owned()),
            ..Pattern::default()
        };
        assert_eq!(fit(&answer), Fit::Whole);
    }

    #[test]
    fn what_is_hidden_is_not_guessed_at() {
        let pointer = "/payment_information/pa_response".to_owned();
        let pattern = Pattern {
            request: vec![(pointer, json!("secret"))],
            ..Pattern::default()
        };
        let place = "request /payment_information/pa_response";
        assert_eq!(fit(&pattern), Fit::Hidden(place.to_owned()));
    }
}
