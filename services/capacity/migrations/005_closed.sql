-- A place may be out of service until a day; a service may take no referrals for a while. Who changed what is kept.
ALTER TABLE place
    ADD COLUMN out_until timestamptz CHECK (out_until IS NULL OR out_of_service IS NOT NULL);
CREATE INDEX place_back ON place (out_until) WHERE out_until IS NOT NULL;

ALTER TABLE service
    ADD COLUMN accepts_referrals boolean     NOT NULL DEFAULT true,
    ADD COLUMN accepts_since     timestamptz NOT NULL DEFAULT '-infinity'; -- silences before then do not count
DROP TRIGGER revise ON service;
CREATE TRIGGER revise AFTER INSERT OR DELETE OR UPDATE OF id, row, name, authority, code, kind, status, target,
        only_target, min_age, max_age, requires, emergency_only, residential, confidential, alias, offer_limit,
        accepts_referrals ON service
    FOR EACH STATEMENT EXECUTE FUNCTION revise_directory();

CREATE INDEX offer_answers ON offer (service_id, ended_at) WHERE state IN ('accepted', 'declined', 'expired');

CREATE TABLE change (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    changed_by jsonb       NOT NULL,
    thing      text        NOT NULL CHECK (thing IN ('place', 'service')),
    thing_id   uuid        NOT NULL,
    before     jsonb       NOT NULL,
    after      jsonb       NOT NULL,
    note       text        NOT NULL
);
CREATE INDEX change_of_thing ON change (thing_id, id);

-- A place that is taken counts as taken, though it goes out of service when it is left.
CREATE OR REPLACE VIEW service_count AS
SELECT id AS service_id, total, out_of_service, occupied, reserved, held,
       total - out_of_service - occupied - reserved - held AS free, waiting
FROM service CROSS JOIN LATERAL (
    SELECT coalesce(sum(places), 0) AS total FROM unit WHERE service_id = service.id
) AS units CROSS JOIN LATERAL (
    SELECT count(*) AS out_of_service FROM place JOIN unit ON unit.id = unit_id
    WHERE unit.service_id = service.id AND out_of_service IS NOT NULL
      AND NOT EXISTS (SELECT FROM stay WHERE place_id = place.id AND state <> 'ended')
) AS places CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state IN ('occupied', 'absent')) AS occupied,
           count(*) FILTER (WHERE state = 'reserved') AS reserved,
           count(*) FILTER (WHERE state = 'held') AS held
    FROM stay WHERE service_id = service.id AND state <> 'ended' AND place_id IS NOT NULL
) AS stays CROSS JOIN LATERAL (
    SELECT count(DISTINCT case_id) AS waiting FROM waiting JOIN unit ON unit.id = unit_id
    WHERE unit.service_id = service.id
) AS line;
