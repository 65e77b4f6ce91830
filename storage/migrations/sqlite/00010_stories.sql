-- Good news that collaborators send in, and the reactions to what was
-- published. The folder for PostgreSQL says the same in its own words: change
-- both.
-- +goose Up
CREATE TABLE story (
    id          INTEGER PRIMARY KEY,
    draft_key   TEXT NOT NULL UNIQUE, -- a draft is sent in once
    person_id   BIGINT NOT NULL REFERENCES person (id),
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    text        TEXT NOT NULL,
    photo_id    TEXT NOT NULL,
    source      SMALLINT NOT NULL,
    people      SMALLINT NOT NULL, -- 1: those in the story agreed to be named
    credit      SMALLINT NOT NULL, -- 1: its author wants to be named
    state       SMALLINT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    bulletin_id BIGINT REFERENCES bulletin (id),
    at          BIGINT NOT NULL,
    reviewed_at BIGINT
);
CREATE INDEX story_waiting ON story (id) WHERE state = 0;
CREATE INDEX story_person ON story (person_id);

CREATE TABLE reaction (
    bulletin_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    kind        SMALLINT NOT NULL,
    PRIMARY KEY (bulletin_id, person_id)
) WITHOUT ROWID;
CREATE INDEX reaction_person ON reaction (person_id);

CREATE TABLE reaction_count (
    bulletin_id BIGINT NOT NULL,
    kind        SMALLINT NOT NULL,
    n           BIGINT NOT NULL,
    PRIMARY KEY (bulletin_id, kind)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE reaction_count;
DROP TABLE reaction;
DROP TABLE story;
