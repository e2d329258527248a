#!/bin/sh
# Temporal's time-skipping test server into .tools, by Maven where it is there.
# Without Maven or Java the tests let the Temporal SDK download its own.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
jars="$root/.tools/test-server"
program="$root/.tools/bin/temporal-test-server"
[ -x "$program" ] && exit 0
if ! command -v mvn >/dev/null || ! command -v java >/dev/null; then
    echo "setup: no Maven or Java: the tests will download Temporal's test server by its SDK"
    exit 0
fi
echo "setup: Temporal's time-skipping test server into .tools (33 MB, once)"
mvn --quiet --batch-mode --file "$root/deploy/setup/test-server/pom.xml" \
    dependency:copy-dependencies -DoutputDirectory="$jars" -DincludeScope=runtime
mkdir -p "$root/.tools/bin"
cat >"$program" <<'SCRIPT'
#!/bin/sh
here=$(cd "$(dirname "$0")/.." && pwd)
exec java -XX:TieredStopAtLevel=1 -cp "$here/test-server/*" io.temporal.testserver.TestServer "$@"
SCRIPT
chmod +x "$program"
