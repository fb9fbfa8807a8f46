#!/usr/bin/env bash
# scripts/demo in a folder of its own: SOURCE's, but for out/. Exit code 77: its ports are taken, by a demonstration that
# somebody is looking at.
set -euo pipefail
source=$1
for port in 7101 7201 7301 7304 7443; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "port $port is in use"
    exit 77
  fi
done
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
for name in CMakeLists.txt CMakePresets.json build deploy libs proto scripts services tests; do
  ln -s "$source/$name" "$root/$name"
done

fail() {
  echo "FAILED: $1"
  cat "$root/log"
  exit 1
}
run() { "$root/scripts/demo" --once --households 400 "$@" >"$root/log" 2>&1 || fail "scripts/demo $*"; }
says() { grep -q "$1" "$root/log" || fail "it should say: $1"; }

# Asked to go on with data where there are none yet, it makes them, with cases and those who work on them.
run --keep
says '误退 wrongly 0; 漏退 missed 0'
says '公开数字 with counts'
for step in '受理申请' '民主评议' '第一次公示' '乡镇审核' '第二次公示' '县级审定' '公告' '填写登记表' '建档立卡登记' '不予批准' '已撤回'; do
  says "贫困户识别.* · $step "
done
for officer in cun1 xiang1 xiang2 xian1 xian2; do
  grep -q "\"$officer\"" "$root/out/demo/accounts.textproto" || fail "no account of $officer"
done
# Nobody's number stands in a log.
if grep -lE '529999[0-9]{11}[0-9X]' "$root"/out/demo/*.log; then fail "a citizen number in a log"; fi

# Then it goes on with them: no cases are made again, and the register is as it was.
run --keep
if grep -q '办件 / cases' "$root/log"; then fail "cases were made again"; fi
says 'look at'
