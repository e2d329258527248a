/** Builds answers and drafts, JSON objects of {name: part}, out of the controls of a form. */
import { type AnswerSource, isRecord, type Parts } from "./answer-source";
import { problems } from "./problem-log";

const reportedNames = new Set<string>();

function merge(name: string, earlier: unknown, later: unknown): unknown {
  if (isRecord(earlier) && isRecord(later)) return { ...earlier, ...later };
  if (!reportedNames.has(name)) {
    reportedNames.add(name);
    problems.report(`Two elements share the name "${name}"; only the answer of the last one is kept`);
  }
  return later;
}

function collect(sources: Iterable<AnswerSource>, read: (source: AnswerSource) => unknown): Parts {
  const parts = new Map<string, unknown>();
  for (const source of sources) {
    const part = read(source);
    if (source.name === "" || part === undefined) continue;
    parts.set(source.name, parts.has(source.name) ? merge(source.name, parts.get(source.name), part) : part);
  }
  return Object.fromEntries(parts);
}

/** The answer to submit; with `flatten` nested objects become dotted names and lists stay as they are. */
export function buildAnswer(sources: Iterable<AnswerSource>, flatten = false): Parts {
  const answer = collect(sources, (source) => (source.disabled ? undefined : source.answerPart()));
  return flatten ? flattenParts(answer) : answer;
}

/** The present state of all controls, complete or not. */
export function buildDraft(sources: Iterable<AnswerSource>): Parts {
  return collect(sources, (source) => source.readPart());
}

export function flattenParts(parts: Parts): Parts {
  return Object.fromEntries(dottedEntries(parts, ""));
}

function dottedEntries(parts: Parts, prefix: string): [string, unknown][] {
  return Object.entries(parts).flatMap(([key, value]): [string, unknown][] => {
    const nested = isRecord(value) && Object.keys(value).length > 0;
    return nested ? dottedEntries(value, `${prefix}${key}.`) : [[prefix + key, value]];
  });
}
