-- Decisions are no JSON in a page's rest any more. The log of an older file is dropped; bookings, and
-- what verifications count, are not touched.
INSERT INTO dropped_pages
    SELECT p.first_id, p.last_id, p.summaries, d.texts
    FROM exchange_pages p JOIN exchange_details d ON d.first_id = p.first_id;
DELETE FROM exchange_pages;
DELETE FROM exchange_details;
INSERT INTO exchange_text (exchange_text) VALUES ('delete-all');
UPDATE exchange_text_progress SET indexed = 0;
UPDATE log_run SET run = run % 4294967295 + 1;

-- Fingerprints of requests are made in another way; none tells nothing.
UPDATE bookings SET fingerprint = NULL;
