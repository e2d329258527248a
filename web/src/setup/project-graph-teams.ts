/** Who works in the stages of a graph's document. */
import { isJsonObject, type Json, type JsonObject } from "../ui/json";

/**
 * The graph with other teams, by stage. Whoever decides in a consensus stage changes along, where that was the same team;
 * a name that stages share shows the same people, so their teams are the caller's to keep equal.
 */
export function withTeams(graph: JsonObject, teams: Record<string, string>): JsonObject {
  const stages = isJsonObject(graph.stages) ? graph.stages : {};
  const changed = Object.entries(stages).map(([name, stage]) => [name, changedStage(stage, teams[name])]);
  return { ...graph, stages: Object.fromEntries(changed) };
}

function changedStage(stage: unknown, team: string | undefined): unknown {
  if (!isJsonObject(stage) || team === undefined || stage.team === team) return stage;
  const decision =
    stage.decision_team !== undefined && stage.decision_team === stage.team ? { decision_team: team } : {};
  return { ...stage, team, ...decision };
}

const PEOPLE = ["annotate", "review", "consensus"];

/** Teams that stages of people keep by their names, where a graph's text names none: as a new version will have them. */
export function keptTeams(text: string, teams: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, stage] of Object.entries(stagesIn(text))) {
    const team = teams[name];
    if (team === undefined || !isJsonObject(stage)) continue;
    if (PEOPLE.includes(String(stage.type)) && (stage.team ?? "") === "") kept[name] = team;
  }
  return kept;
}

function stagesIn(text: string): JsonObject {
  try {
    const graph = JSON.parse(text) as Json;
    return isJsonObject(graph) && isJsonObject(graph.stages) ? graph.stages : {};
  } catch {
    return {};
  }
}
