import DOMPurify, { type Config } from "dompurify";
import { marked } from "marked";

/** One part of a stage's instructions; `html` is safe to show. */
export interface InstructionSection {
  name: InstructionName;
  title: string;
  html: string;
}

export type InstructionName = "short" | "full" | "good" | "bad";

const TITLES: Record<InstructionName, string> = {
  short: "In short",
  full: "In full",
  good: "Good examples",
  bad: "Bad examples",
};

/** The headings that begin a section, whatever their level and case; what stands before the first one is `full`. */
const HEADINGS: Record<string, InstructionName> = {
  short: "short",
  "in short": "short",
  summary: "short",
  full: "full",
  "in full": "full",
  details: "full",
  good: "good",
  "good example": "good",
  "good examples": "good",
  bad: "bad",
  "bad example": "bad",
  "bad examples": "bad",
};

const ORDER: readonly InstructionName[] = ["short", "full", "good", "bad"];

// Nothing that loads pages of others, runs, or asks for input.
const ALLOWED: Config = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: ["form", "input", "button", "select", "textarea", "style", "dialog"],
  FORBID_ATTR: ["style", "id", "name"],
  RETURN_DOM_FRAGMENT: true,
};

/** The sections of instructions in Markdown or HTML, made safe, in the order in which they are shown; empty ones are left out. */
export function instructionSections(text: string): InstructionSection[] {
  const parts = new Map<InstructionName, HTMLElement>();
  let name: InstructionName = "full";
  for (const node of [...safeNodes(text)]) {
    const heading = headingOf(node);
    if (heading !== null) name = heading;
    else partOf(parts, name).append(node);
  }
  return ORDER.flatMap((each) => {
    const part = parts.get(each);
    return part === undefined || isEmpty(part)
      ? []
      : [{ name: each, title: TITLES[each], html: part.innerHTML }];
  });
}

function safeNodes(text: string): NodeListOf<ChildNode> {
  const html = marked.parse(text, { async: false, gfm: true });
  const fragment = DOMPurify.sanitize(html, ALLOWED) as unknown as DocumentFragment;
  for (const link of fragment.querySelectorAll("a")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return fragment.childNodes;
}

function headingOf(node: ChildNode): InstructionName | null {
  if (!(node instanceof HTMLHeadingElement)) return null;
  const words = (node.textContent ?? "").trim().toLowerCase().replace(/[:.]$/, "");
  return HEADINGS[words] ?? null;
}

function partOf(parts: Map<InstructionName, HTMLElement>, name: InstructionName): HTMLElement {
  const known = parts.get(name);
  if (known !== undefined) return known;
  const part = document.createElement("div");
  parts.set(name, part);
  return part;
}

function isEmpty(part: HTMLElement): boolean {
  return (part.textContent ?? "").trim() === "" && part.querySelector("img, video, audio, hr") === null;
}
