-- A merchant's service that is known, from a scenario or because a request named it.
CREATE TABLE services (
    merchant_id TEXT NOT NULL,
    service_id  TEXT NOT NULL,
    PRIMARY KEY (merchant_id, service_id)
) STRICT, WITHOUT ROWID;

-- A slot's identity is its ids, start, duration and resources. Places taken are counted from
-- bookings and leases, never stored.
CREATE TABLE slots (
    slot_id           INTEGER PRIMARY KEY,
    merchant_id       TEXT NOT NULL,
    service_id        TEXT NOT NULL,
    start_sec         INTEGER NOT NULL,
    duration_sec      INTEGER NOT NULL,
    staff_id          TEXT NOT NULL,
    room_id           TEXT NOT NULL,
    party_size        INTEGER NOT NULL,
    confirmation_mode TEXT NOT NULL,
    capacity          INTEGER NOT NULL,
    UNIQUE (merchant_id, service_id, start_sec, duration_sec, staff_id, room_id, party_size)
) STRICT;

CREATE TABLE bookings (
    row_id            INTEGER PRIMARY KEY,
    booking_id        TEXT NOT NULL UNIQUE,
    -- The number of the request that made it.
    number            INTEGER NOT NULL,
    idempotency_token TEXT NOT NULL UNIQUE,
    slot_id           INTEGER NOT NULL REFERENCES slots,
    user_id           TEXT NOT NULL,
    merchant_id       TEXT NOT NULL,
    start_sec         INTEGER NOT NULL,
    status            TEXT NOT NULL,
    -- The booking as it goes over the wire.
    booking           TEXT NOT NULL,
    -- What CreateBooking answered, once the booking differs from that.
    first_answer      TEXT,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX bookings_holding_slot ON bookings (slot_id)
    WHERE status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION');
CREATE INDEX bookings_of_user ON bookings (user_id);

-- What happened to a booking after it was made.
CREATE TABLE booking_events (
    row_id     INTEGER PRIMARY KEY,
    booking_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    event      TEXT NOT NULL,
    text       TEXT NOT NULL,
    status     TEXT NOT NULL
) STRICT;
CREATE INDEX booking_events_of_booking ON booking_events (booking_id);

CREATE TABLE leases (
    lease_id    TEXT PRIMARY KEY,
    -- The number of the request that made it.
    number      INTEGER NOT NULL,
    slot_id     INTEGER NOT NULL REFERENCES slots,
    user_id     TEXT NOT NULL,
    expires_sec INTEGER NOT NULL,
    consumed    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_of_slot ON leases (slot_id) WHERE consumed = 0;

CREATE TABLE marketing_preferences (
    user_id TEXT PRIMARY KEY,
    receive INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The narrow half of an exchange: what lists and filters read.
CREATE TABLE exchanges (
    id            INTEGER PRIMARY KEY,
    number        INTEGER NOT NULL,
    direction     TEXT NOT NULL,
    at            INTEGER NOT NULL,
    method        TEXT,
    path          TEXT NOT NULL,
    status        INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    cause         TEXT,
    booking_id    TEXT,
    merchant_id   TEXT,
    duration_us   INTEGER NOT NULL,
    finding_count INTEGER NOT NULL,
    label         TEXT NOT NULL,
    note          TEXT NOT NULL
) STRICT;

-- The wide half: what the details of one exchange need.
CREATE TABLE exchange_details (
    id               INTEGER PRIMARY KEY,
    verb             TEXT NOT NULL,
    target           TEXT NOT NULL,
    version          TEXT NOT NULL,
    request_headers  TEXT NOT NULL,
    request_body     TEXT NOT NULL,
    request_size     INTEGER NOT NULL,
    redacted         INTEGER NOT NULL,
    response_status  INTEGER,
    response_headers TEXT NOT NULL,
    response_body    TEXT NOT NULL,
    response_size    INTEGER NOT NULL,
    read_us          INTEGER NOT NULL,
    decide_us        INTEGER NOT NULL,
    delay_us         INTEGER NOT NULL,
    findings         TEXT NOT NULL,
    decisions        TEXT NOT NULL
) STRICT;

-- Words of path and bodies. It lags behind the log on purpose; what it lacks is read through.
CREATE VIRTUAL TABLE exchange_text USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TABLE exchange_text_progress (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    indexed  INTEGER NOT NULL
) STRICT;
INSERT INTO exchange_text_progress VALUES (1, 0);
