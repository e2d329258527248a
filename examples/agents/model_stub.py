"""Stands in for a local model server: finds a label correct where the input's text contains it.

Run: python examples/agents/model_stub.py [PORT]
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Model(BaseHTTPRequestHandler):
    """Answers chat completions."""

    def do_POST(self) -> None:
        """One question, one verdict."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = {"role": "assistant", "content": verdict(json.loads(body["messages"][-1]["content"]))}
        answer = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Nothing."""


def verdict(question: dict[str, Any]) -> str:
    """The model's answer."""
    label = json.dumps(question["label"], ensure_ascii=False).strip('"').lower()
    return json.dumps({"correct": label in str(question["input"]["text"]).lower()})


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8009
    ThreadingHTTPServer(("127.0.0.1", port), Model).serve_forever()
