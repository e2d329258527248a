import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiRefusal, type Role } from "../../src/app/api";
import { Announcer } from "../../src/app/portal";
import "../../src/setup/people-edit";
import "../../src/setup/people-invite";
import {
  type Account,
  type AccountEvent,
  eventText,
  readAll,
  rolesToGive,
  stateOf,
} from "../../src/setup/people-shapes";
import "../../src/setup/team-choice";
import { settle } from "../app/manual-clock";

const ANN: Account = {
  id: "ann",
  email: "ann@example.org",
  name: "Ann",
  role: "annotator",
  worker_id: "0011223344556677",
  created_at: "2026-01-01T00:00:00Z",
  signed_in_at: null,
  disabled_at: null,
  teams: ["crew"],
  may_change: true,
};

/** Answers what each call is scripted to answer, and remembers the calls. */
class ScriptedApi {
  readonly calls: [string, string, unknown?][] = [];
  answers: Record<string, unknown> = {};

  get(path: string) {
    return this.answer("GET", path);
  }

  send(method: string, path: string, body?: unknown) {
    return this.answer(method, path, body);
  }

  private async answer(method: string, path: string, body?: unknown) {
    this.calls.push(body === undefined ? [method, path] : [method, path, body]);
    const answer = this.answers[`${method} ${path}`] ?? { items: [], next_cursor: null };
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

let api: ScriptedApi;
let element: HTMLElement;

beforeEach(() => {
  api = new ScriptedApi();
  HTMLDialogElement.prototype.showModal ??= () => {};
});

afterEach(() => {
  document.body.replaceChildren();
});

async function show(tag: string, properties: object): Promise<void> {
  element = document.createElement(tag);
  Object.assign(element, { portal: { api, announcer: new Announcer() }, ...properties });
  document.body.append(element);
  await rendered();
}

async function rendered(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await settle();
}

const root = () => element.shadowRoot as ShadowRoot;
const field = (id: string) => root().querySelector(`#${id}`) as HTMLInputElement;
const button = (text: string) =>
  [...root().querySelectorAll("button")].find(
    (each) => each.textContent?.trim() === text,
  ) as HTMLButtonElement;
const submit = () =>
  root()
    .querySelector("form")
    ?.dispatchEvent(new Event("submit", { cancelable: true }));

const refusal = (status: number, errors: { field: string; message: string }[]) =>
  new ApiRefusal({ type: "/problems/bad-request", title: "", status, detail: "not so", errors });

describe("words", () => {
  test("an account is disabled, active, or invited until its first sign-in", () => {
    expect(stateOf(ANN)).toBe("invited");
    expect(stateOf({ ...ANN, signed_in_at: "2026-01-02T00:00:00Z" })).toBe("active");
    expect(
      stateOf({ ...ANN, signed_in_at: "2026-01-02T00:00:00Z", disabled_at: "2026-01-03T00:00:00Z" }),
    ).toBe("disabled");
  });

  test("team managers give the roles of those who do the work", () => {
    expect(rolesToGive("team_manager")).toEqual(["annotator", "reviewer", "annotator_reviewer"]);
    expect(rolesToGive("admin")).toHaveLength(6);
  });

  test("events are told in a line", () => {
    const told = (type: string, data: AccountEvent["data"] = {}) =>
      eventText({ type, time: "2026-01-01T00:00:00Z", by: null, data });
    expect(told("loupe.person.disabled", { changes: { disabled: [false, true] } })).toBe("Disabled");
    expect(told("loupe.api_key.made", { key: "k1", label: "robot" })).toBe("Got an API key: robot");
    expect(told("loupe.access_key.made", { key: "LOUPE1" })).toBe("Got an access key: LOUPE1");
    const changes: Record<string, [unknown, unknown]> = {
      role: ["annotator", "reviewer" satisfies Role],
      teams: [["crew"], []],
    };
    expect(told("loupe.person.changed", { changes })).toBe(
      "Changed: role from Annotator to Reviewer; teams from crew to none",
    );
    expect(told("loupe.person.of_tomorrow")).toBe("loupe.person.of_tomorrow");
  });

  test("lists are read to their end", async () => {
    api.answers = {
      "GET /v1/people?team=a&limit=1000": { items: [1, 2], next_cursor: "c+/" },
      "GET /v1/people?team=a&limit=1000&cursor=c%2B%2F": { items: [3], next_cursor: null },
    };
    expect(await readAll({ api } as never, "/v1/people?team=a")).toEqual([1, 2, 3]);
  });
});

describe("inviting", () => {
  beforeEach(() =>
    show("loupe-invite-person", { giver: "admin", teams: ["crew", "night"], chosen: ["crew"] }),
  );

  test("sends what was filled in, and shows the login link once", async () => {
    const login_link = { url: "http://portal/login#token=secret", expires_at: "2026-01-02T00:00:00Z" };
    api.answers = { "POST /v1/people": { ...ANN, login_link } };
    field("email").value = " ann@example.org ";
    field("name").value = "Ann";
    submit();
    await rendered();
    expect(api.calls).toEqual([
      ["POST", "/v1/people", { email: "ann@example.org", name: "Ann", role: "annotator", teams: ["crew"] }],
    ]);
    const told = root().querySelector("loupe-told-once") as HTMLElement & { secret: string };
    expect(told.secret).toBe(login_link.url);
    button("Invite another").click();
    await rendered();
    expect(root().querySelector("loupe-told-once")).toBeNull();
    expect(field("email").value).toBe("");
  });

  test("a refusal stands at its field", async () => {
    api.answers = { "POST /v1/people": refusal(409, [{ field: "email", message: "is somebody's already" }]) };
    submit();
    await rendered();
    expect(field("email").getAttribute("aria-invalid")).toBe("true");
    expect(root().querySelector("#email-error")?.textContent).toBe("is somebody's already");
    expect(root().querySelector("loupe-error")).toBeNull();
  });
});

describe("changing", () => {
  const edit = (account: Partial<Account>, id = "boss") =>
    show("loupe-edit-person", {
      account: { ...ANN, ...account },
      info: { user: { id, role: "admin" } },
      teams: ["crew", "night"],
    });

  test("sends only what differs", async () => {
    await edit({});
    api.answers = { "PATCH /v1/people/ann": { ...ANN, name: "Anne" } };
    field("name").value = "Anne";
    submit();
    await rendered();
    expect(api.calls.filter(([method]) => method === "PATCH")).toEqual([
      ["PATCH", "/v1/people/ann", { name: "Anne" }],
    ]);
  });

  test("disables after a question alone", async () => {
    await edit({});
    button("Disable…").click();
    await rendered();
    expect(api.calls.filter(([method]) => method === "POST")).toEqual([]);
    api.answers = { "POST /v1/people/ann/disable": { ...ANN, disabled_at: "2026-01-03T00:00:00Z" } };
    button("Disable Ann").click();
    await rendered();
    expect(api.calls).toContainEqual(["POST", "/v1/people/ann/disable"]);
    expect(button("Enable")).toBeDefined();
    expect(button("New login link")).toBeUndefined();
  });

  test("nobody changes their own role or disables themselves", async () => {
    await edit({ role: "admin" }, "ann");
    expect((root().querySelector("#role") as HTMLSelectElement).disabled).toBe(true);
    expect(button("Disable…")).toBeUndefined();
  });

  test("who may not be changed is shown without anything to change", async () => {
    await edit({ may_change: false });
    expect(root().querySelector("form")).toBeNull();
    expect([...root().querySelectorAll("button")]).toEqual([]);
    expect(root().textContent).toContain("Administrators alone can change this person");
  });
});

test("a choice of teams is told without changing what was given", async () => {
  const chosen = Object.freeze(["crew"]);
  await show("loupe-team-choice", { teams: ["crew", "night"], chosen });
  const seen: string[][] = [];
  element.addEventListener("teams-change", (event) => seen.push((event as CustomEvent<string[]>).detail));
  const [crew, night] = [...root().querySelectorAll("input")] as [HTMLInputElement, HTMLInputElement];
  expect([crew.checked, night.checked]).toEqual([true, false]);
  night.click();
  crew.click();
  expect(seen).toEqual([["crew", "night"], []]);
});
