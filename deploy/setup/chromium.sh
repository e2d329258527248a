#!/bin/sh
# Installs Chromium for the browser tests where neither the machine nor Playwright has one. The service itself needs none.
set -u
cd "$(dirname "$0")/../.."

present() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
        .venv/bin/python deploy/setup/find_playwright_chromium.py
}

if present; then
    echo "setup: Chromium is there"
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing Chromium with apt-get"
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium
fi
if ! present; then
    echo "setup: downloading Playwright's Chromium"
    .venv/bin/playwright install chromium
fi
present || echo "setup: WARNING: no Chromium could be installed, so the browser tests will fail; the service runs without it" >&2
exit 0
