-- What tells a guest's second booking from the first, and a repeated request from another one.
ALTER TABLE bookings ADD COLUMN end_sec INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN party_size INTEGER NOT NULL DEFAULT 0;
-- The guest's address in small letters.
ALTER TABLE bookings ADD COLUMN email TEXT NOT NULL DEFAULT '';
-- Of the request that made it; null where an earlier version kept none.
ALTER TABLE bookings ADD COLUMN fingerprint INTEGER;
-- 1 where the caller itself cancelled it.
ALTER TABLE bookings ADD COLUMN cancelled_by_guest INTEGER NOT NULL DEFAULT 0;
UPDATE bookings SET
    cancelled_by_guest = (status = 'CANCELED'),
    end_sec = start_sec + coalesce(json_extract(booking, '$.slot.duration_sec'), 0),
    party_size = coalesce(json_extract(booking, '$.slot.resources.party_size'), 0),
    email = lower(coalesce(json_extract(booking, '$.user_information.email'), ''));

DROP INDEX bookings_of_user;
CREATE INDEX bookings_of_user ON bookings (user_id, start_sec)
    WHERE status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION');
CREATE INDEX bookings_of_email ON bookings (email, start_sec)
    WHERE status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION');
