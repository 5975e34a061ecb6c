#!/bin/sh
# A copy of the primary ($PRIMARY: how to reach it) that follows it; the copy is made when there is none yet.
set -eu
if [ ! -e "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    pg_basebackup --dbname="$PRIMARY" --pgdata="$PGDATA" --write-recovery-conf --wal-method=stream --slot=replica
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' "$@"
