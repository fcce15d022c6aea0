//! The log's tables: what a query finds, from the index and from what it lacks alike.

use booking_api::{Cause, Method};
use proptest::prelude::*;

use super::*;
use crate::clock::from_micros;
use crate::exchange::query::Query;
use crate::exchange::{Direction, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing};
use crate::store::open;

fn store() -> Connection {
    open::open(None, "").unwrap().connection
}

/// An exchange about `body`, its other fields drawn from the id so that filters have work.
fn exchange(id: u64, body: &str) -> Exchange {
    let failed = id.is_multiple_of(3);
    let method = match id % 2 {
        0 => Method::CreateBooking,
        _ => Method::UpdateBooking,
    };
    Exchange {
        summary: Summary {
            id,
            direction: Direction::Inbound,
            at: from_micros(i64::try_from(id).unwrap()),
            method: Some(method),
            path: format!("/v3/{}", method.name()),
            status: if id.is_multiple_of(5) { 400 } else { 200 },
            outcome: match (id % 5, failed) {
                (0, _) => ExchangeOutcome::Error,
                (_, true) => ExchangeOutcome::Failure,
                (_, false) => ExchangeOutcome::Ok,
            },
            cause: failed.then_some(Cause::SlotUnavailable),
            booking_id: Some(format!("bk-{}", id % 4)),
            merchant_id: Some(format!("m-{}", id % 7)),
            duration_us: id,
            finding_count: 0,
            label: "CONFIRMED".into(),
            note: String::new(),
        },
        request: RequestRecord {
            verb: "POST".to_owned(),
            target: format!("/v3/{}", method.name()),
            body: body.to_owned(),
            ..RequestRecord::default()
        },
        response: Some(ResponseRecord {
            status: 200,
            body: format!("{{\"answer\":{id}}}"),
            ..ResponseRecord::default()
        }),
        timing: Timing {
            total_us: id,
            ..Timing::default()
        },
        findings: Vec::new(),
        decisions: Vec::new(),
        number: id,
    }
}

fn insert(connection: &Connection, exchanges: &[Exchange]) -> Result<(), StoreError> {
    super::insert(connection, &Pages::of(exchanges))
}

fn text(words: &str) -> Query {
    Query {
        text: Some(words.to_owned()),
        ..Query::default()
    }
}

fn ids(connection: &Connection, asked: &Query) -> Vec<u64> {
    let (rows, _) = query(connection, asked).unwrap();
    rows.iter().map(|row| row.id).collect()
}

fn index_all(connection: &mut Connection) {
    while fulltext::index_some(connection).unwrap() {}
}

/// The answer before, half way through and after indexing must be the same.
fn same_everywhere(bodies: &[String], asked: &Query) -> Vec<u64> {
    let mut connection = store();
    let all: Vec<_> = (1..)
        .zip(bodies)
        .map(|(id, body)| exchange(id, body))
        .collect();
    let id = all.len() as u64;
    let (early, late) = all.split_at(all.len() / 2);
    insert(&connection, early).unwrap();
    index_all(&mut connection);
    // Of the same exchanges, some share a page and others have one each.
    for one in late {
        insert(&connection, std::slice::from_ref(one)).unwrap();
    }
    let half = ids(&connection, asked);
    index_all(&mut connection);
    assert_eq!(fulltext::indexed(&connection).unwrap(), id);
    let whole = ids(&connection, asked);
    assert_eq!(half, whole, "half indexed, then wholly: {asked:?}");

    let bare = store();
    insert(&bare, &all).unwrap();
    let none = ids(&bare, asked);
    assert_eq!(none, whole, "not indexed, then wholly: {asked:?}");
    whole
}

