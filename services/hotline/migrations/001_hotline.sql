-- What was said in a call. Nothing here says who called.
CREATE TABLE call (
    call_id           uuid        PRIMARY KEY,
    line              text        NOT NULL,
    call_type         text        NOT NULL,
    authority         text,                 -- null: not known, seen by all
    operator          jsonb       NOT NULL, -- subject, name, role
    started_at        timestamptz NOT NULL,
    ended_at          timestamptz,
    situation         jsonb,                -- contracts.situation; null: nothing was said
    proposed_urgency  text,
    reporter_relation text        NOT NULL,
    reporter_hash     text,                 -- null: no telephone number, no e-mail address
    traceparent       text        NOT NULL
);

-- Who called. No row of this table is ever published or logged.
CREATE TABLE reporter (
    call_id   uuid    PRIMARY KEY REFERENCES call,
    anonymous boolean NOT NULL,
    name      text,
    phone     text,
    email     text
);

-- What each event of a call's case said. The one with the highest sequence is the present state.
CREATE TABLE step (
    call_id  uuid        NOT NULL REFERENCES call,
    case_id  uuid        NOT NULL,
    sequence bigint      NOT NULL,
    state    text        NOT NULL,
    status   text        NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (call_id, sequence)
);

-- The latest snapshot of each service, as capacity published it.
CREATE TABLE service (
    service_id   uuid        PRIMARY KEY,
    sequence     bigint      NOT NULL,
    kind         text        NOT NULL,
    code         text,
    confidential boolean     NOT NULL,
    row          text,                 -- null: confidential
    name         text,                 -- null: confidential
    authority    text,
    free         integer     NOT NULL,
    waiting      integer     NOT NULL,
    updated_at   timestamptz NOT NULL
);
