#!/usr/bin/env bash
# The peer: rows a second that PostgreSQL 15 stores durably on this machine, in a cluster of its own.
#   postgres.sh ROW-BYTES   prints "single N" (16 connections, row by row) and "batch N" (one
#                           connection, 1,000 rows an INSERT). Needs postgresql-15; root may install it.
set -euo pipefail
bytes=${1:?ROW-BYTES}
bin=/usr/lib/postgresql/15/bin
if [ ! -x $bin/postgres ]; then
  [ "$(id -u)" = 0 ] || { echo "postgresql-15 is missing" >&2; exit 3; }
  # The package must not start a cluster of its own.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-15 >/dev/null 2>&1
fi
dir=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$dir"
  as=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
cleanup() {
  "${as[@]}" $bin/pg_ctl -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT
cd "$dir"
"${as[@]}" $bin/initdb -D "$dir/data" -A trust --no-sync >/dev/null
"${as[@]}" $bin/pg_ctl -D "$dir/data" -w -l "$dir/log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c shared_buffers=512MB" start >/dev/null
run() { "${as[@]}" "$bin/$1" -h "$dir" -U postgres "${@:2}"; }
run psql -q -d postgres -c "create table records (id bigserial primary key, key bytea, payload bytea)"
cat >single.sql <<SQL
\set k random(1, 1000000000)
insert into records (key, payload) values (decode(lpad(to_hex(:k), 32, '0'), 'hex'), decode(repeat('61', $bytes), 'hex'));
SQL
{
  payload=$(printf "%0*d" $((2 * bytes)) 0 | tr 0 6)
  printf 'insert into records (key, payload) values '
  for i in $(seq 1000); do
    [ "$i" = 1 ] || printf ','
    printf "('\\\\x%032x','\\\\x%s')" "$i" "$payload"
  done
  printf ';\n'
} >batch.sql
tps() { sed -n 's/^tps = \([0-9.]*\).*/\1/p'; }
echo "single $(run pgbench postgres -n -c 16 -j 2 -T 5 -f single.sql 2>/dev/null | tps)"
echo "batch $(run pgbench postgres -n -c 1 -j 1 -T 5 -f batch.sql 2>/dev/null | tps | awk '{print $1 * 1000}')"
