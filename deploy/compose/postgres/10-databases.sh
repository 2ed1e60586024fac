#!/usr/bin/env bash
# One database and two roles per service, as seuil_dev.databases makes them (a test compares the two).
# The image runs it on an empty volume. Run again by hand, it adds what is missing and sets the passwords anew:
#   docker compose exec postgres bash /docker-entrypoint-initdb.d/10-databases.sh
set -euo pipefail

for service in registration notifications integration analytics cases; do
    owner_password=${service^^}_OWNER_PASSWORD app_password=${service^^}_APP_PASSWORD
    OWNER_PASSWORD=${!owner_password:?} APP_PASSWORD=${!app_password:?} \
        psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --set name="$service" --set owner="${service}_owner" --set app="${service}_app" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
SELECT format('CREATE ROLE %I', role) FROM (VALUES (:'owner'), (:'app')) AS wanted (role)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN PASSWORD :'app_password';
SELECT format('CREATE DATABASE %I OWNER %I STRATEGY wal_log', :'name', :'owner')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name", postgres, template1 FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"name" TO :"app";
\connect :"name"
SET ROLE :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";
SQL
done
