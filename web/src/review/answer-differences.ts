import type { ReviewedAnswer } from "../app/api";
import { canonicalJson, type Json, type JsonObject } from "../ui/json";
import { valueAt } from "./label-text";

/** What one answer says in a field; undefined where it leaves the field out. */
export interface FieldValue {
  answer: number;
  value: Json | undefined;
  /** Answers of one group say the same; groups are numbered from 0 by their first answer. */
  group: number;
}

/** One shape, span or pair of a list, and the answers that have it. */
export interface ListedItem {
  value: Json;
  answers: number[];
}

/** One field of several answers: a name, or in answers to a data group a question of a tile. */
export interface FieldDifference {
  /** JSON Pointer into each answer. */
  pointer: string;
  values: FieldValue[];
  /** How many answers are in the largest group of equal ones. */
  agreeing: number;
  /** The items of all answers, where the field is a list of labels; null elsewhere. */
  items: ListedItem[] | null;
}

/**
 * The fields of several answers, in the order in which they first appear. As in the measure `exact` of a consensus
 * stage, lists of labels are equal in any order, and a field that is left out is a value too.
 */
export function fieldDifferences(answers: readonly ReviewedAnswer[]): FieldDifference[] {
  const pointers = new Set<string>();
  for (const answer of answers) for (const { label } of answer.labels) pointers.add(fieldOf(label, answer));
  return [...pointers].map((pointer) => fieldDifference(pointer, answers));
}

/** The mean, over all fields, of the share of answers in the largest group of equal ones, 0 to 1. */
export function overallAgreement(fields: readonly FieldDifference[], answers: number): number {
  if (fields.length === 0 || answers === 0) return 1;
  return fields.reduce((sum, { agreeing }) => sum + agreeing / answers, 0) / fields.length;
}

// A list of labels is compared as one value, with whatever stands beside it.
function fieldOf(label: string, { content }: ReviewedAnswer): string {
  return isItem(label, content) ? label.slice(0, label.indexOf("/", 1)) : label;
}

function isItem(label: string, content: JsonObject): boolean {
  return Array.isArray(valueAt(content, parentOf(label)));
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}

function fieldDifference(pointer: string, answers: readonly ReviewedAnswer[]): FieldDifference {
  const list = listPointer(pointer, answers);
  const groups = new Map<string, number>();
  const values = answers.map(({ answer, content }): FieldValue => {
    const value = valueAt(content, pointer);
    const key = comparable(value, list === null ? undefined : valueAt(content, list));
    const group = groups.get(key) ?? groups.size;
    groups.set(key, group);
    return { answer, value, group };
  });
  const sizes = [...groups.values()].map((group) => values.filter((each) => each.group === group).length);
  return {
    pointer,
    values,
    agreeing: Math.max(0, ...sizes),
    items: list === null ? null : listedItems(list, answers),
  };
}

/** Where the list of a field is whose items are labels of their own; null where the field is one label. */
function listPointer(pointer: string, answers: readonly ReviewedAnswer[]): string | null {
  for (const { labels, content } of answers) {
    const item = labels.find(({ label }) => label.startsWith(`${pointer}/`) && isItem(label, content));
    if (item !== undefined) return parentOf(item.label);
  }
  return null;
}

function comparable(value: Json | undefined, list: Json | undefined): string {
  if (value === undefined) return "";
  if (Array.isArray(list)) return `[${list.map(canonicalJson).sort().join(",")}]`;
  return canonicalJson(value);
}

function listedItems(list: string, answers: readonly ReviewedAnswer[]): ListedItem[] {
  const items = new Map<string, ListedItem>();
  for (const { answer, content } of answers) {
    const own = valueAt(content, list);
    for (const value of Array.isArray(own) ? own : []) {
      const item = items.get(canonicalJson(value)) ?? { value, answers: [] };
      if (!item.answers.includes(answer)) item.answers.push(answer);
      items.set(canonicalJson(value), item);
    }
  }
  return [...items.values()];
}
