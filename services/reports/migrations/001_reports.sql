-- What was reported. Nothing here says who reported it.
CREATE TABLE report (
    report_id         uuid        PRIMARY KEY,
    tracking_code     text        NOT NULL UNIQUE,
    channel           text        NOT NULL,
    verified          boolean     NOT NULL,
    authority         text,                 -- null: not known, seen by all
    received_at       timestamptz NOT NULL,
    situation         jsonb       NOT NULL, -- contracts.situation
    reporter_relation text        NOT NULL,
    reporter_hash     text,                 -- null: no telephone number, no e-mail address
    traceparent       text        NOT NULL
);

-- Who reported it. No row of this table is ever published or logged.
CREATE TABLE reporter (
    report_id uuid    PRIMARY KEY REFERENCES report,
    anonymous boolean NOT NULL,
    name      text,
    phone     text,
    email     text
);

-- What each event of a report's case said. The one with the highest sequence is the present state.
CREATE TABLE step (
    report_id uuid        NOT NULL REFERENCES report,
    case_id   uuid        NOT NULL,
    sequence  bigint      NOT NULL,
    status    text        NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (report_id, sequence)
);
