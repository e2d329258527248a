import type { Fetch } from "../../src/app/api";

export interface SeenRequest {
  method: string;
  path: string;
  headers: Headers;
  body: Record<string, unknown>;
}

export type Reply = Response | "network-lost";

/** A server at the end of `fetch`: notes every request and answers by a function that tests may swap. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  reply: (request: SeenRequest) => Reply | Promise<Reply> = () => "network-lost";

  readonly fetch: Fetch = async (path, init) => {
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    const request = { method: init.method ?? "GET", path, headers: new Headers(init.headers), body };
    this.requests.push(request);
    const reply = await this.reply(request);
    if (reply === "network-lost") throw new TypeError("Failed to fetch");
    return reply;
  };

  sent(pathEnd: string): SeenRequest[] {
    return this.requests.filter((request) => request.path.endsWith(pathEnd));
  }
}

export function jsonReply(body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { headers: { "content-type": "application/json", ...headers } });
}

export function problemReply(status: number, type: string, headers: Record<string, string> = {}): Response {
  const problem = {
    type: `https://loupe.example/problems/${type}`,
    title: type,
    status,
    detail: `${type} happened`,
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
