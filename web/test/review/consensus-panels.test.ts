import { describe, expect, test } from "vitest";
import "../../src/review/decision-panel";
import "../../src/review/difference-table";
import { ConsensusDesk } from "../../src/review/consensus-desk";
import type { Json } from "../../src/ui/json";
import { deskScreen, rendered } from "./desk-screen";
import { anAnswer } from "./reviewed-answers";

const answers = [1, 2, 3].map((answer) =>
  anAnswer({ mood: answer === 1 ? "glad" : "sad", topic: "tea" }, { answer }),
);

describe("deciding between answers", () => {
  const screen = deskScreen(ConsensusDesk);
  const buttons = () => screen.texts(".decide button");
  const show = (decision: "determine" | "refine") =>
    screen.show("loupe-decision-panel", { kind: "consensus", answers, decision });

  test("offers what the stage asks for, and tells how far the answers agree", async () => {
    await show("determine");
    expect(buttons()).toEqual(["Hand in winner", "No consensus"]);
    expect(screen.panel.shadowRoot?.textContent).toContain("Agreement 83 %: 1 of 2 fields differ.");
    screen.panel.remove();
    await show("refine");
    expect(buttons()).toEqual(["Agreed", "No consensus"]);
  });

  test("picks the winner by its digit and hands it in", async () => {
    await show("determine");
    await screen.press("3");
    expect(screen.button("Answer 3").getAttribute("aria-pressed")).toBe("true");
    expect(buttons()).toEqual(["Answer 3 wins", "No consensus"]);
    await screen.press("Enter", document.body, { ctrlKey: true });
    expect(screen.session.decided).toMatchObject([
      { action: "approve", answer: 3, content: { mood: "sad" } },
    ]);
  });

  test("says what is missing where none was picked", async () => {
    await show("determine");
    await screen.press("Enter", document.body, { ctrlKey: true });
    expect(screen.session.decided).toEqual([]);
    expect(screen.texts("[role=alert]").join()).toContain("Pick the answer that wins");
  });

  test("takes an answer as the draft, or finds no consensus", async () => {
    await show("refine");
    await screen.press("1");
    expect(screen.desk.draft.merged).toEqual({ mood: "glad", topic: "tea" });
    screen.button("No consensus").click();
    await rendered();
    expect(screen.session.decided).toEqual([{ action: "reject", comment: "", label_verdicts: [] }]);
  });
});

describe("the table of differences", () => {
  const screen = deskScreen(ConsensusDesk);
  const show = (decision: "determine" | "refine", given = answers) =>
    screen.show("loupe-difference-table", { kind: "consensus", answers: given, decision });
  const cell = (text: string) => screen.all("td.value").find((each) => each.textContent?.includes(text));
  const focused = () => screen.panel.shadowRoot?.activeElement?.textContent?.replace(/\s+/g, " ").trim();

  test("folds rows in which all are equal, and marks equal answers by a letter", async () => {
    await show("determine");
    expect(screen.texts("tbody th")).toEqual(["mood differs"]);
    expect(screen.texts(".letter")).toEqual(["A", "B", "B"]);
    expect(screen.texts("td.agreement")).toEqual(["2 of 3 (67 %)"]);
    screen.button("Show 1 equal field").click();
    await rendered();
    expect(screen.texts("tbody th")).toEqual(["mood differs", "topic"]);
    expect(screen.texts(".letter").slice(3)).toEqual(["A", "A", "A"]);
  });

  test("goes by arrow keys, tells which field it is at, and stays within itself", async () => {
    const pointed: string[] = [];
    await show("determine", [
      anAnswer({ mood: "glad", "a/b": "x" }),
      anAnswer({ mood: "sad", "a/b": "y" }, { answer: 2 }),
    ]);
    screen.panel.addEventListener("point", (event) => pointed.push((event as CustomEvent<string>).detail));
    (cell("glad") as HTMLElement).focus();
    await screen.press("ArrowUp", cell("glad"));
    await screen.press("ArrowRight", cell("glad"));
    expect(focused()).toContain("sad");
    await screen.press("ArrowDown", cell("sad"));
    expect(focused()).toContain("y");
    expect(pointed).toEqual(["/mood", "/mood", "/a~1b"]);
    expect(screen.all("td[tabindex='0']")).toHaveLength(1);
  });

  test("takes values into the draft by Enter, where the stage refines", async () => {
    await show("refine");
    expect(screen.texts(".taken")).toHaveLength(2);
    const glad = cell("glad") as HTMLElement;
    glad.focus();
    await screen.press("Enter", glad);
    expect(screen.desk.draft.merged).toEqual({ mood: "glad", topic: "tea" });
    expect(screen.texts("td.draft")).toEqual(["glad"]);
    expect(glad.getAttribute("aria-selected")).toBe("true");
  });

  test("takes nothing where one answer is to win, and nothing once the task is lost", async () => {
    await show("determine");
    (cell("glad") as HTMLElement).click();
    expect(screen.desk.draft.begun).toBe(false);
    screen.panel.remove();
    await show("refine");
    Object.assign(screen.panel, { enabled: false });
    (cell("glad") as HTMLElement).click();
    await rendered();
    expect(screen.desk.draft.begun).toBe(false);
  });

  test("tells of lists who has which item", async () => {
    const listed = (answer: number, ...items: Json[]) => ({
      answer,
      content: { ship: { boundingBoxes: items } },
      labels: items.map((value, at) => ({
        label: `/ship/boundingBoxes/${at}`,
        value,
        verdict: null,
        comment: "",
      })),
    });
    await show("determine", [listed(1, { left: 1 }, { left: 2 }), listed(2, { left: 2 })]);
    expect(screen.texts("td.value .text")).toEqual(["2 items", "1 item"]);
    expect(screen.texts("tr.item td:not(.agreement)")).toEqual(["✓ has it", "– not"]);
  });
});
