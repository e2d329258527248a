import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { find, form, settled, shadow, showTemplate } from "./page";

const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !value.includes("\r"));
const part = (name: string) => (form().answer() as Record<string, unknown>)[name];

describe("what is set is what is answered", () => {
  it("crowd-input", async () => {
    await showTemplate('<crowd-form><crowd-input name="a"></crowd-input></crowd-form>');
    fc.assert(
      fc.property(text, (value) => {
        find<HTMLElementTagNameMap["crowd-input"]>("crowd-input").value = value;
        expect(form().answer()).toEqual({ a: value });
      }),
    );
  });

  it("crowd-text-area", async () => {
    await showTemplate('<crowd-form><crowd-text-area name="a"></crowd-text-area></crowd-form>');
    fc.assert(
      fc.property(text, (value) => {
        find<HTMLElementTagNameMap["crowd-text-area"]>("crowd-text-area").value = value;
        expect(form().answer()).toEqual({ a: value });
      }),
    );
  });

  it("crowd-checkbox, merged under one name", async () => {
    const keys = fc.uniqueArray(fc.oneof(text, fc.constant("__proto__"), fc.constant("toString")), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        async (values, states) => {
          await showTemplate(
            `<crowd-form>${'<crowd-checkbox name="a"></crowd-checkbox>'.repeat(values.length)}</crowd-form>`,
          );
          const boxes = [...document.querySelectorAll("crowd-checkbox")];
          for (const [index, box] of boxes.entries()) {
            box.value = values[index] ?? "";
            box.checked = states[index] ?? false;
          }
          expect(part("a")).toEqual(Object.fromEntries(values.map((value, index) => [value, states[index]])));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("crowd-radio-button, one of a group", async () => {
    await showTemplate(
      "<crowd-form><crowd-radio-group>" +
        ["a", "b", "c"]
          .map((name) => `<crowd-radio-button name="${name}" value="yes"></crowd-radio-button>`)
          .join("") +
        "</crowd-radio-group></crowd-form>",
    );
    fc.assert(
      fc.property(fc.constantFrom("a", "b", "c"), (chosen) => {
        find<HTMLElementTagNameMap["crowd-radio-button"]>(`[name="${chosen}"]`).checked = true;
        expect(form().answer()).toEqual(
          Object.fromEntries(["a", "b", "c"].map((name) => [name, { yes: name === chosen }])),
        );
      }),
    );
  });

  it("crowd-slider", async () => {
    await showTemplate('<crowd-form><crowd-slider name="a"></crowd-slider></crowd-form>');
    const slider = find<HTMLElementTagNameMap["crowd-slider"]>("crowd-slider");
    const scale = fc.record({
      min: fc.integer({ min: -1000, max: 1000 }),
      steps: fc.integer({ min: 1, max: 500 }),
      step: fc.constantFrom(1, 2, 5, 0.5, 0.1, 0.01),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(scale, ({ min, steps, step, share }) => {
        const at = (count: number) => Number((min + count * step).toFixed(6));
        const value = at(Math.round(share * steps));
        Object.assign(slider, { min, max: at(steps), step, value });
        expect(part("a")).toBe(value);
      }),
    );
  });

  it.each(["crowd-classifier", "crowd-image-classifier"] as const)("%s", async (tag) => {
    await showTemplate(`<crowd-form><${tag} name="a" categories="['x']"></${tag}></crowd-form>`);
    fc.assert(
      fc.property(text, (label) => {
        find<HTMLElementTagNameMap["crowd-classifier"]>(tag).value = { label };
        expect(form().answer()).toEqual({ a: { label } });
      }),
    );
  });

  it("crowd-image-classifier with a comment", async () => {
    await showTemplate('<crowd-form><crowd-image-classifier name="a"></crowd-image-classifier></crowd-form>');
    fc.assert(
      fc.property(text, text, (label, workerComment) => {
        find<HTMLElementTagNameMap["crowd-image-classifier"]>("crowd-image-classifier").value = {
          label,
          workerComment,
        };
        expect(form().answer()).toEqual({ a: { label, workerComment } });
      }),
    );
  });

  it("crowd-classifier-multi-select", async () => {
    await showTemplate(
      '<crowd-form><crowd-classifier-multi-select name="a"></crowd-classifier-multi-select></crowd-form>',
    );
    fc.assert(
      fc.property(fc.uniqueArray(text), (labels) => {
        find<HTMLElementTagNameMap["crowd-classifier-multi-select"]>("crowd-classifier-multi-select").value =
          { labels };
        expect(form().answer()).toEqual({ a: { labels } });
      }),
    );
  });
});

describe("crowd-input", () => {
  it("leaves an empty text out and takes null as empty", async () => {
    await showTemplate('<crowd-form><crowd-input name="a" value="x"></crowd-input></crowd-form>');
    const input = find<HTMLElementTagNameMap["crowd-input"]>("crowd-input");
    expect(form().answer()).toEqual({ a: "x" });
    input.value = null as unknown as string;
    expect(input.value).toBe("");
    expect(form().answer()).toEqual({});
  });

  it("shows its error where assistive technology finds it", async () => {
    await showTemplate(
      '<crowd-form><crowd-input name="a" label="Total" required error-message="Type the total"></crowd-input></crowd-form>',
    );
    form().requestSubmit();
    await settled();
    const inside = shadow("crowd-input");
    const control = find<HTMLInputElement>("input", inside);
    expect(control.getAttribute("aria-invalid")).toBe("true");
    expect(find(`#${control.getAttribute("aria-describedby")}`, inside).textContent).toBe("Type the total");
    expect(shadow("crowd-form").querySelector('[role="alert"]')?.textContent).toContain(
      "Total: Type the total",
    );
  });

  it("takes an error back once it is mended", async () => {
    await showTemplate('<crowd-form><crowd-input name="a" required></crowd-input></crowd-form>');
    form().requestSubmit();
    await settled();
    const control = find<HTMLInputElement>("input", shadow("crowd-input"));
    control.value = "now filled";
    control.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    await settled();
    expect(control.getAttribute("aria-invalid")).toBe("false");
    expect(shadow("crowd-form").querySelector(".problems li")).toBeNull();
  });

  it.each([
    ['min-length="3"', "ab", "at least 3"],
    ['max-length="3"', "abcd", "at most 3"],
  ])("checks %s", async (attribute, value, message) => {
    await showTemplate(`<crowd-form><crowd-input name="a" ${attribute}></crowd-input></crowd-form>`);
    const input = find<HTMLElementTagNameMap["crowd-input"]>("crowd-input");
    input.value = value;
    expect(input.validate()).toContain(message);
    input.value = "abc";
    expect(input.validate()).toBe("");
  });

  it("is no part of the answer while disabled", async () => {
    await showTemplate('<crowd-form><crowd-input name="a" value="x" disabled></crowd-input></crowd-form>');
    expect(form().answer()).toEqual({});
    expect(form().draft()).toEqual({ a: "x" });
  });
});

describe("classifiers", () => {
  const classifier = () => find<HTMLElementTagNameMap["crowd-classifier"]>("crowd-classifier");
  const labels = () =>
    [...shadow("crowd-classifier").querySelectorAll(".category span")].map((span) =>
      span.textContent?.trim(),
    );

  it("reads loose JSON", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" categories="['One', { name: 'Two', }, {label: 3},]"></crowd-classifier></crowd-form>`,
    );
    expect(labels()).toEqual(["One", "Two", "3"]);
  });

  it("renders categories that a script assigns later", async () => {
    await showTemplate('<crowd-form><crowd-classifier name="a"></crowd-classifier></crowd-form>');
    classifier().categories = ["New"];
    await settled();
    expect(labels()).toEqual(["New"]);
  });

  it("reports a click through the markup that templates reach into, and on itself", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" categories="['x','y']"></crowd-classifier></crowd-form>`,
    );
    const onWrapper = vi.fn();
    const onHost = vi.fn();
    find(".annotation-area .category-picker-wrapper", shadow("crowd-classifier")).addEventListener(
      "change",
      onWrapper,
    );
    classifier().addEventListener("change", onHost);
    classifier().choose(1);
    expect(classifier().value).toEqual({ label: "y" });
    expect(onWrapper).toHaveBeenCalledTimes(1);
    expect(onHost).toHaveBeenCalledTimes(1);
  });

  it("assigns children that arrive after the element to their places", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" categories="['x']"></crowd-classifier></crowd-form>`,
    );
    classifier().innerHTML =
      "<short-instructions>s</short-instructions><full-instructions header='H'>f</full-instructions>";
    await settled();
    expect(find("short-instructions").slot).toBe("short-instructions");
    expect(classifier().hasInstructions).toBe(true);
    classifier().toggleInstructions();
    await settled();
    const panel = find<HTMLElementTagNameMap["loupe-instructions-panel"]>(
      "loupe-instructions-panel",
      shadow("crowd-classifier"),
    );
    expect([panel.open, panel.heading]).toEqual([true, "H"]);
  });

  it("shows a chosen label that is no longer among the categories", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" categories="['x']"></crowd-classifier></crowd-form>`,
    );
    classifier().value = { label: "gone" };
    await settled();
    expect(labels()).toEqual(["x", "gone (not among the categories)"]);
  });

  it("holds the submission back until a category is chosen", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" categories="['x']"></crowd-classifier></crowd-form>`,
    );
    expect(form().reportValidity()).toBe(false);
    classifier().value = { label: "x" };
    expect(form().reportValidity()).toBe(true);
  });

  it("goes back to its initial value on reset, and to nothing on null", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier name="a" initial-value="y" categories="['x','y']"></crowd-classifier></crowd-form>`,
    );
    classifier().value = { label: "x" };
    form().reset();
    expect(classifier().value).toEqual({ label: "y" });
    classifier().value = null as never;
    expect(form().answer()).toEqual({});
  });

  it("keeps the exclusion category alone", async () => {
    await showTemplate(
      `<crowd-form><crowd-classifier-multi-select name="a" categories="['x','y']" exclusion-category="{ text: 'None' }"></crowd-classifier-multi-select></crowd-form>`,
    );
    const element = find<HTMLElementTagNameMap["crowd-classifier-multi-select"]>(
      "crowd-classifier-multi-select",
    );
    for (const index of [1, 0]) element.choose(index);
    expect(element.value).toEqual({ labels: ["x", "y"] });
    element.choose(2);
    expect(element.value).toEqual({ labels: ["None"] });
    await settled();
    element.choose(0);
    expect(element.value).toEqual({ labels: ["x"] });
  });

  it("brings its own form where the template has none", async () => {
    await showTemplate(
      `<crowd-classifier name="a" categories="['x']"></crowd-classifier><div id="extra"><input name="b" value="1"></div>`,
    );
    const inner = find<HTMLElementTagNameMap["crowd-form"]>("crowd-form", shadow("crowd-classifier"));
    inner.form.append(find("#extra"));
    classifier().value = { label: "x" };
    expect(inner.answer()).toEqual({ a: { label: "x" }, b: "1" });
  });
});

describe("crowd-slider", () => {
  beforeEach(() =>
    showTemplate(
      '<crowd-form><crowd-slider name="a" min="-5" max="5" value="2"></crowd-slider></crowd-form>',
    ),
  );
  const slider = () => find<HTMLElementTagNameMap["crowd-slider"]>("crowd-slider");

  it.each([
    [9, 5],
    [-9, -5],
    [1.4, 1],
    [null, 2],
    ["3", 3],
    ["text", 2],
  ])("reads %s as %s", (assigned, value) => {
    slider().value = assigned as number;
    expect(form().answer()).toEqual({ a: value });
  });

  it("places labels along the scale", async () => {
    slider().innerHTML =
      '<crowd-slider-label position="0">mid</crowd-slider-label><crowd-slider-label position="right">end</crowd-slider-label>';
    slider().requestUpdate();
    await settled();
    const shares = [...slider().children].map((label) =>
      (label as HTMLElement).style.getPropertyValue("--crowd-share"),
    );
    expect(shares).toEqual(["50%", "100%"]);
  });
});

describe("crowd-radio-button", () => {
  it("is chosen by click and arrow key, and keeps one tab stop", async () => {
    await showTemplate(
      '<crowd-form><crowd-radio-group><crowd-radio-button name="a"></crowd-radio-button><crowd-radio-button name="b"></crowd-radio-button></crowd-radio-group></crowd-form>',
    );
    const [first, second] = [...document.querySelectorAll("crowd-radio-button")];
    first?.click();
    first?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    expect([first?.checked, second?.checked]).toEqual([false, true]);
    expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0]);
  });
});

it("crowd-alert goes away when dismissed", async () => {
  await showTemplate('<crowd-alert type="error" dismissible>Careful</crowd-alert>');
  find<HTMLButtonElement>("button", shadow("crowd-alert")).click();
  expect(document.querySelector("crowd-alert")).toBeNull();
});

it("crowd-instructions opens its panel from a button", async () => {
  await showTemplate(
    '<crowd-instructions link-text="How" link-type="button"><positive-example>+</positive-example></crowd-instructions>',
  );
  const button = find<HTMLButtonElement>("button", shadow("crowd-instructions"));
  expect(button.textContent).toBe("How");
  button.click();
  const panel = find<HTMLElementTagNameMap["loupe-instructions-panel"]>(
    "loupe-instructions-panel",
    shadow("crowd-instructions"),
  );
  expect(panel.open).toBe(true);
  expect(find("crowd-instructions").shadowRoot?.textContent).toContain("Good example");
});
