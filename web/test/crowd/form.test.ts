import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { flattenParts } from "../../src/crowd/answer";
import type { Parts } from "../../src/crowd/answer-source";
import { type FormListener, formRegistry, type Mode } from "../../src/crowd/form-registry";
import { find, form, settled, shadow, showTemplate } from "./page";

class Recorder implements FormListener {
  mode: Mode = "edit";
  readonly answers: Parts[] = [];
  readonly complaints: string[][] = [];

  submitted(_form: unknown, answer: Parts): void {
    this.answers.push(answer);
  }

  invalid(messages: string[]): void {
    this.complaints.push(messages);
  }

  changed(): void {}
  restructured(): void {}
}

async function connected(markup: string): Promise<Recorder> {
  await showTemplate(markup);
  const recorder = new Recorder();
  formRegistry.listener = recorder;
  return recorder;
}

afterEach(() => {
  formRegistry.listener = null;
});

describe("submission", () => {
  it("follows the click on a submit button, also a hidden one", async () => {
    const recorder = await connected(
      '<crowd-form><crowd-input name="a" value="1"></crowd-input><crowd-button form-action="submit" style="display:none"></crowd-button></crowd-form>',
    );
    find("crowd-button").click();
    expect(recorder.answers).toEqual([{ a: "1" }]);
  });

  it.each(["<button>Go</button>", '<input type="submit">', "<form><button>Go</button></form>"])(
    "follows %s",
    async (button) => {
      const recorder = await connected(`<crowd-form><input name="a" value="1">${button}</crowd-form>`);
      find("button, input[type=submit]").click();
      expect(recorder.answers).toEqual([{ a: "1" }]);
    },
  );

  it("is done once until the portal unlocks the form", async () => {
    const recorder = await connected('<crowd-form><input name="a" value="1"></crowd-form>');
    form().requestSubmit();
    form().submit();
    form().requestSubmit();
    expect(recorder.answers).toHaveLength(1);
    form().unlock();
    form().requestSubmit();
    expect(recorder.answers).toHaveLength(2);
  });

  it("is stopped by a listener, which may submit later itself", async () => {
    const recorder = await connected('<crowd-form><input name="a" value="1"></crowd-form>');
    form().addEventListener("submit", (event) => event.preventDefault());
    form().requestSubmit();
    expect(recorder.answers).toEqual([]);
    form().submit();
    expect(recorder.answers).toEqual([{ a: "1" }]);
  });

  it("takes what a submit listener fills in", async () => {
    const recorder = await connected('<crowd-form><input type="hidden" name="a"></crowd-form>');
    form().addEventListener("submit", () => {
      find<HTMLInputElement>("input").value = "late";
    });
    form().requestSubmit();
    expect(recorder.answers).toEqual([{ a: "late" }]);
  });

  it("is refused while something is missing, and says what", async () => {
    const recorder = await connected(
      '<crowd-form><crowd-input name="a" label="First" required></crowd-input><label>Second <input name="b" required></label></crowd-form>',
    );
    form().requestSubmit();
    expect(recorder.answers).toEqual([]);
    expect(recorder.complaints).toHaveLength(1);
    expect(recorder.complaints[0]?.[0]).toBe("First: Fill in this field");
    expect(recorder.complaints[0]?.[1]).toMatch(/^Second: ./);
    expect(find('[name="b"]').getAttribute("aria-invalid")).toBe("true");
  });

  it("does nothing in readonly mode and does not lock in a preview", async () => {
    const recorder = await connected('<crowd-form><input name="a" value="1"></crowd-form>');
    form().mode = "readonly";
    form().requestSubmit();
    await settled();
    expect(form().getAttribute("aria-disabled")).toBe("true");
    form().mode = "preview";
    await settled();
    expect(form().getAttribute("aria-disabled")).toBeNull();
    form().requestSubmit();
    form().requestSubmit();
    expect(recorder.answers).toHaveLength(2);
  });

  it("does not fail where no portal listens", async () => {
    await showTemplate('<crowd-form><input name="a"></crowd-form>');
    form().requestSubmit();
    await settled();
    expect(shadow("crowd-form").querySelector('[role="status"]')?.textContent).toContain("not sent");
  });
});

