/** Tells the template when its elements can be used. */
import { LitElement } from "lit";
import { problems } from "./problem-log";

/** Resolves once the page is parsed. */
export function pageParsed(target: Document): Promise<void> {
  if (target.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) =>
    target.addEventListener("DOMContentLoaded", () => resolve(), { once: true }),
  );
}

/** Dispatches `all-crowd-elements-ready` on the document, once: page parsed and every element rendered a first time. */
export async function announceReady(target: Document): Promise<void> {
  await pageParsed(target);
  // Most templates are fragments without a title, and screen readers announce a document by it.
  if (target.title === "") target.title = "Task";
  await firstRenders(target);
  reportUnknownElements(target);
  target.dispatchEvent(new Event("all-crowd-elements-ready"));
}

/** Their content is shown as it stands and they answer nothing, which the author of the template should know. */
function reportUnknownElements(target: Document): void {
  const unknown = [...target.querySelectorAll(":not(:defined)")].map((element) => element.localName);
  const tags = [...new Set(unknown)].filter((tag) => tag.startsWith("crowd-"));
  for (const tag of tags)
    problems.report(`The template uses <${tag}>, which is not supported; it gives no answer`);
}

async function firstRenders(root: ParentNode): Promise<void> {
  const elements = [...root.querySelectorAll("*")].filter((element) => element instanceof LitElement);
  const renders = await Promise.allSettled(elements.map((element) => element.updateComplete));
  for (const [index, render] of renders.entries()) {
    if (render.status === "rejected")
      problems.report(`<${elements[index]?.localName}> could not render: ${String(render.reason)}`);
  }
  await Promise.all(
    elements.map((element) => (element.shadowRoot ? firstRenders(element.shadowRoot) : undefined)),
  );
}
