import { LitElement } from "lit";
import { defineElements } from "../../src/crowd/elements";

defineElements(customElements);

/** Puts a template's markup on the page and waits for its elements. */
export async function showTemplate(markup: string): Promise<void> {
  document.body.innerHTML = markup;
  await settled();
}

/** Waits for pending mutations and for every element's present rendering. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  await rendered(document);
}

async function rendered(root: ParentNode): Promise<void> {
  for (const element of root.querySelectorAll("*")) {
    if (element instanceof LitElement) await element.updateComplete;
    if (element.shadowRoot) await rendered(element.shadowRoot);
  }
}

export function find<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T {
  const element = root.querySelector<T>(selector);
  if (!element) throw new Error(`There is no ${selector} on the page`);
  return element;
}

export function shadow(selector: string): ShadowRoot {
  const root = find(selector).shadowRoot;
  if (!root) throw new Error(`${selector} has no shadow root`);
  return root;
}

export const form = () => document.querySelector("crowd-form") as HTMLElementTagNameMap["crowd-form"];
