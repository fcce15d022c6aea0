-- The log in pages: the exchanges of one commit are two rows, packed, instead of two rows each. The
-- log of an older file is dropped; bookings are not touched.
DROP TABLE exchanges;
DROP TABLE exchange_details;
INSERT INTO exchange_text (exchange_text) VALUES ('delete-all');
UPDATE exchange_text_progress SET indexed = 0;
UPDATE log_run SET run = run % 4294967295 + 1;

-- The narrow half of a page: what lists and filters read. Ids within a page have no holes.
CREATE TABLE exchange_pages (
    first_id       INTEGER PRIMARY KEY,
    last_id        INTEGER NOT NULL,
    -- Of the requests' numbers.
    lowest_number  INTEGER NOT NULL,
    highest_number INTEGER NOT NULL,
    summaries      BLOB NOT NULL
) STRICT;

-- The wide half: what words are looked for in, and what else the details of one exchange need.
CREATE TABLE exchange_details (
    first_id INTEGER PRIMARY KEY,
    texts    BLOB NOT NULL,
    rest     BLOB NOT NULL
) STRICT;
