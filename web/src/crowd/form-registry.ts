/** Connects the crowd-forms of the page with whoever delivers their answers. */
import type { Parts } from "./answer-source";
import type { CrowdForm } from "./crowd-form";

/** In `review` the answer of somebody else may be changed, and the portal alone has the buttons that hand it in. */
export type Mode = "edit" | "review" | "readonly" | "preview";

export interface FormListener {
  readonly mode: Mode;
  submitted(form: CrowdForm, answer: Parts, userGesture: boolean): void;
  invalid(messages: string[]): void;
  /** The person changed something in the form; `name` is that of the element, if it has one. */
  changed(name: string): void;
  /** Elements came, went or were renamed. */
  restructured(form: CrowdForm): void;
}

class FormRegistry {
  readonly forms = new Set<CrowdForm>();
  listener: FormListener | null = null;

  add(form: CrowdForm): void {
    this.forms.add(form);
    if (this.listener) form.mode = this.listener.mode;
    this.listener?.restructured(form);
  }

  remove(form: CrowdForm): void {
    this.forms.delete(form);
  }

  /** The form that has the focus, else the first one of the page. */
  get current(): CrowdForm | undefined {
    const forms = [...this.forms];
    return (
      forms.find(
        (form) => form.contains(document.activeElement) || form.soloField === document.activeElement,
      ) ?? forms[0]
    );
  }
}

export const formRegistry = new FormRegistry();
