import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * Gives children their slot by tag name, as templates write `<short-instructions>` without a slot attribute. An element
 * of a parsed page is connected before its children exist, so they are observed.
 */
export class SlotByTag implements ReactiveController {
  readonly #observer = new MutationObserver(() => this.#assign());
  #present = new Map<string, HTMLElement>();

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly tags: readonly string[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#assign();
    this.#observer.observe(this.host, { childList: true });
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  /** The first child of that tag. */
  child(tag: string): HTMLElement | undefined {
    return this.#present.get(tag);
  }

  has(...tags: string[]): boolean {
    return tags.some((tag) => this.#present.has(tag));
  }

  #assign(): void {
    const children = [...this.host.children] as HTMLElement[];
    const slotted = children.filter((child) => this.tags.includes(child.localName));
    for (const child of slotted) if (child.slot !== child.localName) child.slot = child.localName;
    this.#present = new Map(slotted.reverse().map((child) => [child.localName, child]));
    this.host.requestUpdate();
  }
}
