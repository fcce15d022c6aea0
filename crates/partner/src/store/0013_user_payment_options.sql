-- Packs, memberships and vouchers that guests own.
CREATE TABLE user_payment_options (
    row_id                 INTEGER PRIMARY KEY,
    user_payment_option_id TEXT NOT NULL UNIQUE,
    user_id                TEXT NOT NULL,
    merchant_id            TEXT NOT NULL,
    payment_option_id      TEXT NOT NULL,
    -- 'PAYMENT_OPTION_SINGLE_USE', …
    type                   TEXT NOT NULL,
    original_count         INTEGER NOT NULL,
    current_count          INTEGER NOT NULL,
    -- In Unix seconds; 0 where there is no limit.
    valid_start_sec        INTEGER NOT NULL,
    valid_end_sec          INTEGER NOT NULL,
    -- 1 where its price was given back: it can be used no more.
    withdrawn              INTEGER NOT NULL,
    -- 'given', 'bought', 'returned' or 'credited'.
    origin                 TEXT NOT NULL,
    -- The booking with which it was bought or in whose place it was given; '' otherwise.
    booking_id             TEXT NOT NULL,
    created_at             INTEGER NOT NULL,
    CHECK (current_count BETWEEN 0 AND original_count)
) STRICT;
CREATE INDEX user_payment_options_of ON user_payment_options (user_id);
CREATE INDEX user_payment_options_by ON user_payment_options (booking_id) WHERE booking_id <> '';
