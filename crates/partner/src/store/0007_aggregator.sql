-- Why a notification was given up, in a sentence; '' otherwise.
ALTER TABLE notifications ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- The aggregator's own view of a booking, once it may differ from what the partner holds. A booking
-- that has no row here is known to it as the partner answered it.
CREATE TABLE aggregator_bookings (
    row_id     INTEGER PRIMARY KEY,
    booking_id TEXT NOT NULL UNIQUE,
    -- The booking in the Booking Server's own shape.
    booking    TEXT NOT NULL,
    -- Why it failed, as it was told; '' otherwise.
    cause      TEXT NOT NULL DEFAULT '',
    -- Whether only a notification told of it: a booking of a partner elsewhere.
    is_foreign INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Slots as real-time updates told the aggregator of them.
CREATE TABLE aggregator_slots (
    row_id       INTEGER PRIMARY KEY,
    merchant_id  TEXT NOT NULL,
    service_id   TEXT NOT NULL,
    -- Nanoseconds since 1970: restricts are that fine.
    start_nanos  INTEGER NOT NULL,
    duration_nanos INTEGER NOT NULL,
    staff_id     TEXT NOT NULL,
    room_id      TEXT NOT NULL,
    -- The slot as it was sent, in lowerCamelCase.
    availability TEXT NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX aggregator_slots_of_service
    ON aggregator_slots (merchant_id, service_id, start_nanos);
