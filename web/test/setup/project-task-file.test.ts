import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunksOf, formOf, readRows, readTasks } from "../../src/setup/project-task-file";

describe("the form of a source", () => {
  test.each([
    ['[{"name": "a", "input": 1}]', "json"],
    [' {"tasks": []}', "json"],
    ['{"name": "a", "input": 1}\n{"name": "b", "input": 2}', "jsonl"],
    ["name,text\na,b", "csv"],
    ["\ufeffname,text", "csv"],
    ['[{"name": ', "json"],
  ])("%s", (text, form) => {
    expect(formOf(text)).toBe(form);
  });
});

describe("JSON", () => {
  test("is a list of tasks, or the body of the API", () => {
    const tasks = [{ name: "a", input: { x: 1 } }];
    expect(readTasks(JSON.stringify(tasks), "t").tasks).toEqual(tasks);
    expect(readTasks(JSON.stringify({ tasks }), "t").tasks).toEqual(tasks);
    expect(readTasks(JSON.stringify(tasks[0]), "t").tasks).toEqual(tasks);
  });

  test("says what is no task, and where", () => {
    const { tasks, problems } = readTasks('[{"name": "a", "input": null}, {"name": "b"}, 7]', "t");
    expect(tasks).toEqual([{ name: "a", input: null }]);
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(readTasks('[{"name": ', "t").problems[0]?.message).toContain("no JSON");
  });

  test("lines are tasks, empty ones are nothing, and broken ones are named", () => {
    const { form, tasks, problems } = readTasks('{"input": 1}\n\n{"input": 2\n{"input": 3}\n', "file");
    expect(form).toBe("jsonl");
    expect(tasks).toEqual([
      { input: 1, name: "file-1" },
      { input: 3, name: "file-2" },
    ]);
    expect(problems).toEqual([{ line: 3, message: "This is no JSON." }]);
  });
});

describe("a table", () => {
  test("its columns are members of the task, or of its input", () => {
    const text = 'name;priority;text;input.lang;metadata.batch\nfirst;90;"a;b";de;7\n';
    expect(readTasks(text, "t")).toEqual({
      form: "csv",
      problems: [],
      tasks: [{ name: "first", priority: 90, input: { text: "a;b", lang: "de" }, metadata: { batch: "7" } }],
    });
  });

  test("JSON in the columns input, metadata and prediction is read", () => {
    const text = 'name,input,prediction\na,"{""x"": [1]}","{""label"": {}, ""confidence"": 0.5}"\n';
    expect(readTasks(text, "t").tasks).toEqual([
      { name: "a", input: { x: [1] }, prediction: { label: {}, confidence: 0.5 } },
    ]);
  });

  test("rows that fit no task are named by the line that they begin in", () => {
    const text = 'name,input\na,"{""x"":\n 1}"\nb,{\nc,1,2\nd,\n';
    const { tasks, problems } = readTasks(text, "t");
    expect(tasks).toEqual([{ name: "a", input: { x: 1 } }]);
    expect(problems.map(({ line }) => line)).toEqual([4, 5, 6]);
  });

  test("two columns of one name, or none at all, are no table", () => {
    expect(readTasks("text,text\na,b", "t").problems).toEqual([
      { line: 1, message: "There are two columns text." },
    ]);
    expect(readTasks("", "t", "csv").problems).toHaveLength(1);
  });

  test("a strange priority is left for the server to refuse", () => {
    expect(readTasks("name,priority,text\na,high,x", "t").tasks[0]?.priority).toBe("high");
  });

  test("whatever is quoted comes back as it was", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", '"', ",", ";", "\t", "\n", "\r", " ", "é"),
      minLength: 1,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(",", ";", "\t"),
        fc.constantFrom("\n", "\r\n"),
        (rows, mark, end) => {
          const quoted = (cells: string[]) =>
            cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(mark);
          const text = [`one${mark}two`, ...rows.map(quoted), ""].join(end);
          expect(readRows(text).map(({ cells }) => cells)).toEqual([["one", "two"], ...rows]);
        },
      ),
    );
  });
});

test("pieces hold at most a thousand tasks and four million characters, in order", () => {
  const many = Array.from({ length: 2500 }, (_, at) => ({ name: String(at) }));
  expect(chunksOf(many).map((chunk) => chunk.length)).toEqual([1000, 1000, 500]);
  expect(chunksOf(many).flat()).toEqual(many);
  const large = Array.from({ length: 3 }, () => ({ input: "x".repeat(3_000_000) }));
  expect(chunksOf(large).map((chunk) => chunk.length)).toEqual([1, 1, 1]);
  expect(chunksOf([])).toEqual([]);
});
