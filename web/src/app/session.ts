import { ApiRefusal, type PortalApi, type SessionInfo } from "./api";

export type SessionState =
  | { name: "checking" }
  | { name: "signed-in"; info: SessionInfo }
  | { name: "signed-out"; notice: string }
  | { name: "unknown"; error: unknown };

/** Who is signed in. Fires `change`. */
export class Session extends EventTarget {
  state: SessionState = { name: "checking" };

  constructor(private readonly api: PortalApi) {
    super();
    api.addEventListener("session-over", () => {
      if (this.state.name === "signed-in")
        this.enter({ name: "signed-out", notice: "Your session has ended." });
    });
  }

  get info(): SessionInfo | null {
    return this.state.name === "signed-in" ? this.state.info : null;
  }

  async check(): Promise<void> {
    this.enter({ name: "checking" });
    try {
      this.enter({ name: "signed-in", info: await this.api.session() });
    } catch (error) {
      const signedOut = error instanceof ApiRefusal && error.status === 401;
      this.enter(signedOut ? { name: "signed-out", notice: "" } : { name: "unknown", error });
    }
  }

  async signInByToken(token: string): Promise<void> {
    this.enter({ name: "signed-in", info: await this.api.signInByToken(token) });
  }

  async signInByPassword(email: string, password: string): Promise<void> {
    this.enter({ name: "signed-in", info: await this.api.signInByPassword(email, password) });
  }

  async signOut(): Promise<void> {
    await this.api.signOut();
    this.enter({ name: "signed-out", notice: "You are signed out." });
  }

  /** Shows the sign-in page without asking the server who is signed in. */
  requireSignIn(): void {
    this.enter({ name: "signed-out", notice: "" });
  }

  private enter(state: SessionState): void {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
