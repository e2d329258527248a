import type { ReactiveControllerHost } from "lit";
import { beforeEach, expect, test } from "vitest";
import { Router } from "../../src/app/router";
import { LeaveGuard } from "../../src/ui/leave-guard";
import { settle } from "../app/manual-clock";

class FakeWindow extends EventTarget {
  location = { pathname: "/projects/new", search: "", hash: "" };
  history = {
    pushState: (_state: unknown, _title: string, url?: string | URL | null) => this.write(String(url)),
    replaceState: (_state: unknown, _title: string, url?: string | URL | null) => this.write(String(url)),
  };
  asked: string[] = [];
  answer = false;

  confirm = (question?: string): boolean => {
    this.asked.push(question ?? "");
    return this.answer;
  };

  goBack(pathname: string): void {
    this.write(pathname);
    this.dispatchEvent(new Event("popstate"));
  }

  private write(pathname: string): void {
    this.location = { pathname, search: "", hash: "" };
  }
}

const host = { addController: () => {} } as unknown as ReactiveControllerHost;
let window: FakeWindow;
let router: Router;
let loses: boolean;
let guard: LeaveGuard;

const closing = () => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

beforeEach(() => {
  window = new FakeWindow();
  router = new Router(window);
  loses = true;
  guard = new LeaveGuard(
    host,
    () => router,
    () => loses,
    "Leave?",
    window as never,
  );
  guard.hostConnected();
});

test("links and the way back stay here unless people want to go", async () => {
  await router.goTo("/projects");
  expect([window.location.pathname, window.asked]).toEqual(["/projects/new", ["Leave?"]]);
  window.goBack("/people");
  await settle();
  expect([router.route.name, window.location.pathname, window.asked.length]).toEqual([
    "page",
    "/projects/new",
    2,
  ]);
  window.answer = true;
  await router.goTo("/projects");
  expect(window.location.pathname).toBe("/projects");
});

test("the browser asks before it closes the page", () => {
  expect(closing()).toBe(true);
  loses = false;
  expect(closing()).toBe(false);
});

test("nobody is asked where nothing is lost, nor once the form is gone", async () => {
  loses = false;
  await router.goTo("/projects");
  expect([window.location.pathname, window.asked]).toEqual(["/projects", []]);
  loses = true;
  guard.hostDisconnected();
  await router.goTo("/people");
  expect([window.location.pathname, window.asked, closing()]).toEqual(["/people", [], false]);
});

test("a form that was touched is asked about until it is saved", async () => {
  loses = false;
  guard.touch();
  expect(closing()).toBe(true);
  guard.saved();
  expect(closing()).toBe(false);
});

test("an ended session leaves without a question", async () => {
  await router.go({ name: "sign-in" }, { replace: true });
  expect([router.route.name, window.asked]).toEqual(["sign-in", []]);
});
