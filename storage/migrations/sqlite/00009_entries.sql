-- Calls for entries: what people send in, who judges it, and the points. The
-- folder for PostgreSQL says the same in its own words: change both.
-- +goose Up
CREATE TABLE entry (
    id          INTEGER PRIMARY KEY,
    draft_key   TEXT NOT NULL UNIQUE, -- a draft is sent in once
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    text        TEXT NOT NULL,
    files       TEXT NOT NULL,
    credit      SMALLINT NOT NULL,
    state       SMALLINT NOT NULL DEFAULT 0,
    at          BIGINT NOT NULL,
    UNIQUE (bulletin_id, number)
);
CREATE INDEX entry_person ON entry (person_id, bulletin_id);

-- The last number given to an entry of a call.
CREATE TABLE entry_number (
    bulletin_id BIGINT PRIMARY KEY REFERENCES bulletin (id),
    last        BIGINT NOT NULL
);

CREATE TABLE juror (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    PRIMARY KEY (bulletin_id, person_id)
) WITHOUT ROWID;

CREATE TABLE score (
    entry_id  BIGINT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES person (id),
    points    SMALLINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (entry_id, person_id)
) WITHOUT ROWID;
CREATE INDEX score_person ON score (person_id);

-- +goose Down
DROP TABLE score;
DROP TABLE juror;
DROP TABLE entry_number;
DROP TABLE entry;
