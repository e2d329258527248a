import { describe, expect, it } from "vitest";
import { ApiRefusal, ServerUnreachable } from "../../src/app/api";
import { type DeadLetter, decide, sharedPathways } from "../../src/manage/problems-shapes";

function letter(name: string, pathways: string[]): DeadLetter {
  return {
    task_id: `id-of-${name}`,
    task_name: name,
    stage: "ask",
    visit: 1,
    attempts: 3,
    error: "the agent answered 500",
    pathways,
    dead_at: "2026-11-21T12:00:00Z",
  };
}

describe("pathways for several tasks", () => {
  it("are those that all of them have", () => {
    expect(sharedPathways([])).toEqual([]);
    expect(sharedPathways([letter("a", ["good", "bad"])])).toEqual(["good", "bad"]);
    expect(sharedPathways([letter("a", ["good", "bad"]), letter("b", ["bad", "ugly"])])).toEqual(["bad"]);
    expect(sharedPathways([letter("a", ["good"]), letter("b", ["ugly"])])).toEqual([]);
  });
});

describe("deciding on several agents", () => {
  it("goes on after a refusal and tells of it", async () => {
    const sent: unknown[] = [];
    const api = {
      async send<T>(_method: string, path: string, body?: unknown): Promise<T> {
        sent.push([path, body]);
        if (path.includes("id-of-b"))
          throw new ApiRefusal({
            type: "about:blank",
            title: "Conflict",
            status: 409,
            detail: "it is over",
            errors: [],
          });
        return null as T;
      },
    };
    const letters = ["a", "b", "c"].map((name) => letter(name, ["good"]));
    expect(await decide(api, letters, { do: "route", pathway: "good" })).toEqual([
      { name: "b", why: "it is over" },
    ]);
    expect(sent).toEqual(
      ["a", "b", "c"].map((name) => [`/v1/tasks/id-of-${name}/agent`, { do: "route", pathway: "good" }]),
    );
  });

  it("ends where the server gives no answer: the others would wait for nothing", async () => {
    let sent = 0;
    const api = {
      async send<T>(): Promise<T> {
        sent += 1;
        if (sent === 2) throw new ServerUnreachable("No answer within a minute.");
        return null as T;
      },
    };
    const letters = ["a", "b", "c"].map((name) => letter(name, ["good"]));
    await expect(decide(api, letters, { do: "retry" })).rejects.toThrow("No answer");
    expect(sent).toBe(2);
  });
});
