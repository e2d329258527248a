import type { ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import { html } from "lit";
import { expect, test } from "vitest";
import { PagedList } from "../../src/ui/paged-list";

interface Page {
  items: string[];
  next_cursor: string | null;
}

class Host implements ReactiveControllerHost {
  readonly updateComplete = Promise.resolve(true);
  addController(_: ReactiveController): void {}
  removeController(_: ReactiveController): void {}
  requestUpdate(): void {}
}

/** A list whose server answers when it is told to, in any order. */
function setUp() {
  const answers: ((page: Page) => void)[] = [];
  const get = (_: string) => new Promise<Page>((resolve) => answers.push(resolve));
  const list = new PagedList<string>(new Host(), () => ({ get }) as never, "/things");
  const shown = (): string[] => {
    let items: string[] = [];
    const note = (now: string[]): TemplateResult => {
      items = now;
      return html``;
    };
    list.render(note, html``);
    return items;
  };
  return { answers, list, shown };
}

test("an answer that a later look has overtaken is not shown", async () => {
  const { answers, list, shown } = setUp();
  const first = list.load();
  const second = list.load();
  answers[1]?.({ items: ["new"], next_cursor: null });
  await second;
  answers[0]?.({ items: ["old"], next_cursor: null });
  await first;
  expect(shown()).toEqual(["new"]);
});