#[test]
fn words_are_found_alike_with_and_without_the_index() {
    let bodies: Vec<String> = [
        r#"{"email":"john.smith@gmail.com","slot":{"start_sec":"1606509000"}}"#,
        r#"{"email":"mina.okafor@example.com","note":"Fenêtre SVP, côté mer"}"#,
        r#"{"cause":"SLOT_UNAVAILABLE","name":"Straße"}"#,
        r#"{"name":"Ольга ПЕТРОВА","city":"東京都"}"#,
        r#"{"phone":"+1 206-555-0142","note":"it's \"urgent\""}"#,
        "not json at all \u{0} with a null, smithereens",
        "",
        r#"{"id":"bk-7Q2M4X9K1A"}"#,
    ]
    .map(str::to_owned)
    .to_vec();
    for (words, expected) in [
        ("smith", vec![6, 1]),
        ("smith gmail", vec![1]),
        ("\"john smith\"", vec![1]),
        ("\"smith john\"", vec![]),
        ("JOHN", vec![1]),
        ("mith", vec![]),
        ("1606509", vec![1]),
        ("fenêtre", vec![2]),
        ("fenetre", vec![]),
        ("straß", vec![3]),
        ("slot_unav", vec![3]),
        ("петрова", vec![4]),
        ("東京", vec![4]),
        ("206-555", vec![5]),
        ("bk-7q2m", vec![8]),
        ("null", vec![6]),
        ("updatebooking", vec![7, 5, 3, 1]),
        ("answer okafor", vec![2]),
        ("\"", vec![8, 7, 6, 5, 4, 3, 2, 1]),
        ("  ", vec![8, 7, 6, 5, 4, 3, 2, 1]),
        ("NOT AND OR", vec![]),
        ("a*b ^c {d} NEAR(e)", vec![]),
    ] {
        assert_eq!(same_everywhere(&bodies, &text(words)), expected, "{words}");
    }
}

#[test]
fn words_and_filters_hold_together() {
    let bodies: Vec<String> = (1..=40)
        .map(|id| format!("common word{}", id % 4))
        .collect();
    let asked = Query {
        method: Some(Method::CreateBooking),
        cause: Some(Cause::SlotUnavailable),
        after: Some(5),
        before: Some(40),
        ..text("common word0")
    };
    assert_eq!(same_everywhere(&bodies, &asked), [36, 24, 12]);
}

#[test]
fn each_filter_does_what_it_says() {
    let connection = store();
    for id in 1..=30 {
        insert(&connection, &[exchange(id, "x")]).unwrap();
    }
    let all = Query::default();
    let keep = |asked: Query, fits: &dyn Fn(u64) -> bool| {
        let expected: Vec<u64> = (1..=30).rev().filter(|id| fits(*id)).collect();
        assert_eq!(ids(&connection, &asked), expected, "{asked:?}");
    };
    keep(all.clone(), &|_| true);
    keep(
        Query {
            after: Some(20),
            ..all.clone()
        },
        &|id| id > 20,
    );
    keep(
        Query {
            before: Some(5),
            ..all.clone()
        },
        &|id| id < 5,
    );
    keep(
        Query {
            before: Some(u64::MAX),
            ..all.clone()
        },
        &|_| true,
    );
    keep(
        Query {
            after: Some(u64::MAX),
            ..all.clone()
        },
        &|_| false,
    );
    let inbound = Some(Direction::Inbound);
    keep(
        Query {
            direction: inbound,
            ..all.clone()
        },
        &|_| true,
    );
    let outbound = Some(Direction::Outbound);
    keep(
        Query {
            direction: outbound,
            ..all.clone()
        },
        &|_| false,
    );
    let method = Some(Method::UpdateBooking);
    keep(
        Query {
            method,
            ..all.clone()
        },
        &|id| id % 2 == 1,
    );
    let outcome = Some(ExchangeOutcome::Failure);
    keep(
        Query {
            outcome,
            ..all.clone()
        },
        &|id| id % 3 == 0 && id % 5 != 0,
    );
    let cause = Some(Cause::SlotUnavailable);
    keep(
        Query {
            cause,
            ..all.clone()
        },
        &|id| id % 3 == 0,
    );
    let status = Some((400, 499));
    keep(
        Query {
            status,
            ..all.clone()
        },
        &|id| id % 5 == 0,
    );
    let booking_id = Some("bk-2".to_owned());
    keep(
        Query {
            booking_id,
            ..all.clone()
        },
        &|id| id % 4 == 2,
    );
    let merchant_id = Some("m-3".to_owned());
    keep(Query { merchant_id, ..all }, &|id| id % 7 == 3);
}

