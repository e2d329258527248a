import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AddressBar, parseRoute, Router, routePath, takeLoginToken } from "../../src/app/router";
import { settle } from "./manual-clock";

class FakeWindow extends EventTarget implements AddressBar {
  location = { pathname: "/", search: "", hash: "" };
  written: string[] = [];
  history = {
    pushState: (_state: unknown, _title: string, url?: string | URL | null) =>
      this.write("push", String(url)),
    replaceState: (_state: unknown, _title: string, url?: string | URL | null) =>
      this.write("replace", String(url)),
  };

  constructor(pathname: string, hash = "") {
    super();
    this.location = { pathname, search: "", hash };
  }

  private write(how: string, url: string): void {
    this.written.push(`${how} ${url}`);
    this.location = { pathname: url, search: "", hash: "" };
  }
}

describe("paths", () => {
  test.each([
    ["/", { name: "my-work" }],
    ["/login", { name: "sign-in" }],
    ["/work/a1", { name: "work", assignment: "a1" }],
    ["/tasks", { name: "not-found", path: "/tasks" }],
    ["/work", { name: "not-found", path: "/work" }],
    ["/work/a/b", { name: "not-found", path: "/work/a/b" }],
    ["/work/%E0%A4%A", { name: "not-found", path: "/work/%E0%A4%A" }],
    ["/login/x", { name: "not-found", path: "/login/x" }],
  ])("%s", (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  test("every assignment id survives its path", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (assignment) => {
        expect(parseRoute(routePath({ name: "work", assignment }))).toEqual({ name: "work", assignment });
      }),
    );
  });
});

describe("the router", () => {
  test("writes the address and tells about the change", async () => {
    const window = new FakeWindow("/");
    const router = new Router(window);
    const seen: string[] = [];
    router.addEventListener("change", () => seen.push(router.route.name));
    await router.go({ name: "work", assignment: "a1" });
    await router.go({ name: "my-work" }, { replace: true });
    expect(window.written).toEqual(["push /work/a1", "replace /"]);
    expect(seen).toEqual(["work", "my-work"]);
  });

  test("lets a page save before it is left, once, also on the browser's back button", async () => {
    const window = new FakeWindow("/work/a1");
    const router = new Router(window);
    let release = () => {};
    let calls = 0;
    router.beforeLeave = () => {
      calls += 1;
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    window.location = { pathname: "/", search: "", hash: "" };
    window.dispatchEvent(new Event("popstate"));
    await settle();
    expect(router.route.name).toBe("work");
    release();
    await settle();
    expect(router.route.name).toBe("my-work");
    await router.go({ name: "sign-in" });
    expect(calls).toBe(1);
  });
});

describe("a one-time sign-in link", () => {
  test("gives its token once and leaves no trace in the address", () => {
    const window = new FakeWindow("/login", "#token=abc%2F1");
    expect(takeLoginToken(window)).toBe("abc/1");
    expect(window.written).toEqual(["replace /login"]);
    expect(takeLoginToken(window)).toBeNull();
  });

  test("without a token changes nothing", () => {
    const window = new FakeWindow("/login", "#token=");
    expect(takeLoginToken(window)).toBeNull();
    expect(window.written).toEqual([]);
  });
});
