import { describe, expect, test } from "vitest";
import { type Issue, LabelIssues, tagsOf } from "../../src/review/label-issues";
import { anIssue } from "./desk-screen";

/** Answers two pages, and whatever is sent as an open issue. */
class PagedServer {
  readonly asked: string[] = [];
  readonly sent: { path: string; body: unknown }[] = [];

  constructor(private readonly pages: Issue[][]) {}

  async get<T>(path: string): Promise<T> {
    const items = this.pages[this.asked.length] ?? [];
    this.asked.push(path);
    const more = this.asked.length < this.pages.length;
    return { items, next_cursor: more ? `c&${this.asked.length}` : null } as T;
  }

  async send<T>(_method: string, path: string, body?: unknown): Promise<T> {
    this.sent.push({ path, body });
    return anIssue({ ...(body as object), id: "new" }) as T;
  }
}

describe("issues of a task", () => {
  test("are read to the last page, and found by their label and answer", async () => {
    const server = new PagedServer([
      [anIssue({ id: "a" }), anIssue({ id: "b", answer: 2 })],
      [anIssue({ id: "c", answer: null }), anIssue({ id: "d", label: null })],
    ]);
    const issues = new LabelIssues(server, "t 1");
    await issues.read();
    expect(server.asked).toEqual(["/v1/tasks/t%201/issues", "/v1/tasks/t%201/issues?cursor=c%261"]);
    expect(issues.on(1, "/mood").map(({ id }) => id)).toEqual(["a", "c"]);
    expect(issues.all.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  test("are opened on a label with their tags, and an empty comment is left out", async () => {
    const server = new PagedServer([[anIssue({ tags: ["b", "a"] })]]);
    const issues = new LabelIssues(server, "t1");
    await issues.read();
    let changes = 0;
    issues.addEventListener("change", () => {
      changes += 1;
    });
    await issues.open(1, "/mood", { title: "Dark", comment: "", tags: ["a", "dark"] });
    const body = { title: "Dark", answer: 1, label: "/mood", tags: ["a", "dark"] };
    expect(server.sent).toEqual([{ path: "/v1/tasks/t1/issues", body }]);
    expect(issues.on(1, "/mood").map(({ title }) => title)).toEqual(["Blurred", "Dark"]);
    expect(issues.tags).toEqual(["a", "b", "dark"]);
    expect(changes).toBe(1);
  });
});

test("tags are told apart by commas, without doubles and empty ones", () => {
  expect(tagsOf(" blur, dark ,, blur,")).toEqual(["blur", "dark"]);
});