#[test]
fn pages_go_backwards_and_end() {
    let mut connection = store();
    for id in 1..=25 {
        insert(&connection, &[exchange(id, "page")]).unwrap();
    }
    for round in 0..2 {
        for words in [None, Some("page".to_owned())] {
            let mut seen = Vec::new();
            let mut before = None;
            loop {
                let asked = Query {
                    before,
                    limit: Some(10),
                    text: words.clone(),
                    ..Query::default()
                };
                let (rows, next) = query(&connection, &asked).unwrap();
                seen.extend(rows.iter().map(|row| row.id));
                match next {
                    Some(_) => before = next,
                    None => break,
                }
            }
            let expected: Vec<u64> = (1..=25).rev().collect();
            assert_eq!(seen, expected, "round {round}, {words:?}");
        }
        index_all(&mut connection);
    }
    let exact = Query {
        limit: Some(25),
        ..Query::default()
    };
    assert_eq!(query(&connection, &exact).unwrap().1, None);
}

#[test]
fn an_exchange_comes_back_as_it_was() {
    let connection = store();
    let mut whole = exchange(1, "body \u{1F600}");
    whole.findings.push(booking_api::Finding {
        severity: booking_api::Severity::Warning,
        code: "unknown_field".into(),
        pointer: "/x".to_owned(),
        found: "1".to_owned(),
        expected: String::new(),
        hint: String::new(),
        reference: "1.3".into(),
    });
    let mut trail = crate::decision::Trail::default();
    trail.decide("token", crate::decision::Layer::Domain, "Because.", "2.5");
    whole.decisions = trail.into_decisions();
    whole.request.headers = vec![("a".to_owned(), "\"b\"".to_owned())];
    insert(&connection, &[whole.clone()]).unwrap();
    let mut silent = exchange(2, "");
    silent.response = None;
    silent.summary.method = None;
    silent.summary.cause = None;
    silent.summary.booking_id = None;
    insert(&connection, &[silent.clone()]).unwrap();
    assert_eq!(get(&connection, 1).unwrap(), Some(whole));
    assert_eq!(get(&connection, 2).unwrap(), Some(silent));
    for missing in [0, 3, u64::MAX] {
        assert_eq!(get(&connection, missing).unwrap(), None, "{missing}");
    }
    assert_eq!(page(&connection, 2, 10).unwrap().len(), 1);
    assert!(page(&connection, u64::MAX, 10).unwrap().is_empty());
    assert_eq!(after(&connection, 0, 1).unwrap()[0].id, 1);
    assert_eq!(after(&connection, 1, 9).unwrap()[0].id, 2);
}

#[test]
fn eviction_keeps_the_newest_and_forgets_the_words_of_the_rest() {
    let mut connection = store();
    for id in 1..=30 {
        insert(&connection, &[exchange(id, &format!("word{id}x"))]).unwrap();
        if id == 15 {
            index_all(&mut connection);
        }
    }
    let position = |oldest| Position {
        newest: 30,
        oldest,
        run: 0,
    };
    // A quarter too many is borne, for then many go at once.
    assert_eq!(evict(&connection, position(1), 24).unwrap(), None);
    assert_eq!(evict(&connection, position(1), 10).unwrap(), Some(21));
    assert_eq!(bounds(&connection).unwrap(), (21, 30));
    assert_eq!(evict(&connection, position(21), 10).unwrap(), None);
    for round in 0..2 {
        assert!(ids(&connection, &text("word3x")).is_empty());
        assert!(ids(&connection, &text("word18x")).is_empty());
        assert_eq!(ids(&connection, &text("word21x")), [21], "round {round}");
        assert_eq!(ids(&connection, &text("word30x")), [30], "round {round}");
        index_all(&mut connection);
    }
    assert_eq!(get(&connection, 20).unwrap(), None);
}

