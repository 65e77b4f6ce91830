-- Times are unix milliseconds, days are yyyymmdd of the organisation's zone,
-- states are the numbers of package ward. The folder for PostgreSQL says the
-- same in its own words: change both.
-- +goose Up

-- What Telegram told us and when we were done with it.
CREATE TABLE inbox (
    id          INTEGER PRIMARY KEY, -- Telegram's update_id
    chat_id     BIGINT NOT NULL,
    raw         BLOB,                -- emptied when finished
    at          BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX inbox_at ON inbox (at);

-- Updates that could not be handled. They have numbers of their own, because
-- Telegram's start anew after a quiet week.
CREATE TABLE spoilt (
    id        INTEGER PRIMARY KEY,
    update_id BIGINT NOT NULL,
    chat_id   BIGINT NOT NULL,
    raw       BLOB NOT NULL,
    reason    TEXT NOT NULL,
    at        BIGINT NOT NULL
);

CREATE TABLE place (
    id           INTEGER PRIMARY KEY,
    parent_id    BIGINT REFERENCES place (id), -- none: a ward; else the group's ward
    name         TEXT NOT NULL CHECK (name <> ''),
    key          TEXT NOT NULL,
    aliases      TEXT NOT NULL DEFAULT '[]',
    valid_from   BIGINT NOT NULL DEFAULT 0,
    valid_to     BIGINT,
    successor_id BIGINT REFERENCES place (id)
);
CREATE UNIQUE INDEX place_ward ON place (key) WHERE parent_id IS NULL AND valid_to IS NULL;
CREATE UNIQUE INDEX place_group ON place (parent_id, key) WHERE parent_id IS NOT NULL AND valid_to IS NULL;

CREATE TABLE person (
    id           INTEGER PRIMARY KEY,
    chat_id      BIGINT UNIQUE, -- none once erased
    name         TEXT NOT NULL,
    language     TEXT NOT NULL,
    role         SMALLINT NOT NULL,
    ward_id      BIGINT NOT NULL REFERENCES place (id),
    group_id     BIGINT REFERENCES place (id),
    state        SMALLINT NOT NULL,
    state_at     BIGINT NOT NULL,
    paused_until BIGINT,
    joined_at    BIGINT NOT NULL
);
CREATE INDEX person_ward ON person (ward_id, id);

CREATE TABLE consent (
    id           INTEGER PRIMARY KEY,
    person_id    BIGINT REFERENCES person (id), -- none once erased
    kind         TEXT NOT NULL,
    version      TEXT NOT NULL,
    hash         TEXT NOT NULL,
    given_at     BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX consent_person ON consent (person_id);

CREATE TABLE invite (
    code       TEXT PRIMARY KEY,
    ward_id    BIGINT REFERENCES place (id),
    group_id   BIGINT REFERENCES place (id),
    created_by BIGINT REFERENCES person (id),
    uses_left  BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT
);

CREATE TABLE conversation (
    chat_id    BIGINT NOT NULL,
    flow       TEXT NOT NULL,
    step       TEXT NOT NULL,
    data       BLOB,
    message_id BIGINT NOT NULL,
    update_id  BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, flow)
) WITHOUT ROWID;

-- Nothing is stored that does not say who sends it and how to reach them.
CREATE TABLE bulletin (
    id        INTEGER PRIMARY KEY,
    draft_key TEXT UNIQUE,
    kind      SMALLINT NOT NULL,
    title     TEXT NOT NULL CHECK (title <> ''),
    body      TEXT NOT NULL,
    pass_on   TEXT NOT NULL,
    photo_id  TEXT NOT NULL,
    about     BIGINT REFERENCES bulletin (id),
    org       TEXT NOT NULL CHECK (trim(org) <> ''),
    sender    TEXT NOT NULL CHECK (trim(sender) <> ''),
    contact   TEXT NOT NULL CHECK (trim(contact) <> ''),
    author_id BIGINT REFERENCES person (id),
    audience  TEXT NOT NULL,
    send_at   BIGINT NOT NULL,
    send_day  BIGINT NOT NULL,
    deadline  BIGINT,
    state     SMALLINT NOT NULL,
    sent_at   BIGINT,
    parts     SMALLINT NOT NULL,
    hi_id     BIGINT NOT NULL,           -- the audience: people up to this one
    cursor_id BIGINT NOT NULL DEFAULT 0, -- deliveries are written for people up to this one
    people    BIGINT NOT NULL DEFAULT 0, -- deliveries of part 0
    written   BIGINT NOT NULL DEFAULT 0, -- deliveries of all parts
    settled   BIGINT NOT NULL DEFAULT 0  -- of those, the ones that need nothing more
);
CREATE INDEX bulletin_day ON bulletin (send_day);
CREATE INDEX bulletin_send ON bulletin (send_at);
CREATE INDEX bulletin_open ON bulletin (state) WHERE state <> 4; -- all but the sent ones

CREATE TABLE letter (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    language    TEXT NOT NULL,
    part        SMALLINT NOT NULL,
    html        TEXT NOT NULL CHECK (html <> ''),
    photo_id    TEXT NOT NULL,
    silent      SMALLINT NOT NULL,
    buttons     TEXT NOT NULL,
    PRIMARY KEY (bulletin_id, language, part)
);

-- The outbox. A row is due for the first time while next_at is empty, and
-- again once next_at has come.
CREATE TABLE delivery (
    bulletin_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    part        SMALLINT NOT NULL,
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL, -- 0: not known
    state       SMALLINT NOT NULL DEFAULT 0,
    attempts    SMALLINT NOT NULL DEFAULT 0,
    next_at     BIGINT,
    claimed_at  BIGINT,
    message_id  BIGINT,
    at          BIGINT,
    err         TEXT,
    PRIMARY KEY (bulletin_id, person_id, part)
) WITHOUT ROWID;
CREATE INDEX delivery_again ON delivery (bulletin_id, next_at) WHERE state = 0 AND next_at IS NOT NULL;

-- How far Telegram's numbers of messages had come, one row per batch of
-- results: bounds the search for a message of which no number came back.
CREATE TABLE message_mark (
    id         INTEGER PRIMARY KEY,
    at         BIGINT NOT NULL, -- all of the batch were known by then
    claimed_at BIGINT NOT NULL, -- none of the batch was begun before
    claimed_to BIGINT NOT NULL, -- none of the batch was claimed after
    low        BIGINT NOT NULL,
    high       BIGINT NOT NULL
);
CREATE INDEX message_mark_at ON message_mark (at);

CREATE TABLE control (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    chat_id     BIGINT NOT NULL,
    message_id  BIGINT NOT NULL,
    language    TEXT NOT NULL,
    PRIMARY KEY (bulletin_id, chat_id)
) WITHOUT ROWID;

-- The place is the one of the delivery: statistics keep the place of their day.
CREATE TABLE answer (
    bulletin_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    answer      SMALLINT NOT NULL,
    at          BIGINT NOT NULL,
    late        SMALLINT NOT NULL,
    PRIMARY KEY (bulletin_id, person_id)
) WITHOUT ROWID;

CREATE TABLE report (
    id          INTEGER PRIMARY KEY,
    code        TEXT NOT NULL,
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    households  BIGINT,
    text        TEXT NOT NULL,
    photos      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (bulletin_id, person_id)
);
CREATE INDEX report_person ON report (person_id);

-- The last number given to a report of a ward on a day.
CREATE TABLE report_number (
    ward_id BIGINT NOT NULL,
    day     BIGINT NOT NULL,
    last    BIGINT NOT NULL,
    PRIMARY KEY (ward_id, day)
) WITHOUT ROWID;

-- All counts. Group 0 is the whole ward; people without a group are counted
-- there only. The day is 0 for what is not tallied by day: only tasks are.
CREATE TABLE tally (
    bulletin_id BIGINT NOT NULL,
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    sent        BIGINT NOT NULL DEFAULT 0,
    unreachable BIGINT NOT NULL DEFAULT 0,
    failed      BIGINT NOT NULL DEFAULT 0,
    unknown     BIGINT NOT NULL DEFAULT 0,
    cancelled   BIGINT NOT NULL DEFAULT 0,
    done        BIGINT NOT NULL DEFAULT 0,
    late        BIGINT NOT NULL DEFAULT 0,
    not_today   BIGINT NOT NULL DEFAULT 0,
    reports     BIGINT NOT NULL DEFAULT 0,
    households  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bulletin_id, ward_id, group_id)
) WITHOUT ROWID;
CREATE INDEX tally_ward ON tally (day) WHERE group_id = 0;
CREATE INDEX tally_group ON tally (ward_id, day) WHERE group_id <> 0;

-- +goose Down
DROP TABLE tally;
DROP TABLE report_number;
DROP TABLE report;
DROP TABLE answer;
DROP TABLE control;
DROP TABLE message_mark;
DROP TABLE delivery;
DROP TABLE letter;
DROP TABLE bulletin;
DROP TABLE conversation;
DROP TABLE invite;
DROP TABLE consent;
DROP TABLE person;
DROP TABLE place;
DROP TABLE spoilt;
DROP TABLE inbox;
