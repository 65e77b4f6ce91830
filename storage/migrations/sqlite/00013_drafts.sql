-- Drafts that were put aside, templates, plans that can be rewritten, and what
-- of a spreadsheet has been planned. The folder for PostgreSQL says the same in
-- its own words: change both.
-- +goose Up

-- A conversation that is not under way: a chat has one of each flow, but as
-- many drafts as it likes.
CREATE TABLE draft (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out twice: old buttons name it
    chat_id    BIGINT NOT NULL,
    flow       TEXT NOT NULL,
    step       TEXT NOT NULL,
    data       BLOB,
    updated_at BIGINT NOT NULL
);
CREATE INDEX draft_chat ON draft (chat_id, flow, updated_at);

CREATE TABLE template (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out twice: old buttons name it
    draft_key TEXT NOT NULL UNIQUE, -- a draft is kept once
    ward_id   BIGINT NOT NULL,      -- 0: of the coordinators of all wards
    name      TEXT NOT NULL,
    draft     TEXT NOT NULL,
    deadline  TEXT NOT NULL,
    at        BIGINT NOT NULL
);

ALTER TABLE schedule ADD COLUMN revision BIGINT NOT NULL DEFAULT 0; -- counts its changes

-- Rows of spreadsheets that became plans, also when the plan is over: the same
-- file makes nothing twice.
CREATE TABLE calendar_row (
    draft_key TEXT PRIMARY KEY,
    sum       TEXT NOT NULL, -- of all that the row says
    send_at   BIGINT NOT NULL
);
CREATE INDEX calendar_row_send ON calendar_row (send_at);

-- +goose Down
DROP TABLE calendar_row;
ALTER TABLE schedule DROP COLUMN revision;
DROP TABLE template;
DROP TABLE draft;
