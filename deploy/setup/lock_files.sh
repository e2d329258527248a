#!/bin/sh
# Lock files record versions and hashes, never where something was downloaded from.
set -eu
cd "$(dirname "$0")/../.."
if grep -nE '^--(index-url|extra-index-url|find-links)| @ https?://|^https?://' requirements.lock; then
    echo "lint: requirements.lock holds an address: compile it with --no-emit-index-url" >&2
    exit 1
fi
if grep -nE '"resolved": *"[a-z+]+://' web/package-lock.json; then
    echo "lint: web/package-lock.json holds an address: install with --omit-lockfile-registry-resolved" >&2
    exit 1
fi
echo "lint: lock files hold no addresses"
