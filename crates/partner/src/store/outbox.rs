//! The tables `notifications`, `notification_attempts` and `changed_places`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::StoreError;
use crate::clock::from_micros;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationKind)]
pub enum Kind {
    /// A booking (section 6).
    Booking,
    /// Places of slots (section 7).
    Availability,
}

impl Kind {
    /// Its name in the store and the control API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::Availability => "availability",
        }
    }
}

/// Where a notification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationState)]
pub enum State {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The aggregator has taken it.
    Delivered,
    /// It will not be sent again unless somebody wants it to.
    GivenUp,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];

    /// Its name in the store and the control API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }

    /// By its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A notification as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NotificationRow {
    /// Its row.
    pub notification_id: i64,
    /// What it is about.
    pub kind: Kind,
    /// The booking's id; empty for availability.
    pub subject: String,
    /// The number of the request or timer that made the change.
    pub number: u64,
    /// What changed, as JSON.
    pub change: String,
    /// The booking after the change, as JSON; empty for availability.
    pub booking: String,
    /// Where it stands.
    pub state: State,
    /// Failed attempts in a row.
    pub tries: u32,
    /// When the change was made.
    pub created_at: Timestamp,
    /// When it is sent; `None` unless it waits.
    pub next_attempt_at: Option<Timestamp>,
    /// Why it was given up, in a sentence; empty otherwise.
    pub reason: String,
}

/// One time that a notification was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// What was answered; `None` where no answer came.
    pub status: Option<u16>,
    /// What the answer, or the network, said was wrong.
    pub error: Option<String>,
    /// How long it took.
    pub duration_us: u64,
    /// The exchange in the log.
    pub exchange_id: u64,
}

/// How many notifications there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NotificationCounts)]
pub struct Counts {
    /// To be sent.
    pub waiting: u64,
    /// Taken by the aggregator.
    pub delivered: u64,
    /// Not to be sent again by themselves.
    pub given_up: u64,
}

/// A start of a service, whose slots are told together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Places {
    /// The merchant.
    pub merchant_id: String,
    /// The service.
    pub service_id: String,
    /// When the slots start.
    pub start_sec: i64,
}

const COLUMNS: &str = "notification_id, kind, subject, number, change, booking, state, tries,
    created_at, next_attempt_at, reason";

fn notification(row: &Row<'_>) -> rusqlite::Result<NotificationRow> {
    let kind = match row.get_ref(1)?.as_str()? {
        "availability" => Kind::Availability,
        _ => Kind::Booking,
    };
    let state = State::from_name(row.get_ref(6)?.as_str()?).unwrap_or(State::GivenUp);
    Ok(NotificationRow {
        notification_id: row.get(0)?,
        kind,
        subject: row.get(2)?,
        number: row.get(3)?,
        change: row.get(4)?,
        booking: row.get(5)?,
        state,
        tries: row.get(7)?,
        created_at: from_micros(row.get(8)?),
        next_attempt_at: row.get::<_, Option<i64>>(9)?.map(from_micros),
        reason: row.get(10)?,
    })
}

/// Keeps a notification that waits, due at once; answers its id.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    connection: &Connection,
    kind: Kind,
    subject: &str,
    number: u64,
    change: &str,
    booking: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(
            "INSERT INTO notifications (kind, subject, number, change, booking, state, created_at,
                 next_attempt_at)
             VALUES (?1,?2,?3,?4,?5,'waiting',?6,?6)",
        )?
        .insert(params![
            kind.name(),
            subject,
            number,
            change,
            booking,
            now.as_microsecond()
        ])?)
}

/// Those that are due and that no older one of the same subject holds up, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn due(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<NotificationRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notifications n WHERE state = 'waiting' AND next_attempt_at <= ?1
             AND NOT EXISTS (SELECT 1 FROM notifications o WHERE o.state = 'waiting'
                 AND o.subject = n.subject AND o.notification_id < n.notification_id)
         ORDER BY notification_id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![now.as_microsecond(), limit], notification)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One notification.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, id: i64) -> Result<Option<NotificationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM notifications WHERE notification_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id], notification).optional()?)
}

/// Notifications, newest first, below the row `before`.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    booking_id: Option<&str>,
    state: Option<State>,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<NotificationRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notifications
         WHERE (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR state = ?2)
             AND (?3 IS NULL OR notification_id < ?3)
         ORDER BY notification_id DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let values = params![booking_id, state.map(State::name), before, limit];
    let rows = statement.query_map(values, notification)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many there are in each state.
