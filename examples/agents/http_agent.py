"""An agent without Temporal: a small web server that checks the signature and answers at once.

Run: AGENT_SECRET=whsec_... python examples/agents/http_agent.py [PORT]
Needs the package standardwebhooks; there is one for most languages. List its host in LOUPE_AGENT_HOSTS.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class LongTexts(BaseHTTPRequestHandler):
    """Sends long texts one way and short ones another."""

    def do_POST(self) -> None:
        """One task, one decision."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            called = Webhook(os.environ["AGENT_SECRET"]).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self.send_error(401)
            return
        answer = json.dumps(decide(called["data"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Nothing."""


def decide(task: dict[str, Any]) -> dict[str, Any]:
    """The pathway for a task."""
    return {"pathway": "long" if len(task["input"]["text"]) > 280 else "short"}


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8010
    ThreadingHTTPServer(("127.0.0.1", port), LongTexts).serve_forever()
