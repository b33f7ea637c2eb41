-- A party is placed together or not at all: a place for each, all of one unit.
UPDATE placement SET request = request - 'person' || jsonb_build_object('party', jsonb_build_array(request->'person'))
WHERE request IS NOT NULL;

ALTER TABLE stay ADD COLUMN person_id uuid; -- null where nobody's is known, or no place is counted
UPDATE stay SET person_id = (request#>>'{party,0,person_id}')::uuid
FROM placement WHERE placement.case_id = stay.case_id AND place_id IS NOT NULL;
DROP INDEX stay_of_case_open;
CREATE UNIQUE INDEX stay_of_person ON stay (case_id, person_id) NULLS NOT DISTINCT
WHERE case_id IS NOT NULL AND state <> 'ended';

ALTER TABLE waiting ADD COLUMN size integer NOT NULL DEFAULT 1 CHECK (size > 0); -- places that the party needs there
ALTER TABLE waiting ALTER COLUMN size DROP DEFAULT;
CREATE INDEX waiting_of_unit ON waiting (unit_id, size);

ALTER TABLE placement ADD COLUMN passed_over integer NOT NULL DEFAULT 0; -- freed places that others took, being too few
