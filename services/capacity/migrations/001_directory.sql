-- What exists: a center has services, a service has units, a unit has places. Ids are derived from the row.
CREATE TABLE directory (
    current     boolean     PRIMARY KEY DEFAULT true CHECK (current), -- one row
    version     text        NOT NULL,                                 -- digest of the files it was read from
    imported_at timestamptz NOT NULL
);

CREATE TABLE center (
    id        uuid PRIMARY KEY,
    row       text NOT NULL UNIQUE, -- 'S2-6': authority and number in its plan
    name      text NOT NULL,
    authority text NOT NULL
);

CREATE TABLE service (
    id             uuid    PRIMARY KEY,
    center_id      uuid    NOT NULL REFERENCES center,
    row            text    NOT NULL UNIQUE,
    name           text    NOT NULL,
    authority      text    NOT NULL,
    code           text,             -- normalised code of the nomenclature (HG 867/2015)
    kind           text    NOT NULL CHECK (kind IN ('places', 'referral', 'family', 'team', 'info', 'admin', 'project', 'proposed')),
    status         text    NOT NULL CHECK (status IN ('existing', 'proposed', 'project')),
    target         text,
    only_target    text,
    min_age        integer,
    max_age        integer CHECK (max_age >= coalesce(min_age, 0)),
    requires       text    CHECK (requires IN ('protection-measure', 'complex-evaluation')),
    emergency_only boolean NOT NULL,
    residential    boolean NOT NULL,
    confidential   boolean NOT NULL,
    alias          uuid    UNIQUE,   -- random; stands for a confidential service outside of here
    offer_limit    interval CHECK (offer_limit > interval '0'),
    sequence       bigint  NOT NULL DEFAULT 0, -- of the last published snapshot
    correlation_id text    NOT NULL,
    traceparent    text    NOT NULL,
    CHECK ((alias IS NOT NULL) = confidential)
);

CREATE TABLE unit (
    id                uuid    PRIMARY KEY,
    service_id        uuid    NOT NULL REFERENCES service,
    number            integer NOT NULL,
    sex               text    CHECK (sex IN ('f', 'm')),
    places            integer NOT NULL CHECK (places >= 0),
    opening_occupancy integer CHECK (opening_occupancy >= 0), -- null until it is entered
    UNIQUE (service_id, number)
);

CREATE TABLE place (
    id             uuid    PRIMARY KEY,
    unit_id        uuid    NOT NULL REFERENCES unit,
    number         integer NOT NULL,
    free_since     timestamptz, -- null while taken or out of service
    out_of_service text CHECK (out_of_service IN ('to-be-checked', 'repair', 'staff-shortage', 'quarantine-or-incident',
                                                  'held-for-return', 'single-occupancy', 'closure')),
    UNIQUE (unit_id, number),
    CHECK (free_since IS NULL OR out_of_service IS NULL)
);
CREATE INDEX place_longest_free ON place (unit_id, free_since, number) WHERE free_since IS NOT NULL;
CREATE INDEX place_out_of_service ON place (unit_id) WHERE out_of_service IS NOT NULL;
