-- One role and one database per service: no service can connect to the database of another.
-- Run by psql as the superuser, as often as you like; the passwords come from the environment.
\set ON_ERROR_STOP on
\getenv reports PUNTE_REPORTS_PASSWORD
\getenv hotline PUNTE_HOTLINE_PASSWORD
\getenv triage PUNTE_TRIAGE_PASSWORD
\getenv capacity PUNTE_CAPACITY_PASSWORD

CREATE TEMPORARY TABLE service (name, password) AS
    VALUES ('reports', :'reports'), ('hotline', :'hotline'), ('triage', :'triage'), ('capacity', :'capacity');

SELECT format('CREATE ROLE %I', name) FROM service WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', name, password) FROM service \gexec
SELECT format('CREATE DATABASE %I OWNER %I', name, name) FROM service WHERE name NOT IN (SELECT datname FROM pg_database) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM service \gexec
