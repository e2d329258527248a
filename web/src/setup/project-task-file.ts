/** Tasks read from what people paste or choose: JSON, JSON Lines, or a table with a heading (CSV). */
import { isJsonObject, type Json, type JsonObject } from "../ui/json";

export type FileForm = "json" | "jsonl" | "csv";

/** A line of the source that is no task, and why. */
export interface LineProblem {
  line: number;
  message: string;
}

export interface TaskFile {
  form: FileForm;
  tasks: JsonObject[];
  problems: LineProblem[];
}

const CHUNK_TASKS = 1000;
const CHUNK_CHARACTERS = 4 * 1024 * 1024;

/** Reads tasks; those without a name are called after `prefix` and their number, the same each time. */
export function readTasks(text: string, prefix: string, form: FileForm = formOf(text)): TaskFile {
  const source = text.replace(/^\ufeff/, "");
  const read = { json: readJson, jsonl: readLines, csv: readTable }[form];
  const { tasks, problems } = read(source);
  return { form, tasks: tasks.map((task, at) => named(task, `${prefix}-${at + 1}`)), problems };
}

/** What a text looks like. */
export function formOf(text: string): FileForm {
  const source = text.replace(/^\ufeff/, "").trimStart();
  if (!/^[[{]/.test(source)) return "csv";
  if (parsed(source) !== undefined) return "json";
  return source.startsWith("{") && parsed(source.split(/\r?\n/, 1)[0] ?? "") !== undefined ? "jsonl" : "json";
}

/** Tasks in pieces that one call takes. */
export function chunksOf(tasks: readonly JsonObject[]): JsonObject[][] {
  const chunks: JsonObject[][] = [];
  let chunk: JsonObject[] = [];
  let characters = 0;
  for (const task of tasks) {
    const size = JSON.stringify(task).length;
    if (chunk.length > 0 && (chunk.length === CHUNK_TASKS || characters + size > CHUNK_CHARACTERS)) {
      chunks.push(chunk);
      chunk = [];
      characters = 0;
    }
    chunk.push(task);
    characters += size;
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

type Read = Pick<TaskFile, "tasks" | "problems">;

function readJson(text: string): Read {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      tasks: [],
      problems: [{ line: 1, message: `This is no JSON: ${(error as SyntaxError).message}` }],
    };
  }
  const items = isJsonObject(value) && Array.isArray(value.tasks) ? value.tasks : value;
  return collect(Array.isArray(items) ? items.map((item, at) => [at + 1, item]) : [[1, items]]);
}

function readLines(text: string): Read {
  const items: [number, Json | undefined][] = text
    .split(/\r?\n/)
    .map((line, at): [number, string] => [at + 1, line])
    .filter(([, line]) => line.trim() !== "")
    .map(([at, line]) => [at, parsed(line)]);
  return collect(items);
}

function collect(items: [number, Json | undefined][]): Read {
  const tasks: JsonObject[] = [];
  const problems: LineProblem[] = [];
  for (const [line, item] of items) {
    const message = itemProblem(item);
    if (message === null) tasks.push(item as JsonObject);
    else problems.push({ line, message });
  }
  return { tasks, problems };
}

function itemProblem(item: Json | undefined): string | null {
  if (item === undefined) return "This is no JSON.";
  if (!isJsonObject(item)) return "A task is an object: {name, input, ...}.";
  return "input" in item ? null : "There is no input.";
}

function named(task: JsonObject, name: string): JsonObject {
  return task.name === undefined || task.name === "" ? { ...task, name } : task;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Row {
  line: number;
  cells: string[];
}

/**
 * Columns `name`, `priority`, `input`, `metadata`, `prediction` are the task's members, the last three JSON;
 * `input.x`, or any other column `x`, is a member of the input, `metadata.x` one of the metadata, each a text.
 */
function readTable(text: string): Read {
  const [head, ...rows] = readRows(text);
  const columns = head?.cells.map((cell) => cell.trim()) ?? [];
  const doubled = columns.find((column, at) => columns.indexOf(column) !== at);
  if (columns.length === 0)
    return { tasks: [], problems: [{ line: 1, message: "The first line has to name the columns." }] };
  if (doubled !== undefined)
    return { tasks: [], problems: [{ line: 1, message: `There are two columns ${doubled}.` }] };
  const tasks: JsonObject[] = [];
  const problems: LineProblem[] = [];
  for (const row of rows) {
    const task = readRow(columns, row);
    if (typeof task === "string") problems.push({ line: row.line, message: task });
    else tasks.push(task);
  }
  return { tasks, problems };
}

function readRow(columns: readonly string[], { cells }: Row): JsonObject | string {
  if (cells.length > columns.length) return `There are ${cells.length} cells, but ${columns.length} columns.`;
  const task: JsonObject = {};
  const input: JsonObject = {};
  const metadata: JsonObject = {};
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? "";
    if (column === "name") task.name = cell.trim();
    else if (column === "priority") {
      if (cell.trim() !== "") task.priority = /^\d+$/.test(cell.trim()) ? Number(cell) : cell;
    } else if (column === "input" || column === "metadata" || column === "prediction") {
      if (cell.trim() === "") continue;
      const value = parsed(cell);
      if (value === undefined) return `The column ${column} does not hold JSON.`;
      task[column] = value;
    } else if (column.startsWith("metadata.")) metadata[column.slice("metadata.".length)] = cell;
    else input[column.replace(/^input\./, "")] = cell;
  }
  if (Object.keys(input).length > 0) {
    if (task.input !== undefined && !isJsonObject(task.input))
      return "The column input does not hold an object.";
    task.input = { ...((task.input as JsonObject | undefined) ?? {}), ...input };
  }
  if (Object.keys(metadata).length > 0)
    task.metadata = { ...((task.metadata as JsonObject | undefined) ?? {}), ...metadata };
  return task.input === undefined ? "There is no input." : task;
}

/** The rows of a table as RFC 4180 has it, separated by commas, semicolons or tabs; empty lines are left out. */
export function readRows(text: string): Row[] {
  const separator = separatorOf(text);
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let first = 1;
  const endRow = () => {
    if (cells.length > 0 || cell !== "") rows.push({ line: first, cells: [...cells, cell] });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === "\n") line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === separator) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n" || (letter === "\r" && text.charAt(at + 1) === "\n")) {
      if (letter === "\n") {
        endRow();
        first = line;
      }
    } else cell += letter;
  }
  endRow();
  return rows;
}

function separatorOf(text: string): string {
  const head = text.split(/\r?\n/, 1)[0] ?? "";
  const counts = [",", ";", "\t"].map((mark): [number, string] => [head.split(mark).length, mark]);
  return counts.reduce((best, each) => (each[0] > best[0] ? each : best))[1];
}
