-- What decisions read of the directory has a revision: who knows the same one need not read services and units again.
ALTER TABLE directory ADD COLUMN revision uuid NOT NULL DEFAULT gen_random_uuid();

CREATE FUNCTION revise_directory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE directory SET revision = DEFAULT;
    RETURN NULL;
END $$;

CREATE TRIGGER revise AFTER INSERT OR DELETE OR UPDATE OF id, service_id, number, sex, places ON unit
    FOR EACH STATEMENT EXECUTE FUNCTION revise_directory();
CREATE TRIGGER revise AFTER INSERT OR DELETE OR UPDATE OF id, row, name, authority, code, kind, status, target,
        only_target, min_age, max_age, requires, emergency_only, residential, confidential, alias, offer_limit ON service
    FOR EACH STATEMENT EXECUTE FUNCTION revise_directory();
CREATE TRIGGER revise AFTER UPDATE OF version ON directory
    FOR EACH STATEMENT EXECUTE FUNCTION revise_directory();