#[test]
fn groups_of_any_size_come_back_one_by_one() {
    let connection = store();
    let mut all: Vec<_> = (1..=300)
        .map(|id| exchange(id, &format!("body {id} \u{e9}")))
        .collect();
    // One that is as large as a body may be, and ids that leave a hole.
    all[99].request.body = "x".repeat(1024 * 1024);
    all.retain(|exchange| exchange.summary.id != 200);
    insert(&connection, &all).unwrap();
    assert_eq!(bounds(&connection).unwrap(), (1, 300));
    assert_eq!(page(&connection, 0, 1_000).unwrap(), all);
    let behind = |cursor, limit| -> Vec<u64> {
        let rows = after(&connection, cursor, limit).unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    for one in &all {
        let id = one.summary.id;
        assert_eq!(get(&connection, id).unwrap().as_ref(), Some(one));
        let found = id_of_number(&connection, one.number, &format!("bk-{}", id % 4));
        assert_eq!(found.unwrap(), Some(id));
        assert_eq!(id_of_number(&connection, id, "bk-9").unwrap(), None);
        let expected: Vec<u64> = (id + 1..=300).filter(|id| *id != 200).take(70).collect();
        assert_eq!(behind(id, 70), expected);
        assert_eq!(
            page(&connection, id + 1, 5).unwrap().len(),
            expected.len().min(5)
        );
    }
    assert_eq!(get(&connection, 200).unwrap(), None);
    assert_eq!(ids(&connection, &text("299")), [299]);
    assert_eq!(highest_number(&connection).unwrap(), 300);
}

#[test]
fn eviction_spares_a_page_that_is_wanted_in_part() {
    let connection = store();
    let all: Vec<_> = (1..=150).map(|id| exchange(id, "x")).collect();
    insert(&connection, &all).unwrap();
    let position = |oldest| Position {
        newest: 150,
        oldest,
        run: 0,
    };
    // The 21 newest are wanted; the page that holds the oldest of them begins at 129.
    assert_eq!(evict(&connection, position(1), 21).unwrap(), Some(129));
    assert_eq!(bounds(&connection).unwrap(), (129, 150));
    assert_eq!(evict(&connection, position(129), 10).unwrap(), None);
    assert_eq!(page(&connection, 0, 100).unwrap(), all[128..]);
}

#[test]
fn a_page_that_was_damaged_is_said_to_be() {
    let connection = store();
    insert(&connection, &[exchange(1, "x"), exchange(2, "y")]).unwrap();
    for column in ["texts", "rest"] {
        let before = format!("SELECT {column} FROM exchange_details");
        let before: Vec<u8> = connection.query_row(&before, [], |row| row.get(0)).unwrap();
        let set = format!("UPDATE exchange_details SET {column} = ?1");
        for broken in [&[][..], &[0xff; 9], &before[..before.len() - 2]] {
            connection.execute(&set, [broken]).unwrap();
            let got = get(&connection, 2);
            assert!(
                matches!(got, Err(StoreError::Damaged(_))),
                "{column} {got:?}"
            );
        }
        connection.execute(&set, [before]).unwrap();
    }
    assert!(get(&connection, 2).unwrap().is_some());
}

#[test]
fn a_reset_leaves_no_word_behind() {
    let mut connection = store();
    for id in 1..=5 {
        insert(&connection, &[exchange(id, "before")]).unwrap();
    }
    index_all(&mut connection);
    reset(&connection).unwrap();
    assert_eq!(bounds(&connection).unwrap(), (0, 0));
    for id in 1..=2 {
        insert(&connection, &[exchange(id, "afterwards")]).unwrap();
    }
    index_all(&mut connection);
    assert!(ids(&connection, &text("before")).is_empty());
    assert_eq!(ids(&connection, &text("afterwards")), [2, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_words_are_found_alike(
        bodies in proptest::collection::vec("[a-cA-C0-1éÉß\"'*:(){}_ .,-]{0,24}", 1..8),
        words in "[a-cA-C0-1éÉß\"*:() _-]{0,6}",
    ) {
        same_everywhere(&bodies, &text(&words));
    }
}
