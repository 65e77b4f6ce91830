-- Alerts, and bulletins that need a second coordinator's consent.
-- The folder for PostgreSQL says the same in its own words: change both.
-- +goose Up
ALTER TABLE person ADD COLUMN urgent SMALLINT NOT NULL DEFAULT 0;   -- 1: wants alerts also by night and while they pause
ALTER TABLE bulletin ADD COLUMN wakes_at BIGINT;                    -- an alert by night comes to the others then
ALTER TABLE schedule ADD COLUMN agreed SMALLINT NOT NULL DEFAULT 0; -- 1: a second coordinator agreed

-- What people answered to alerts. All of it is gone after a week, and when
-- they leave.
CREATE TABLE plight (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    safety      SMALLINT NOT NULL, -- 1 safe, 2 needs help
    at          BIGINT NOT NULL,
    note        TEXT NOT NULL DEFAULT '',
    latitude    REAL,
    longitude   REAL,
    helped_at   BIGINT,
    told_at     BIGINT,            -- coordinators know of it as it is
    PRIMARY KEY (bulletin_id, person_id)
) WITHOUT ROWID;
CREATE INDEX plight_untold ON plight (at) WHERE safety = 2 AND told_at IS NULL;
CREATE INDEX plight_at ON plight (at);
CREATE INDEX plight_person ON plight (person_id);

-- What waits for a second coordinator's consent, and how it was decided.
CREATE TABLE assent (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    draft_key  TEXT NOT NULL UNIQUE,
    bulletin   TEXT NOT NULL,
    plan       TEXT NOT NULL,      -- null: to be sent at once
    sheet      BLOB NOT NULL,
    chat_id    BIGINT NOT NULL,    -- of who asks
    message_id BIGINT NOT NULL,
    language   TEXT NOT NULL,
    people     BIGINT NOT NULL,
    asked_at   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state      SMALLINT NOT NULL DEFAULT 0 -- see ward.AssentState
);
CREATE INDEX assent_open ON assent (expires_at) WHERE state = 0;

-- The cards that ask for it.
CREATE TABLE assent_card (
    assent_id  BIGINT NOT NULL REFERENCES assent (id) ON DELETE CASCADE,
    chat_id    BIGINT NOT NULL,
    message_id BIGINT NOT NULL,    -- 0: could not be reached
    language   TEXT NOT NULL,
    PRIMARY KEY (assent_id, chat_id)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE assent_card;
DROP TABLE assent;
DROP TABLE plight;
ALTER TABLE schedule DROP COLUMN agreed;
ALTER TABLE bulletin DROP COLUMN wakes_at;
ALTER TABLE person DROP COLUMN urgent;