///
/// # Errors
/// [`StoreError`].
pub fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    let sql = "SELECT count(*) FILTER (WHERE state = 'waiting'),
        count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE state = 'given_up')
        FROM notifications";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| {
        Ok(Counts {
            waiting: row.get(0)?,
            delivered: row.get(1)?,
            given_up: row.get(2)?,
        })
    })?)
}

/// Sets where a notification stands.
///
/// # Errors
/// [`StoreError`].
pub fn set(
    connection: &Connection,
    id: i64,
    state: State,
    tries: u32,
    next_attempt_at: Option<Timestamp>,
    reason: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE notifications SET state = ?2, tries = ?3, next_attempt_at = ?4, reason = ?5
             WHERE notification_id = ?1",
        )?
        .execute(params![
            id,
            state.name(),
            tries,
            next_attempt_at.map(Timestamp::as_microsecond),
            reason
        ])?;
    Ok(())
}

/// Keeps an attempt.
///
/// # Errors
/// [`StoreError`].
pub fn add_attempt(connection: &Connection, id: i64, attempt: &Attempt) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO notification_attempts (notification_id, at, status, error, duration_us,
                 exchange_id)
             VALUES (?1,?2,?3,?4,?5,?6)",
        )?
        .execute(params![
            id,
            attempt.at.as_microsecond(),
            attempt.status,
            attempt.error,
            attempt.duration_us,
            attempt.exchange_id
        ])?;
    Ok(())
}

/// The attempts of a notification, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn attempts(connection: &Connection, id: i64) -> Result<Vec<Attempt>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, status, error, duration_us, exchange_id FROM notification_attempts
         WHERE notification_id = ?1 ORDER BY attempt_id",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(Attempt {
            at: from_micros(row.get(0)?),
            status: row.get(1)?,
            error: row.get(2)?,
            duration_us: row.get(3)?,
            exchange_id: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A notification about a booking, and the exchanges in which it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When the change was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Oldest first.
    pub exchange_ids: Vec<u64>,
}

/// The notifications about a booking, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn sent(connection: &Connection, booking_id: &str) -> Result<Vec<Sent>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT notification_id, created_at, state FROM notifications
         WHERE subject = ?1 AND kind = 'booking' ORDER BY notification_id",
    )?;
    let rows = statement.query_map([booking_id], |row| {
        let state = State::from_name(row.get_ref(2)?.as_str()?).unwrap_or(State::GivenUp);
        Ok((row.get(0)?, from_micros(row.get(1)?), state))
    })?;
    let rows: Vec<(i64, Timestamp, State)> = rows.collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(id, created_at, state)| {
            let attempts = attempts(connection, id)?;
            Ok(Sent {
                created_at,
                state,
                exchange_ids: attempts.iter().map(|it| it.exchange_id).collect(),
            })
        })
        .collect()
}

/// Remembers that the places of a slot changed; once is enough until they are told.
///
/// # Errors
/// [`StoreError`].
pub fn note_places(
    connection: &Connection,
    slot_id: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO changed_places (merchant_id, service_id, start_sec, changed_at)
             SELECT merchant_id, service_id, start_sec, ?2 FROM slots WHERE slot_id = ?1
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![slot_id, now.as_microsecond()])?;
    Ok(())
}

/// Takes the oldest noted places off the list.
///
/// # Errors
/// [`StoreError`].
pub fn take_places(connection: &Connection, limit: usize) -> Result<Vec<Places>, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM changed_places WHERE row_id IN
             (SELECT row_id FROM changed_places ORDER BY row_id LIMIT ?1)
         RETURNING merchant_id, service_id, start_sec",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(Places {
            merchant_id: row.get(0)?,
            service_id: row.get(1)?,
            start_sec: row.get(2)?,
        })
    })?;
    let mut taken = rows.collect::<Result<Vec<_>, _>>()?;
    taken.sort_by(|a, b| {
        (&a.merchant_id, &a.service_id, a.start_sec).cmp(&(
            &b.merchant_id,
            &b.service_id,
            b.start_sec,
        ))
    });
    Ok(taken)
}

/// Whether a notification about availability waits.
///
/// # Errors
/// [`StoreError`].
pub fn availability_waits(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM notifications WHERE state = 'waiting' AND subject = ''";
    Ok(connection.prepare_cached(sql)?.exists([])?)
}

/// Drops everything.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM notifications; DELETE FROM notification_attempts; DELETE FROM changed_places;",
    )?;
    Ok(())
}
