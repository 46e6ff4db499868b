#!/usr/bin/env bash
# `npm run test:brokers`: installs the broker where it is missing, and runs the specs that need it.
# Arguments go to jest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/brokers/install.sh >&2
exec node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js \
  --config jest.brokers.config.js "$@"
