import { afterEach, expect, test } from "vitest";
import "../../src/manage/graph-view";
import type { GraphView } from "../../src/manage/graph-view";

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100" role="img"><title>Graph</title>
<style>.page{fill:red}</style><rect class="page" width="300" height="100"/><g transform="translate(4 4)">
<g class="annotate"><title>Annotate 1</title><rect x="10" y="20" width="80" height="40"/><text x="50" y="40">Annotate 1</text></g>
<g class="gate"><title>Sure?</title><polygon points="120.0,20.0 180.0,20.0 190.0,40.0"/><text>Sure?</text></g>
<g><title>submitted</title><text class="label">submitted</text></g></g></svg>`;

async function show(changes: Partial<GraphView>): Promise<GraphView> {
  const view = Object.assign(document.createElement("loupe-graph-view"), {
    svg: PICTURE,
    ...changes,
  }) as GraphView;
  document.body.append(view);
  await view.updateComplete;
  return view;
}

const stages = (view: GraphView) => [
  ...(view.shadowRoot?.querySelectorAll<SVGGElement>("[data-stage]") ?? []),
];

afterEach(() => document.body.replaceChildren());

test("each stage has its count, and a name that says it", async () => {
  const view = await show({ counts: [{ stage: "Annotate 1", tasks: 12, held: 3, starved: 1 }] });
  expect(stages(view).map((stage) => stage.getAttribute("aria-label"))).toEqual([
    "Annotate 1: 12 open tasks, 3 held, 1 that nobody can take",
    "Sure?: no open tasks",
  ]);
  expect(stages(view)[0]?.querySelector(".badge")?.textContent).toBe("12 (3)");
  expect(view.shadowRoot?.querySelector("style:not(:first-child)")).toBeNull();
});

test("counts that change are written anew", async () => {
  const view = await show({ counts: [{ stage: "Annotate 1", tasks: 12, held: 3, starved: 0 }] });
  view.counts = [{ stage: "Sure?", tasks: 1, held: 0, starved: 0 }];
  await view.updateComplete;
  const badges = [...(view.shadowRoot?.querySelectorAll(".badge") ?? [])];
  expect(badges.map((each) => each.textContent)).toEqual(["1"]);
});

test("stages that lead somewhere can be chosen by click and by key", async () => {
  const view = await show({ links: true });
  const chosen: string[] = [];
  view.addEventListener("stage", (event) => chosen.push((event as CustomEvent<string>).detail));
  const [first, second] = stages(view);
  expect(first?.getAttribute("tabindex")).toBe("0");
  first?.dispatchEvent(new Event("click"));
  second?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  second?.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
  expect(chosen).toEqual(["Annotate 1", "Sure?"]);
});

test("a picture alone cannot be chosen", async () => {
  const view = await show({});
  expect(stages(view)[0]?.hasAttribute("tabindex")).toBe(false);
});
