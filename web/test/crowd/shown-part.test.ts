import { afterEach, describe, expect, it } from "vitest";
import { formRegistry } from "../../src/crowd/form-registry";
import { FrameSession } from "../../src/crowd/frame-session";
import type { FromPortal, ToPortal } from "../../src/crowd/port-messages";
import { readFromPortal } from "../../src/crowd/port-messages";
import { find, showTemplate } from "./page";

afterEach(() => {
  formRegistry.listener = null;
});

const TEMPLATE = `<crowd-form>
  <crowd-input name="topic" label="Topic"></crowd-input>
  <input type="radio" name="age" value="young"><input type="radio" name="age" value="old">
  <input name="a/b">
</crowd-form>`;

async function opened(): Promise<(message: FromPortal) => string[]> {
  await showTemplate(TEMPLATE);
  const port = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    postMessage(_message: ToPortal) {},
  };
  new FrameSession(
    port,
    { nonce: "n", mode: "readonly", draft: null, theme: "light", singleKeys: true, ahead: false },
    document,
  ).start();
  return (message) => {
    port.onmessage?.(new MessageEvent("message", { data: message }));
    return [...document.querySelectorAll("[data-loupe-shown]")].map((element) =>
      `${element.getAttribute("name")} ${element.getAttribute("value") ?? ""}`.trim(),
    );
  };
}

describe("showing a label", () => {
  it("marks its element and brings it into view, one label at a time", async () => {
    const show = await opened();
    const scrolled: string[] = [];
    for (const element of document.querySelectorAll("[name]"))
      element.scrollIntoView = () => scrolled.push(element.getAttribute("name") ?? "");
    expect(show({ type: "show", pointer: "/topic" })).toEqual(["topic"]);
    expect(show({ type: "show", pointer: "/age" })).toEqual(["age young", "age old"]);
    expect(show({ type: "show", pointer: "/a~1b" })).toEqual(["a/b"]);
    expect(scrolled).toEqual(["topic", "age", "a/b"]);
  });

  it("finds one choice of a flattened answer, and an item by the element that holds it", async () => {
    const show = await opened();
    expect(show({ type: "show", pointer: "/age.old" })).toEqual(["age old"]);
    expect(show({ type: "show", pointer: "/topic/boundingBoxes/0" })).toEqual(["topic"]);
  });

  it("does nothing for what no element has, and nothing is marked any more", async () => {
    const show = await opened();
    show({ type: "show", pointer: "/topic" });
    for (const pointer of ["/none", "", "/", "topic", "/age/none"])
      expect(show({ type: "show", pointer })).toEqual([]);
  });

  it("is over once another answer is shown", async () => {
    const show = await opened();
    show({ type: "show", pointer: "/topic" });
    expect(show({ type: "load", content: { topic: "tea" } })).toEqual([]);
    expect(find<HTMLInputElement & { value: string }>("crowd-input").value).toBe("tea");
  });
});

describe("the messages for it", () => {
  it("are read with their fields, and refused without", () => {
    expect(readFromPortal({ type: "show", pointer: "/a" })).toEqual({ type: "show", pointer: "/a" });
    expect(readFromPortal({ type: "show" })).toBeNull();
    expect(readFromPortal({ type: "scrollTo", top: 0.5 })).toEqual({ type: "scrollTo", top: 0.5 });
    expect(readFromPortal({ type: "scrollTo", top: Number.NaN })).toBeNull();
  });
});
