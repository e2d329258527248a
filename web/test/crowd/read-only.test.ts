import { beforeEach, describe, expect, it } from "vitest";
import { form, settled, showTemplate } from "./page";

/** A page with what can be pressed, and what was heard there. */
let heard: string[];

beforeEach(async () => {
  heard = [];
  await showTemplate(`<crowd-form>
    <label id="label"><input id="radio" type="radio" name="a" value="x"> x</label>
    <input id="text" name="t"><input id="range" type="range" name="r">
    <crowd-input id="crowd" name="c"></crowd-input>
    <details><summary id="summary">More</summary></details>
    <aside><button type="button" id="more">Full instructions</button></aside>
    <video id="video"></video><p id="words">Words</p>
  </crowd-form>`);
  for (const type of ["click", "beforeinput", "keydown"])
    form().addEventListener(type, (event) => heard.push(`${type} ${(event.target as Element).id}`));
  form().mode = "readonly";
  await settled();
});

function fire(id: string, event: Event): boolean {
  document.getElementById(id)?.dispatchEvent(event);
  return !event.defaultPrevented;
}

const click = () => new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
const input = () => new InputEvent("beforeinput", { bubbles: true, cancelable: true, composed: true });
const key = (name: string, init: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, composed: true, ...init });

describe("a form that takes no input", () => {
  it("lets nothing reach its controls, also those of our elements", () => {
    expect(fire("radio", click())).toBe(false);
    expect(fire("label", click())).toBe(false);
    expect(fire("text", input())).toBe(false);
    expect(fire("range", key("ArrowRight"))).toBe(false);
    expect(fire("radio", key(" "))).toBe(false);
    const control = document.getElementById("crowd")?.shadowRoot?.querySelector("input");
    const typed = input();
    control?.dispatchEvent(typed);
    expect(typed.defaultPrevented).toBe(true);
    expect(heard).toEqual([]);
    expect((document.getElementById("radio") as HTMLInputElement).checked).toBe(false);
  });

  it("can be read: folded parts and instructions open, media play, carets and the focus move", () => {
    for (const id of ["summary", "more", "video", "words"]) expect(fire(id, click())).toBe(true);
    expect(fire("text", key("ArrowRight"))).toBe(true);
    expect(fire("range", key("Tab"))).toBe(true);
    expect(fire("radio", key("c", { ctrlKey: true }))).toBe(true);
    expect(heard).toHaveLength(7);
  });

  it("takes input again in another mode", async () => {
    form().mode = "review";
    await settled();
    expect(fire("radio", click())).toBe(true);
    expect(fire("text", input())).toBe(true);
    expect(form().hasAttribute("aria-label")).toBe(false);
  });
});
