-- What was received: each message has its effect once.
CREATE TABLE inbox (
    id          text        PRIMARY KEY, -- ce_id; topic/partition/offset where that is unreadable or taken
    digest      bytea       NOT NULL,    -- sha256 of the value
    state       text        NOT NULL CHECK (state IN ('handled', 'dead')),
    reason      text        CHECK ((reason IS NOT NULL) = (state = 'dead')),
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX inbox_handled ON inbox (received_at) WHERE state = 'handled';
