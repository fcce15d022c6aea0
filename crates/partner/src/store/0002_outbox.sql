-- What the aggregator is still to be told, and what it was told.
CREATE TABLE notifications (
    notification_id INTEGER PRIMARY KEY,
    -- 'booking' or 'availability'.
    kind            TEXT NOT NULL,
    -- Those of one subject go out in order: a booking's id, or '' for all availability.
    subject         TEXT NOT NULL,
    -- The number of the request that made the change.
    number          INTEGER NOT NULL,
    -- What changed; from it the request is composed each time it is sent.
    change          TEXT NOT NULL,
    -- The booking after the change, as it goes over the wire; '' for availability.
    booking         TEXT NOT NULL,
    -- 'waiting', 'delivered' or 'given_up'.
    state           TEXT NOT NULL,
    -- Failed attempts in a row.
    tries           INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    -- NULL unless it waits.
    next_attempt_at INTEGER
) STRICT;
CREATE INDEX notifications_waiting ON notifications (subject, notification_id)
    WHERE state = 'waiting';
CREATE INDEX notifications_of_subject ON notifications (subject, notification_id);

-- Each time that a notification was sent.
CREATE TABLE notification_attempts (
    attempt_id      INTEGER PRIMARY KEY,
    notification_id INTEGER NOT NULL REFERENCES notifications,
    at              INTEGER NOT NULL,
    -- NULL where no answer came; then `error` says why.
    status          INTEGER,
    error           TEXT,
    duration_us     INTEGER NOT NULL,
    exchange_id     INTEGER NOT NULL
) STRICT;
CREATE INDEX notification_attempts_of ON notification_attempts (notification_id);

-- Starts of services whose places changed since availability was last put into a notification.
CREATE TABLE changed_places (
    row_id      INTEGER PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    service_id  TEXT NOT NULL,
    start_sec   INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    UNIQUE (merchant_id, service_id, start_sec)
) STRICT;
