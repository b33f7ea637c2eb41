-- A message that was set aside is settled once: handled after all, or deleted by somebody. Its letter leaves the topic.
ALTER TABLE outbox ALTER COLUMN value DROP NOT NULL; -- null: a tombstone
ALTER TABLE inbox
    DROP CONSTRAINT inbox_state_check,
    DROP CONSTRAINT inbox_check,
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN settled_by text, -- who deleted it
    ADD COLUMN note       text, -- and why
    ADD CHECK (state IN ('handled', 'dead', 'deleted')),
    ADD CHECK (reason IS NOT NULL OR state = 'handled'),
    ADD CHECK ((settled_at IS NULL) = (state = 'dead' OR reason IS NULL)),
    ADD CHECK ((settled_by IS NOT NULL AND note IS NOT NULL) = (state = 'deleted'));
CREATE INDEX inbox_dead ON inbox (received_at) WHERE state = 'dead';
