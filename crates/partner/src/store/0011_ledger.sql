-- What became of the money of each booking. Entries are added, never changed.
CREATE TABLE ledger (
    entry_id       INTEGER PRIMARY KEY,
    booking_id     TEXT NOT NULL,
    -- 'authorised', 'captured', 'held', 'released', 'refunded', 'fee_charged', 'option_used' or
    -- 'credited'.
    kind           TEXT NOT NULL,
    amount_micros  INTEGER NOT NULL,
    currency_code  TEXT NOT NULL,
    at             INTEGER NOT NULL,
    -- The number of the request that caused it; 0 where the merchant or a timer did.
    number         INTEGER NOT NULL,
    -- The processor's durable id of the card: never the token that came with the request.
    payment_method TEXT NOT NULL,
    processed_by   TEXT NOT NULL,
    text           TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_of ON ledger (booking_id);
