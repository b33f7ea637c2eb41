-- One event in the world. `case` is a word of SQL's own. The documents hold what is only ever read whole; the columns in
-- the second block are derived from them on each save, for lists and supervision.
CREATE TABLE case_file (
    id                uuid        PRIMARY KEY, -- UUIDv7
    authority         text,                    -- null: not known, seen by all
    opened_at         timestamptz NOT NULL,
    circumstances     jsonb       NOT NULL,
    assessment        jsonb       NOT NULL,    -- what the protocol answered
    decision          jsonb,                   -- the last one; null while only the program has spoken
    state             text        NOT NULL,
    seeking           boolean     NOT NULL,
    placement         text,                    -- capacity's state as of capacity_sequence
    capacity_sequence bigint      NOT NULL,
    outcome           text CHECK ((outcome IS NOT NULL) = (state = 'closed')),
    sequence          bigint      NOT NULL,    -- of the last event published
    correlation_id    text        NOT NULL,
    traceparent       text        NOT NULL,

    need              text,
    urgency           text        NOT NULL,
    public_status     text        NOT NULL,
    service_codes     text[]      NOT NULL,
    services          text[]      NOT NULL,
    reasons           jsonb       NOT NULL,
    doubts            jsonb       NOT NULL
);
CREATE INDEX case_file_by_urgency ON case_file (urgency, opened_at, id);
CREATE INDEX case_file_by_state ON case_file (state, urgency, opened_at, id);

-- What opened a case: a report or a call, once.
CREATE TABLE source (
    kind              text        NOT NULL CHECK (kind IN ('report', 'call')),
    source_id         uuid        NOT NULL,
    case_id           uuid        NOT NULL REFERENCES case_file,
    sequence          bigint      NOT NULL,    -- of the event that `content` comes from
    via               text        NOT NULL,    -- channel or line
    reporter_relation text        NOT NULL,
    received_at       timestamptz NOT NULL,
    content           jsonb       NOT NULL,    -- the report or call as it was published
    search            text        NOT NULL,    -- its words without case and accents
    PRIMARY KEY (kind, source_id)
);
CREATE INDEX source_of_case ON source (case_id);
CREATE INDEX source_by_id ON source (source_id);

CREATE TABLE case_clock (
    case_id    uuid        NOT NULL REFERENCES case_file,
    clock      text        NOT NULL CHECK (clock IN ('first-response', 'place')),
    due_at     timestamptz NOT NULL,
    fired_at   timestamptz,
    stopped_at timestamptz CHECK (fired_at IS NULL OR stopped_at IS NULL),
    PRIMARY KEY (case_id, clock)
);
CREATE INDEX case_clock_due ON case_clock (due_at) WHERE fired_at IS NULL AND stopped_at IS NULL;

-- The timeline. A received event enters it once under each name, however often it comes.
CREATE TABLE case_history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id  uuid        NOT NULL REFERENCES case_file,
    at       timestamptz NOT NULL,
    what     text        NOT NULL,
    who      jsonb,
    event_id uuid,       -- of the received event it comes from; null where a person or a clock acted
    note     text,
    details  jsonb,
    UNIQUE (case_id, event_id, what)
);
