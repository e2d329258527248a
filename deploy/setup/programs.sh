#!/bin/sh
# Puts the programs temporal and versitygw into .tools/bin where they are not on PATH already.
set -eu
cd "$(dirname "$0")/../.."
bin="$PWD/.tools/bin"
mkdir -p "$bin"

present() { [ -x "$bin/$1" ] || command -v "$1" >/dev/null; }

build() {
    echo "setup: building $1 with Go into .tools/bin (two to four minutes, once)"
    GOBIN="$bin" CGO_ENABLED=0 go install "$2"
}

if present temporal; then
    echo "setup: temporal is there"
elif command -v go >/dev/null; then
    build temporal github.com/temporalio/cli/cmd/temporal@v1.5.1
else
    echo "setup: no Go on PATH, so the Temporal SDK downloads its server"
    .venv/bin/python deploy/setup/download_temporal.py "$bin"
fi

if present versitygw; then
    echo "setup: versitygw is there"
elif command -v go >/dev/null; then
    build versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
else
    echo "setup: versitygw (the S3 gateway) is missing and there is no Go to build it." >&2
    echo "setup: install Go 1.25 or newer, or put the program of a versitygw 1.8 release on PATH, then run make again." >&2
    exit 1
fi
