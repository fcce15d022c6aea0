-- A merchant that is known: from a feed, a generator, an edit, or because a request named it.
CREATE TABLE merchants (
    merchant_id TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    category    TEXT NOT NULL,
    made_by     TEXT NOT NULL,
    -- The feed's record as JSON; null where a request made it.
    record      TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO merchants SELECT DISTINCT merchant_id, '', '', 'request', NULL FROM services;

ALTER TABLE services ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE services ADD COLUMN made_by TEXT NOT NULL DEFAULT 'request';
-- The feed's record as JSON; null where a request made it.
ALTER TABLE services ADD COLUMN record TEXT;

-- Null stands for 'request', so that a slot that springs into being writes no more than before.
ALTER TABLE slots ADD COLUMN made_by TEXT;
-- Places that are taken by other means than our bookings and leases.
ALTER TABLE slots ADD COLUMN taken_elsewhere INTEGER NOT NULL DEFAULT 0;
-- Whether the slot or its service says anything of booking, cancelling and paying.
ALTER TABLE slots ADD COLUMN has_terms INTEGER NOT NULL DEFAULT 0;
-- The slot's own terms as JSON; null where it has none.
ALTER TABLE slots ADD COLUMN terms TEXT;
