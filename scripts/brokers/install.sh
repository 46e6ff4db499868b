#!/usr/bin/env bash
# Installs the broker that the tests of `npm run test:brokers` run against: nats-server, built from
# its Go module into a cache outside the repository. Idempotent: what is there with the pinned
# version is left alone.
#
#   install.sh [CACHE_DIR]
#
# CACHE_DIR defaults to $NOVATE_BROKERS, else ${XDG_CACHE_HOME:-$HOME/.cache}/novate-brokers.
# Uses go where it is; otherwise fetches a Go toolchain into the cache, for which it needs curl and
# unzip. Prints KEY=VALUE lines that say where things are.
set -euo pipefail

NATS_VERSION=v2.15.2
GO_VERSION=1.26.8

cache=${1:-${NOVATE_BROKERS:-${XDG_CACHE_HOME:-$HOME/.cache}/novate-brokers}}
case $cache in -*) sed -n '2,10p' "${BASH_SOURCE[0]}"; exit 2 ;; esac
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
# Two test runs that install at the same moment must not build into each other.
exec 9>"$cache/.install.lock"
if command -v flock >/dev/null; then flock 9; fi

# A registry's time-out is worth one more try; a plain refusal fails the second time too.
twice() { "$@" || { echo "install.sh: retrying: $1" >&2; sleep 3; "$@"; }; }

# From 1.21 on go fetches by itself what a module asks for.
go_is_new_enough() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || return 1
  [[ $version =~ ^go([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 1 || BASH_REMATCH[2] >= 21))
}

# A toolchain is a Go module like any other: an archive without the marks of what may be executed.
fetch_go() {
  local machine name tool
  case "$(uname -sm)" in
    'Linux x86_64') machine=linux-amd64 ;;
    'Linux aarch64') machine=linux-arm64 ;;
    *) echo "install.sh: go is missing, and is not fetched for $(uname -sm)" >&2; exit 3 ;;
  esac
  for tool in curl unzip; do
    command -v "$tool" >/dev/null || { echo "install.sh: go is missing, and so is $tool" >&2; exit 3; }
  done
  name=golang.org/toolchain@v0.0.1-go$GO_VERSION.$machine
  if [ ! -x "$cache/$name/bin/go" ]; then
    twice curl -sfL -o "$cache/go.zip" \
      "https://proxy.golang.org/golang.org/toolchain/@v/${name#*@}.zip"
    unzip -q -o "$cache/go.zip" -d "$cache"
    rm "$cache/go.zip"
    chmod +x "$cache/$name"/bin/* "$cache/$name"/pkg/tool/*/*
  fi
  PATH=$cache/$name/bin:$PATH
}

dir=$cache/nats-$NATS_VERSION
if [ ! -x "$dir/nats-server" ]; then
  go_is_new_enough || fetch_go
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
