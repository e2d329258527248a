import "./app.css";
import { ServerClock, systemClock } from "../ui/clock";
import { LocalDrafts } from "../work/drafts";
import { LastSubmission } from "../work/last-submission";
import { newSubmissionId } from "../work/submission-id";
import { type QueuedSubmission, SubmissionQueue } from "../work/submission-queue";
import { PortalApi } from "./api";
import { indexedDbStore } from "./device-store";
import { HotkeyRegistry } from "./hotkeys";
import { followLinks } from "./links";
import { Announcer, type Portal, TaskHandover } from "./portal";
import { PortalApp } from "./portal-app";
import { Preferences } from "./preferences";
import { Router, takeLoginToken } from "./router";
import { Session } from "./session";

const SENDING_LOCK = "loupe-submissions";

// Plain-HTTP hosts other than localhost have no lock manager; two tabs may then send the same answer at once,
// which the submission id makes harmless.
async function oneTabAtATime(send: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) await send();
  else await navigator.locks.request(SENDING_LOCK, send);
}

function assemblePortal(): Portal {
  const clock = systemClock;
  const serverClock = new ServerClock(clock);
  const api = new PortalApi((input, init) => fetch(input, init), clock, serverClock);
  const preferences = new Preferences(localStorage, matchMedia("(prefers-color-scheme: dark)"));
  const queue = new SubmissionQueue({
    api,
    store: indexedDbStore("loupe-submissions"),
    clock,
    serverClock,
    exclusive: oneTabAtATime,
    random: Math.random,
  });
  return {
    api,
    clock,
    serverClock,
    session: new Session(api),
    router: new Router(window),
    queue,
    lastSubmission: new LastSubmission(queue, clock, serverClock),
    localDrafts: new LocalDrafts(indexedDbStore("loupe-drafts"), serverClock),
    hotkeys: new HotkeyRegistry(/Mac|iPhone|iPad/.test(navigator.platform), preferences.singleKeys),
    preferences,
    announcer: new Announcer(),
    handover: new TaskHandover(),
    newSubmissionId,
  };
}

function connectToBrowser({ queue, localDrafts, hotkeys, preferences }: Portal): void {
  window.addEventListener("keydown", (event) => hotkeys.handle(event));
  window.addEventListener("online", () => void queue.sendNow());
  window.addEventListener("beforeunload", (event) => {
    if (queue.waiting.length > 0) event.preventDefault();
  });
  queue.addEventListener("accepted", (event) => {
    const { userId, assignmentId } = (event as CustomEvent<QueuedSubmission>).detail;
    void localDrafts.forget(userId, assignmentId);
  });
  const applyTheme = () => {
    document.documentElement.dataset.theme = preferences.shownTheme;
  };
  preferences.addEventListener("change", applyTheme);
  applyTheme();
}

const portal = assemblePortal();
connectToBrowser(portal);
followLinks(document, portal.router);
const app = new PortalApp();
app.portal = portal;
app.loginToken = takeLoginToken(window);
document.body.append(app);
// A link that is opened while the sign-in page shows changes nothing but the part after the "#".
window.addEventListener("hashchange", () => {
  app.loginToken = takeLoginToken(window) ?? app.loginToken;
});
void portal.localDrafts.forgetOld();
