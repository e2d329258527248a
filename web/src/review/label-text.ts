import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../ui/json";

/** A label's name for people: "/mood" is "mood", "/ship/boundingBoxes/0" is "ship › boundingBoxes 1". */
export function labelName(pointer: string): string {
  const [name = "", ...rest] = pointerParts(pointer);
  return rest.reduce((text, part) => text + (isIndex(part) ? ` ${Number(part) + 1}` : ` › ${part}`), name);
}

/** A label's value for people; what has no short form is JSON. */
export function valueText(value: Json): string {
  if (typeof value === "string") return value === "" ? "(empty)" : value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string"))
    return value.join(", ");
  if (isJsonObject(value)) return objectText(value);
  return JSON.stringify(value);
}

function objectText(value: JsonObject): string {
  const members = Object.entries(value);
  const [only] = members;
  if (isAnswerToQuestion(value)) return answerText(value);
  if (members.length === 1 && only !== undefined && (only[0] === "label" || only[0] === "labels"))
    return valueText(only[1]);
  if (members.length > 0 && members.every(([, on]) => typeof on === "boolean"))
    return members.map(([name, on]) => `${name}: ${on ? "yes" : "no"}`).join(", ");
  return JSON.stringify(value, null, 2);
}

interface AnswerToQuestion extends JsonObject {
  value: string;
  nested: JsonObject;
}

// What a data group's tile is answered with.
function isAnswerToQuestion(value: JsonObject): value is AnswerToQuestion {
  return Object.keys(value).length === 2 && typeof value.value === "string" && isJsonObject(value.nested);
}

function answerText({ value, nested }: AnswerToQuestion): string {
  return [value, ...Object.entries(nested).map(([name, text]) => `${name} ${valueText(text)}`)].join("\n");
}

/** What an RFC 6901 JSON Pointer points at, or undefined where nothing is. */
export function valueAt(content: Json, pointer: string): Json | undefined {
  return pointerParts(pointer).reduce<Json | undefined>((value, part) => {
    if (Array.isArray(value)) return isIndex(part) ? value[Number(part)] : undefined;
    return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, content);
}

/** The same content with another value at a JSON Pointer through objects; undefined takes it out. */
export function withValue(content: JsonObject, pointer: string, value: Json | undefined): JsonObject {
  return replaced(content, pointerParts(pointer), value);
}

function replaced(
  content: JsonObject,
  [name = "", ...rest]: readonly string[],
  value: Json | undefined,
): JsonObject {
  const before = content[name];
  const within = rest.length === 0 ? value : replaced(isJsonObject(before) ? before : {}, rest, value);
  const emptied = rest.length > 0 && isJsonObject(within) && Object.keys(within).length === 0;
  if (within !== undefined && !emptied) return { ...content, [name]: within };
  const { [name]: _left, ...others } = content;
  return others;
}

/**
 * Where a label with this value is in changed content: its own place, or for one of a list any place of that list;
 * null where the value is no more.
 */
export function placeOf(content: JsonObject, label: string, value: Json): string | null {
  const same = (other: Json | undefined) =>
    other !== undefined && canonicalJson(other) === canonicalJson(value);
  if (same(valueAt(content, label))) return label;
  const parent = label.slice(0, label.lastIndexOf("/"));
  const list = valueAt(content, parent);
  const index = Array.isArray(list) ? list.findIndex(same) : -1;
  return index < 0 ? null : `${parent}/${index}`;
}

/** The parts of an RFC 6901 JSON Pointer. */
export function pointerParts(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function isIndex(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part);
}