describe("the Submit button", () => {
  const own = () => shadow("crowd-form").querySelector("crowd-button");

  it("is added where the template has none", async () => {
    const recorder = await connected('<crowd-form><input name="a" value="1"></crowd-form>');
    own()?.click();
    expect(recorder.answers).toEqual([{ a: "1" }]);
  });

  it("goes when a script adds one later", async () => {
    await showTemplate("<crowd-form></crowd-form>");
    expect(own()).not.toBeNull();
    form().innerHTML = '<crowd-button form-action="submit">Send</crowd-button>';
    await settled();
    expect(own()).toBeNull();
  });
});

describe("plain controls", () => {
  const markup = `<crowd-form>
    <input name="text" value="t"><input name="empty"><input type="hidden" name="hidden" value="h">
    <textarea name="area">x</textarea>
    <select name="one"><option>p</option><option selected>q</option></select>
    <select name="many" multiple><option selected>r</option><option>s</option></select>
    <input type="radio" name="radio" value="m"><input type="radio" name="radio" value="n" checked>
    <input type="checkbox" name="box" value="k"><input value="nameless"><input name="off" value="1" disabled>
    <input type="submit" name="go" value="Go"><crowd-unknown name="later">?</crowd-unknown>
  </crowd-form>`;

  it("answer with their values", async () => {
    await showTemplate(markup);
    expect(form().answer()).toEqual({
      text: "t",
      hidden: "h",
      area: "x",
      one: "q",
      many: ["r"],
      radio: { m: false, n: true },
      box: { k: false },
    });
  });

  it("go back to their first values on reset", async () => {
    await showTemplate(markup);
    const before = form().draft();
    find<HTMLInputElement>('[name="text"]').value = "other";
    find<HTMLInputElement>('[value="m"]').checked = true;
    find<HTMLInputElement>('[name="box"]').checked = true;
    find<HTMLSelectElement>('[name="one"]').value = "p";
    expect(form().draft()).not.toEqual(before);
    form().reset();
    expect(form().draft()).toEqual(before);
  });

  it("count when appended to the form's own HTML form", async () => {
    await showTemplate("<crowd-form></crowd-form>");
    const input = document.createElement("input");
    Object.assign(input, { name: "added", value: "v" });
    form().form.append(input);
    expect(form().form).toBeInstanceOf(HTMLFormElement);
    expect(form().answer()).toEqual({ added: "v" });
  });
});

describe('answer-format="flatten-objects"', () => {
  it("gives dotted names", async () => {
    await showTemplate(
      `<crowd-form answer-format="flatten-objects"><crowd-checkbox name="a" value="x" checked></crowd-checkbox><input name="b" value="1"></crowd-form>`,
    );
    expect(form().answer()).toEqual({ "a.x": true, b: "1" });
    expect(form().draft()).toEqual({ a: { x: true }, b: "1" });
  });

  it("keeps every value that is no object", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    const key = fc.stringMatching(/^[a-z_]{1,8}$/);
    const tree = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { minKeys: 1 })));
    fc.assert(
      fc.property(tree, (parts) => {
        const flat = flattenParts(parts);
        for (const [dotted, value] of Object.entries(flat)) {
          const found = dotted.split(".").reduce<unknown>((at, step) => (at as Parts)[step], parts);
          expect(found).toEqual(value);
        }
        const leaves = Object.values(parts).flatMap((value) =>
          typeof value === "object" && !Array.isArray(value) ? Object.values(value) : [value],
        );
        expect(Object.keys(flat)).toHaveLength(leaves.length);
      }),
    );
  });
});
