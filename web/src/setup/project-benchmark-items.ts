import type { PortalApi } from "../app/api";
import { isJsonObject, type Json, type JsonObject } from "../ui/json";
import { type Page, projectPath } from "./project-shapes";

/** An input and, where it is known, its right answer. */
export interface NewItem {
  input: Json;
  label?: JsonObject;
}

/** Items in a JSON list, a single object, or JSON Lines; a text says why there are none. */
export function readItems(text: string): NewItem[] | string {
  let values: Json[];
  try {
    const value = JSON.parse(text) as Json;
    values = Array.isArray(value) ? value : [value];
  } catch (whole) {
    try {
      values = text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as Json);
    } catch {
      return `This is no JSON: ${(whole as SyntaxError).message}`;
    }
  }
  const wrong = values.findIndex((value) => !isJsonObject(value) || !("input" in value));
  return wrong < 0 ? (values as unknown as NewItem[]) : `Item ${wrong + 1} is no object with an input.`;
}

interface CompletedTask {
  task_id: string;
}

interface TaskRecord {
  input: Json;
  label?: JsonObject | null;
}

/** All completed tasks of a project with the labels that they ended with; several answers are no right one. */
export async function completedItems(api: Pick<PortalApi, "get">, project: string): Promise<NewItem[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const place: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<CompletedTask> = await api.get(projectPath(project, `/labels?limit=1000${place}`));
    ids.push(...page.items.map(({ task_id }) => task_id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  const items: NewItem[] = [];
  for (const id of ids) {
    const { input, label } = await api.get<TaskRecord>(projectPath(project, `/labels/${id}`));
    items.push(isJsonObject(label ?? undefined) ? { input, label: label as JsonObject } : { input });
  }
  return items;
}
