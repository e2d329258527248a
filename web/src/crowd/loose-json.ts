/** Attributes of templates hold loose JSON: single quotes, bare keys, trailing commas. */
import JSON5 from "json5";
import type { ComplexAttributeConverter } from "lit";
import { problems } from "./problem-log";

/** Parses JSON5; raises SyntaxError with the place of the mistake. */
export function parseLooseJson(text: string): unknown {
  return JSON5.parse(text);
}

/** A Lit converter; text that is no JSON5 is reported and read as `undefined`. */
export function looseJson(attribute: string): ComplexAttributeConverter<unknown> {
  return {
    fromAttribute: (text) => {
      if (text === null || text.trim() === "") return undefined;
      try {
        return parseLooseJson(text);
      } catch (error) {
        problems.report(
          `The attribute "${attribute}" is not readable as JSON: ${(error as SyntaxError).message}`,
        );
        return undefined;
      }
    },
  };
}

/** As `looseJson`, but text that is no JSON5 stands for itself. */
export const looseJsonOrText: ComplexAttributeConverter<unknown> = {
  fromAttribute: (text) => {
    if (text === null || text.trim() === "") return undefined;
    try {
      return parseLooseJson(text);
    } catch {
      return text;
    }
  },
};

/** Boolean attributes: present means true, but the written value "false" means false. */
export const looseBoolean: ComplexAttributeConverter<boolean> = {
  fromAttribute: (text) => text !== null && text.trim().toLowerCase() !== "false",
  toAttribute: (value) => (value ? "" : null),
};
