-- 3-D Secure 1 challenges that a booking failed for, and how guests answered them. Instants are micros.
CREATE TABLE challenges (
    row_id           INTEGER PRIMARY KEY,
    transaction_id   TEXT NOT NULL UNIQUE,
    pa_req           TEXT NOT NULL UNIQUE,
    md_merchant_data TEXT NOT NULL,
    -- Signs the bank's answer, which itself is kept nowhere.
    secret           INTEGER NOT NULL,
    -- The request that was answered with it.
    number           INTEGER NOT NULL,
    -- What it is about, as JSON.
    stake            TEXT NOT NULL,
    merchant_name    TEXT NOT NULL,
    -- A price as JSON; null where nobody named one.
    amount           TEXT,
    created_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    -- What the guest did, and when; null while nothing.
    decision         TEXT,
    decided_at       INTEGER,
    -- The request that made a booking with the bank's answer.
    used_by          INTEGER
) STRICT;
