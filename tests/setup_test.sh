#!/usr/bin/env bash
# scripts/setup on a machine where Debian knows none of what is asked for: it installs it and goes on, also under
# `set -e`. dpkg-query and apt-get are stand-ins; nothing is installed.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
printf '#!/bin/sh\nexit 1\n' >"$work/dpkg-query"
printf '#!/bin/sh\necho "$@" >>"%s/asked"\n' "$work" >"$work/apt-get"
printf '#!/bin/sh\necho 0\n' >"$work/id"
chmod +x "$work"/{dpkg-query,apt-get,id}
said="$(PATH="$work:$PATH" LOOPLINT_NO_APT= bash -c 'set -euo pipefail; . "$1/scripts/setup"; apt_need "no-such-thing for this test"; echo went on' test "$root" 2>&1)" || {
  echo "scripts/setup ended: $said" >&2
  exit 1
}
grep -qx 'went on' <<<"$said" || { echo "scripts/setup did not go on: $said" >&2; exit 1; }
grep -q 'no-such-thing' "$work/asked" || { echo "apt-get was not asked" >&2; exit 1; }
