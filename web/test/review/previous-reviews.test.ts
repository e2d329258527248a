import { afterEach, describe, expect, test } from "vitest";
import "../../src/review/previous-reviews";
import type { JudgedLabel, PreviousReview, ReviewedAnswer } from "../../src/app/api";
import { all, rendered, texts } from "./desk-screen";
import { anAnswer, aReview, said } from "./reviewed-answers";

const REJECTED: JudgedLabel = {
  ...said("/mood", "reject", { comment: "It is sad." }),
  value: { label: "Glad" },
};

let panel: HTMLElement;

async function show(properties: {
  previous: PreviousReview[];
  answers?: ReviewedAnswer[];
  rework?: boolean;
}) {
  panel = document.createElement("loupe-previous-reviews");
  Object.assign(panel, properties);
  document.body.append(panel);
  await rendered();
}

afterEach(() => document.body.replaceChildren());

describe("earlier reviews", () => {
  test("show the author what was rejected, with what they answered", async () => {
    const verdicts = [{ ...said("/notes", "approve"), value: null }, REJECTED];
    await show({ previous: [aReview(verdicts, { comment: "Look again." })], rework: true });
    expect(texts(panel, "h2")).toEqual(["What the reviewer said"]);
    expect(texts(panel, "article > blockquote")).toEqual(["Look again."]);
    expect(texts(panel, "li")).toEqual(["mood: rejected Your answer: Glad It is sad.", "notes: approved"]);
    expect(all(panel, "li.reject")).toHaveLength(1);
  });

  test("show the reviewer what changed since", async () => {
    const changed = [anAnswer({ mood: { label: "Sad" } })];
    await show({ previous: [aReview([REJECTED])], answers: changed });
    expect(texts(panel, "li")).toEqual(["mood: rejected It was: Glad It is sad. Changed since, now: Sad"]);
  });

  test("say where nothing changed, also of an item that moved in its list, and where one is gone", async () => {
    const box = { ...said("/ship/0", "reject"), value: { left: 1 } };
    await show({
      previous: [aReview([REJECTED, box])],
      answers: [anAnswer({ mood: { label: "Glad" }, ship: [{ left: 9 }, { left: 1 }] })],
    });
    expect(texts(panel, "li strong")).toEqual(["mood", "Unchanged since.", "ship 1", "Unchanged since."]);
    panel.remove();
    await show({ previous: [aReview([box])], answers: [anAnswer({ ship: [{ left: 9 }] })] });
    expect(texts(panel, "li strong")).toEqual(["ship 1", "Changed or taken out since."]);
  });

  test("come latest first, older ones folded", async () => {
    await show({
      previous: [aReview([], { comment: "first" }), aReview([], { visit: 4, comment: "second" })],
    });
    expect(texts(panel, "section > article blockquote")).toEqual(["second"]);
    expect(texts(panel, "details summary")).toEqual(["1 earlier review"]);
    expect(texts(panel, "details blockquote")).toEqual(["first"]);
  });

  test("are nothing where there are none", async () => {
    await show({ previous: [] });
    expect(all(panel, "section")).toEqual([]);
  });
});
