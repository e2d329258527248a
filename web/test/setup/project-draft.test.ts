import { describe, expect, test } from "vitest";
import { differenceLines } from "../../src/setup/project-difference";
import {
  draftErrors,
  limitProblem,
  NO_LIMITS,
  nameProblem,
  outputProblem,
  type ProjectDraft,
  projectBody,
} from "../../src/setup/project-draft";
import { keptTeams, withTeams } from "../../src/setup/project-graph-teams";
import type { GraphCheck, OutlinedStage } from "../../src/setup/project-shapes";

const stage = (name: string, team = "", people = true): OutlinedStage => ({
  name,
  type: people ? "annotate" : "complete",
  people,
  team: people ? team : null,
  shown_as: null,
  pathways: {},
});

const check = (...stages: OutlinedStage[]): GraphCheck => ({
  problems: [],
  svg: "<svg/>",
  outline: { start: "A", stages },
});

const DRAFT: ProjectDraft = {
  name: "birds",
  title: " Birds ",
  description: "",
  schema: { member: "template", value: "<crowd-form></crowd-form>" },
  graph: '{"start": "A", "stages": {}}',
  teams: { A: "crew", Gone: "crew" },
  output: "s3://bucket/out",
  limits: NO_LIMITS,
};

test("a draft that is whole becomes a body, without teams of stages that are gone", () => {
  const graph = check(stage("A"), stage("End", "", false));
  expect(draftErrors(DRAFT, graph).size).toBe(0);
  expect(projectBody(DRAFT, graph)).toEqual({
    name: "birds",
    title: "Birds",
    description: "",
    template: "<crowd-form></crowd-form>",
    graph: { start: "A", stages: {} },
    teams: { A: "crew" },
    output: "s3://bucket/out",
    max_concurrent_tasks: 1000,
    withdraw_seconds: 0,
    extend_seconds: 0,
    max_extensions: 0,
  });
});

test("everything that is missing is named by its field", () => {
  const draft: ProjectDraft = {
    ...DRAFT,
    name: "",
    output: "",
    schema: { member: "human_task_ui", value: "" },
    teams: {},
    limits: { ...NO_LIMITS, withdraw_seconds: "soon" },
  };
  const graph = { ...check(stage("A"), stage("B", "crew")), problems: [problem("A", "pathways")] };
  expect([...draftErrors(draft, graph).keys()].sort()).toEqual(
    ["graph", "human_task_ui", "name", "output", "teams.A", "withdraw_seconds"].sort(),
  );
  expect(draftErrors(DRAFT, null).has("graph")).toBe(true);
});

test("teams that a graph still lacks are asked for, not called a problem of the graph", () => {
  const graph = { ...check(stage("A")), problems: [problem("A", "team")] };
  expect(draftErrors(DRAFT, graph).has("graph")).toBe(false);
});

function problem(stage: string, field: string) {
  return { stage, field, path: `stages.${stage}.${field}`, message: "is wrong" };
}

describe("fields", () => {
  test.each(["birds", "a", "a--b", "0-9", "x".repeat(63)])("the name %s may be", (name) => {
    expect(nameProblem(name)).toBeNull();
  });
  test.each(["", "Birds", "-a", "a-", "a b", "a_b", "ä", "x".repeat(64)])(
    "the name %s may not be",
    (name) => {
      expect(nameProblem(name)).not.toBeNull();
    },
  );
  test.each([
    ["s3://bucket", true],
    ["s3://bucket/a/b/", true],
    ["bucket/a", false],
    ["s3://Bucket", false],
    ["s3://b", false],
    ["", false],
  ])("the output %s", (output, good) => {
    expect(outputProblem(output) === null).toBe(good);
  });
  test.each([
    ["max_concurrent_tasks", "0", false],
    ["max_concurrent_tasks", "5000", true],
    ["withdraw_seconds", "301", false],
    ["withdraw_seconds", "1.5", false],
    ["extend_seconds", "", false],
    ["max_extensions", "100", true],
  ] as const)("%s of %s", (name, text, good) => {
    expect(limitProblem(name, text) === null).toBe(good);
  });
});

test("another team changes whoever decides along, where it was the same", () => {
  const graph = {
    start: "C",
    stages: {
      C: { type: "consensus", team: "crew", decision_team: "crew" },
      D: { type: "consensus", team: "crew", decision_team: "judges" },
      E: { type: "complete" },
    },
  };
  expect(withTeams(graph, { C: "new", D: "new" })).toEqual({
    start: "C",
    stages: {
      C: { type: "consensus", team: "new", decision_team: "new" },
      D: { type: "consensus", team: "new", decision_team: "judges" },
      E: { type: "complete" },
    },
  });
  expect(withTeams(graph, {})).toEqual(graph);
});

test("a difference is told line by line", () => {
  const lines = differenceLines({
    start: { old: "A", new: "B" },
    added: ["B"],
    removed: ["R"],
    changed: [{ stage: "A", fields: [{ field: "overlap", old: 1, new: 3 }] }],
    redirected: [{ stage: "A", pathway: "expired", old: null, new: "B" }],
  });
  expect(lines.map((line) => Object.values(line))).toEqual([
    ["Graph", "start", "A", "B"],
    ["B", "stage", "", "added"],
    ["R", "stage", "removed", ""],
    ["A", "overlap", "1", "3"],
    ["A", "pathway expired", "not drawn", "B"],
  ]);
});

test("stages of people keep their team by name, unless the text names one", () => {
  const text = JSON.stringify({
    stages: {
      A: { type: "annotate" },
      B: { type: "review", team: "own" },
      C: { type: "complete" },
      D: { type: "review" },
    },
  });
  expect(keptTeams(text, { A: "crew", B: "crew", C: "crew", E: "crew" })).toEqual({ A: "crew" });
  expect(keptTeams("{", { A: "crew" })).toEqual({});
});
