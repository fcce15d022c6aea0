-- How the engine's clock is set, where it is not as the system's. Instants are micros.
CREATE TABLE clock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    mode     TEXT NOT NULL,
    rate     REAL NOT NULL,
    -- What the clock said ...
    at       INTEGER NOT NULL,
    -- ... when the system's said this.
    since    INTEGER NOT NULL
) STRICT;

-- What happens by itself at a time of the engine's clock.
CREATE TABLE timers (
    timer_id INTEGER PRIMARY KEY,
    due_at   INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    -- What it is about: a booking's id, a lease's id.
    subject  TEXT NOT NULL,
    payload  TEXT NOT NULL
) STRICT;
CREATE INDEX timers_by_due ON timers (due_at);
CREATE INDEX timers_of_subject ON timers (subject);
