import type { FrameTheme } from "../work/frame-connection";

export type ThemeChoice = "system" | "light" | "dark";

/** A person's choices for this browser. Fires `change`. */
export class Preferences extends EventTarget {
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem">,
    private readonly darkSystem: Pick<MediaQueryList, "matches" | "addEventListener">,
  ) {
    super();
    darkSystem.addEventListener("change", () => this.changed());
  }

  get theme(): ThemeChoice {
    const stored = this.storage.getItem("loupe.theme");
    return stored === "light" || stored === "dark" ? stored : "system";
  }

  set theme(choice: ThemeChoice) {
    this.store("loupe.theme", choice);
  }

  get shownTheme(): FrameTheme {
    if (this.theme !== "system") return this.theme;
    return this.darkSystem.matches ? "dark" : "light";
  }

  get singleKeys(): boolean {
    return this.storage.getItem("loupe.single-keys") !== "off";
  }

  set singleKeys(on: boolean) {
    this.store("loupe.single-keys", on ? "on" : "off");
  }

  get welcomed(): boolean {
    return this.storage.getItem("loupe.welcomed") === "yes";
  }

  set welcomed(seen: boolean) {
    this.store("loupe.welcomed", seen ? "yes" : "no");
  }

  private store(key: string, value: string): void {
    this.storage.setItem(key, value);
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
