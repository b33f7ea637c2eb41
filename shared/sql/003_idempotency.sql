-- First answers to requests that may be repeated.
CREATE TABLE idempotency (
    caller     text        NOT NULL,
    key        text        NOT NULL,
    digest     bytea       NOT NULL, -- sha256 of the request body
    status     integer,              -- null only inside the transaction that makes the answer
    answer     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
