-- The search for one case. A cancellation that came before its request is a row without a request.
CREATE TABLE placement (
    case_id         uuid    PRIMARY KEY,
    authority       text,
    state           text    NOT NULL CHECK (state IN ('offered', 'waiting', 'needs-person', 'reserved', 'placed', 'ended', 'cancelled')),
    urgency         text    NOT NULL CHECK (urgency IN ('U0', 'U1', 'U2', 'U3', 'U4', 'U5')),
    request         jsonb   CHECK (request IS NOT NULL OR state = 'cancelled'),
    seen            bigint  NOT NULL, -- highest sequence heard of the case
    round           integer NOT NULL,
    sequence        bigint  NOT NULL, -- of the last published event
    waiting_since   timestamptz,
    search_again_at timestamptz CHECK (search_again_at IS NULL OR state IN ('waiting', 'needs-person')),
    correlation_id  text    NOT NULL,
    traceparent     text    NOT NULL
);
CREATE INDEX placement_search_again ON placement (search_again_at) WHERE search_again_at IS NOT NULL;

-- Every search with its reasons (at most 20 KB, without sentences).
CREATE TABLE search (
    case_id     uuid        NOT NULL REFERENCES placement,
    round       integer     NOT NULL,
    at          timestamptz NOT NULL,
    explanation jsonb       NOT NULL,
    PRIMARY KEY (case_id, round)
);

CREATE TABLE offer (
    id           uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL REFERENCES placement,
    round        integer     NOT NULL,
    service_id   uuid        NOT NULL REFERENCES service,
    state        text        NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn')),
    offered_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz CHECK ((ended_at IS NULL) = (state = 'offered')),
    reason       text        CHECK ((reason IS NOT NULL) = (state = 'declined')),
    note         text        NOT NULL,
    answered_by  jsonb,
    silent_until timestamptz CHECK ((silent_until IS NOT NULL) = (state = 'expired'))
);
CREATE UNIQUE INDEX offer_live ON offer (case_id) WHERE state = 'offered';
CREATE INDEX offer_of_case ON offer (case_id);
CREATE INDEX offer_of_service ON offer (service_id, id);
CREATE INDEX offer_due ON offer (expires_at) WHERE state = 'offered';

CREATE TABLE stay (
    id          uuid        PRIMARY KEY,
    service_id  uuid        NOT NULL REFERENCES service,
    place_id    uuid        REFERENCES place,     -- null where the service counts no places
    case_id     uuid        REFERENCES placement, -- null where the person was there from the start
    offer_id    uuid        REFERENCES offer,
    state       text        NOT NULL CHECK (state IN ('held', 'reserved', 'occupied', 'absent', 'ended')),
    began_at    timestamptz NOT NULL,
    arrival_due timestamptz CHECK (arrival_due IS NOT NULL OR state <> 'reserved'),
    overdue_at  timestamptz, -- when it was noticed that nobody had come by then
    admitted_at timestamptz CHECK (admitted_at IS NOT NULL OR state NOT IN ('occupied', 'absent')),
    ended_at    timestamptz CHECK ((ended_at IS NULL) = (state <> 'ended')),
    end_reason  text        CHECK ((end_reason IS NULL) = (state <> 'ended')),
    changed_by  jsonb
);
CREATE UNIQUE INDEX stay_of_place ON stay (place_id) WHERE state <> 'ended'; -- no place is given twice
CREATE UNIQUE INDEX stay_of_case_open ON stay (case_id) WHERE state <> 'ended';
CREATE INDEX stay_due ON stay (arrival_due) WHERE state = 'reserved' AND overdue_at IS NULL;
CREATE INDEX stay_of_case ON stay (case_id);
CREATE INDEX stay_of_service ON stay (service_id, state) WHERE state <> 'ended';

-- Who waits for a place of which unit; order: urgency, then waiting_since of the placement.
CREATE TABLE waiting (
    case_id uuid NOT NULL REFERENCES placement,
    unit_id uuid NOT NULL REFERENCES unit,
    PRIMARY KEY (unit_id, case_id)
);
CREATE INDEX waiting_of_case ON waiting (case_id);

-- The places of a service by state. Taken places are counted, free ones are the rest: many are free, few change.
CREATE VIEW service_count AS
SELECT id AS service_id, total, out_of_service, occupied, reserved, held,
       total - out_of_service - occupied - reserved - held AS free, waiting
FROM service CROSS JOIN LATERAL (
    SELECT coalesce(sum(places), 0) AS total FROM unit WHERE service_id = service.id
) AS units CROSS JOIN LATERAL (
    SELECT count(*) AS out_of_service FROM place JOIN unit ON unit.id = unit_id
    WHERE unit.service_id = service.id AND out_of_service IS NOT NULL
) AS places CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state IN ('occupied', 'absent')) AS occupied,
           count(*) FILTER (WHERE state = 'reserved') AS reserved,
           count(*) FILTER (WHERE state = 'held') AS held
    FROM stay WHERE service_id = service.id AND state <> 'ended' AND place_id IS NOT NULL
) AS stays CROSS JOIN LATERAL (
    SELECT count(DISTINCT case_id) AS waiting FROM waiting JOIN unit ON unit.id = unit_id
    WHERE unit.service_id = service.id
) AS line;
