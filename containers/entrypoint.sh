#!/bin/sh
# What the official image's entrypoint does, as far as a test needs it: a cluster for POSTGRES_USER with
# POSTGRES_PASSWORD and a database POSTGRES_DB, then the command given, as the account postgres.
set -eu

user=${POSTGRES_USER:-postgres}
: "${POSTGRES_PASSWORD:?must be given}"
data=/var/lib/postgresql/data
programs=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres)")
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

if [ ! -e "$data/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 0700 "$data" /run/postgresql
    (umask 077; printf '%s' "$POSTGRES_PASSWORD" > /run/password; chown postgres /run/password)
    as_postgres "$programs/initdb" --pgdata="$data" --username="$user" --pwfile=/run/password --encoding=UTF8 \
        --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256
    rm /run/password
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    # The database is made by a server that nobody else can reach; who connects over TCP meets the one that stays.
    as_postgres "$programs/pg_ctl" --pgdata="$data" --wait --options="-c listen_addresses=''" start
    [ "${POSTGRES_DB:-$user}" = postgres ] ||
        as_postgres "$programs/createdb" --username="$user" --maintenance-db=postgres "${POSTGRES_DB:-$user}"
    as_postgres "$programs/pg_ctl" --pgdata="$data" --wait --mode=fast stop
fi

[ "${1:-}" != postgres ] || shift
exec setpriv --reuid=postgres --regid=postgres --init-groups \
    "$programs/postgres" -D "$data" -c listen_addresses='*' "$@"
