/** The classic script of a data group's frame: the editor, its keys, then the session with the portal. */
import { problems, watchForProblems } from "../crowd/problem-log";
import { shortcuts } from "../crowd/shortcuts";
import { installDocumentStyles } from "../crowd/theme";
import "./data-group";
import { readGroupDocument } from "./group-document";
import { registerGroupKeys } from "./group-keys";
import { GroupSession, listenForInit } from "./group-session";

watchForProblems(window, problems);
installDocumentStyles(document);
document.documentElement.style.height = "100%";
Object.assign(document.body.style, { height: "100%", padding: "0" });

listenForInit(window, (port, init, panes) => {
  const editor = document.createElement("loupe-data-group");
  editor.group = readGroupDocument(document);
  editor.addEventListener("tile-failed", (event) => problems.report((event as CustomEvent<string>).detail));
  const session = new GroupSession(port, init, editor, shortcuts, problems, panes);
  registerGroupKeys(shortcuts, editor, session);
  document.addEventListener("keydown", (event) => shortcuts.handle(event));
  document.body.append(editor);
  void editor.updateComplete.then(() => {
    if (editor.choices !== null) shortcuts.addChoices(editor.choices);
    session.start();
  });
});
