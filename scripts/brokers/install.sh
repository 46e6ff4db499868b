#!/usr/bin/env bash
# Installs the broker that the tests of `npm run test:brokers` run against: nats-server, built from
# its Go module into a cache outside the repository. Idempotent: what is there with the pinned
# version is left alone.
#
#   install.sh [CACHE_DIR]
#
# CACHE_DIR defaults to $NOVATE_BROKERS, else ${XDG_CACHE_HOME:-$HOME/.cache}/novate-brokers.
# Needs go. Prints KEY=VALUE lines that say where things are.
set -euo pipefail

NATS_VERSION=v2.15.2

cache=${1:-${NOVATE_BROKERS:-${XDG_CACHE_HOME:-$HOME/.cache}/novate-brokers}}
case $cache in -*) sed -n '2,9p' "${BASH_SOURCE[0]}"; exit 2 ;; esac
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
# Two test runs that install at the same moment must not build into each other.
exec 9>"$cache/.install.lock"
if command -v flock >/dev/null; then flock 9; fi

# A registry's time-out is worth one more try; a plain refusal fails the second time too.
twice() { "$@" || { echo "install.sh: retrying: $1" >&2; sleep 3; "$@"; }; }

dir=$cache/nats-$NATS_VERSION
if [ ! -x "$dir/nats-server" ]; then
  command -v go >/dev/null || { echo "install.sh: go is missing; nats-server is built with it" >&2; exit 3; }
  tmp=$(mktemp -d "$cache/.go.XXXXXX")
  GOBIN=$tmp CGO_ENABLED=0 twice go install -trimpath -ldflags='-s -w' \
    "github.com/nats-io/nats-server/v2@$NATS_VERSION" >&2
  mkdir -p "$dir"
  mv "$tmp/nats-server" "$dir/nats-server"
  rm -rf "$tmp"
fi
ln -sfn "$dir" "$cache/nats"
echo "NOVATE_BROKERS=$cache"
echo "NATS_VERSION=$NATS_VERSION"
echo "NATS_SERVER=$dir/nats-server"
