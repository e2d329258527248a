import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { looseBoolean, looseJson, looseJsonOrText, parseLooseJson } from "../../src/crowd/loose-json";
import { CookieJar, installStorageShim, memoryStorage } from "../../src/crowd/storage-shim";
import { applyTheme } from "../../src/crowd/theme";

describe("loose JSON", () => {
  it.each([
    ["['Cat','Dog',]", ["Cat", "Dog"]],
    ['[{ name: "x", }, ]', [{ name: "x" }]],
    ["{ text: 'None' }", { text: "None" }],
    ['["a"]', ["a"]],
  ])("reads %s", (text, value) => expect(parseLooseJson(text)).toEqual(value));

  it("reads every JSON text as JSON does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseLooseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("runs no code", () => {
    expect(() => parseLooseJson("[alert(1)]")).toThrow(SyntaxError);
  });

  it("reports an attribute that cannot be read, and goes on without it", () => {
    const shown = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(looseJson("categories").fromAttribute?.("['a'")).toBeUndefined();
    expect(shown).toHaveBeenCalledWith(expect.stringContaining('"categories"'));
    shown.mockRestore();
  });

  it("takes plain text for itself where that is meant", () => {
    expect(looseJsonOrText.fromAttribute?.("Very good")).toBe("Very good");
    expect(looseJsonOrText.fromAttribute?.("{label: 'x'}")).toEqual({ label: "x" });
  });

  it.each([
    [null, false],
    ["", true],
    ["true", true],
    ["false", false],
  ])("reads the boolean attribute %s as %s", (text, value) =>
    expect(looseBoolean.fromAttribute?.(text)).toBe(value),
  );
});

describe("storage shim", () => {
  it("keeps what a store keeps", () => {
    const storage = memoryStorage();
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, value) => {
        storage.setItem(key, value);
        expect(storage.getItem(key)).toBe(value);
        storage.removeItem(key);
        expect(storage.getItem(key)).toBeNull();
      }),
    );
  });

  it("can be used by property, key and loop", () => {
    const storage = memoryStorage();
    storage.answers = "1";
    storage.setItem("b", "2");
    expect(storage.answers).toBe("1");
    expect("answers" in storage).toBe(true);
    expect([storage.length, storage.key(0), Object.keys(storage)]).toEqual([2, "answers", ["answers", "b"]]);
    delete storage.answers;
    storage.clear();
    expect(storage.length).toBe(0);
  });

  it("keeps cookies by name and drops expired ones", () => {
    const jar = new CookieJar();
    jar.write("a=1; path=/");
    jar.write("b=x=y");
    jar.write("a=2");
    expect(jar.read()).toBe("a=2; b=x=y");
    jar.write("a=; max-age=0");
    jar.write("b=; expires=Thu, 01 Jan 1970 00:00:00 GMT");
    expect(jar.read()).toBe("");
  });

  it("replaces only the stores that throw", () => {
    const refused = () => {
      throw new DOMException("refused", "SecurityError");
    };
    const page = Object.defineProperties({}, { cookie: { get: refused, configurable: true } });
    const working = memoryStorage();
    const target = Object.defineProperties(
      { document: page, sessionStorage: working },
      { localStorage: { get: refused, configurable: true } },
    ) as unknown as Window;
    installStorageShim(target);
    target.localStorage.setItem("k", "v");
    target.document.cookie = "c=1";
    expect([target.localStorage.getItem("k"), target.document.cookie]).toEqual(["v", "c=1"]);
    expect(target.sessionStorage).toBe(working);
  });
});

describe("theme", () => {
  it.each([
    ["", "<p>plain</p>", "dark"],
    ["<style>p { color: #222 }</style>", "", "light"],
    ["", '<p style="background: white">x</p>', "light"],
    ['<meta name="color-scheme" content="light dark"><style>p { color: #222 }</style>', "", "dark"],
    ['<meta name="color-scheme" content="light">', "", "light"],
  ])("dark, for a head of %j and a body of %j, is %s", (head, body, theme) => {
    document.head.innerHTML = head;
    document.body.innerHTML = body;
    applyTheme(document, "dark");
    expect(document.documentElement.dataset.theme).toBe(theme);
  });
});
