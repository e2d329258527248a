#!/bin/sh
# Says which of the needed programs are missing or too old, and where to get them.
set -u
python="${PYTHON:-python3}"
wrong=0
complain() { echo "setup: $1" >&2; wrong=1; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    complain "Python 3.11 or newer is needed as '$python': install it, or run 'make PYTHON=python3.12 ...'"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    complain "Python's venv module is missing: on Debian and Ubuntu install the package python3-venv"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null ||
    complain "Node 20.19 or newer of 20, or 22.12 or newer is needed (found: $(node --version 2>/dev/null || echo none))"
command -v npm >/dev/null || complain "npm is needed; it comes with Node"
exit $wrong
