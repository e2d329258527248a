/** The classic script of a template frame: shim, elements, then the session with the portal. */
import { defineElements } from "./elements";
import { type FrameSession, listenForInit } from "./frame-session";
import { closeInstructionsOnEscape, registerPageShortcuts } from "./page-shortcuts";
import { problems, watchForProblems } from "./problem-log";
import { announceReady } from "./ready";
import { shortcuts } from "./shortcuts";
import { installStorageShim } from "./storage-shim";
import { installDocumentStyles } from "./theme";

function start(target: Window & typeof globalThis): void {
  installStorageShim(target);
  watchForProblems(target, problems);
  installDocumentStyles(target.document);
  let session: FrameSession | null = null;
  registerPageShortcuts(shortcuts, () => session);
  target.document.addEventListener("keydown", (event) => {
    shortcuts.handle(event);
    closeInstructionsOnEscape(event);
  });
  listenForInit(target, announceReady(target.document), (opened) => {
    session = opened;
  });
  defineElements(target.customElements);
}

// A template may load the script twice; the page has one session.
if (!window.customElements.get("crowd-form")) start(window);
