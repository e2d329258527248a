import type { PortalApi } from "../app/api";

export interface IssueComment {
  id: string;
  by: string;
  text: string;
  at: string;
}

/** What somebody has to say about a task, one of its answers, or one label (a JSON Pointer). */
export interface Issue {
  id: string;
  title: string;
  state: "open" | "resolved";
  answer: number | null;
  label: string | null;
  tags: string[];
  by: string;
  mine: boolean;
  at: string;
  comments: IssueComment[];
}

export interface NewIssue {
  title: string;
  comment: string;
  tags: string[];
}

interface IssuesPage {
  items: Issue[];
  next_cursor: string | null;
}

/** The issues of one task. Its methods reject as those of `PortalApi` do. Fires `change`. */
export class LabelIssues extends EventTarget {
  private issues: Issue[] = [];

  constructor(
    private readonly api: Pick<PortalApi, "get" | "send">,
    private readonly taskId: string,
  ) {
    super();
  }

  /** Those on one label of an answer, oldest first. */
  on(answer: number, label: string): Issue[] {
    return this.issues.filter((issue) => issue.label === label && (issue.answer ?? answer) === answer);
  }

  /** Every one that the person may see, oldest first. */
  get all(): Issue[] {
    return this.issues;
  }

  /** The tags in use on this task, in alphabetical order. */
  get tags(): string[] {
    return [...new Set(this.issues.flatMap((issue) => issue.tags))].sort();
  }

  async read(): Promise<void> {
    const read: Issue[] = [];
    let cursor: string | null = null;
    do {
      const page: IssuesPage = await this.api.get<IssuesPage>(this.path(cursor));
      read.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    this.issues = read;
    this.dispatchEvent(new Event("change"));
  }

  async open(answer: number, label: string, { title, comment, tags }: NewIssue): Promise<void> {
    const body = { title, answer, label, tags, ...(comment === "" ? {} : { comment }) };
    this.put(await this.api.send<Issue>("POST", this.path(null), body));
  }

  /** Opens one about the task as a whole. */
  async openOnTask({ title, comment, tags }: NewIssue): Promise<void> {
    const body = { title, tags, ...(comment === "" ? {} : { comment }) };
    this.put(await this.api.send<Issue>("POST", this.path(null), body));
  }

  /** Resolves an open issue, or opens a resolved one again. */
  async settle({ id, state }: Issue): Promise<void> {
    const action = state === "open" ? "resolve" : "reopen";
    this.put(await this.api.send<Issue>("POST", `/v1/issues/${encodeURIComponent(id)}/${action}`, {}));
  }

  async comment({ id }: Issue, text: string): Promise<void> {
    this.put(await this.api.send<Issue>("POST", `/v1/issues/${encodeURIComponent(id)}/comments`, { text }));
  }

  private put(issue: Issue): void {
    const known = this.issues.some(({ id }) => id === issue.id);
    this.issues = known
      ? this.issues.map((each) => (each.id === issue.id ? issue : each))
      : [...this.issues, issue];
    this.dispatchEvent(new Event("change"));
  }

  private path(cursor: string | null): string {
    const path = `/v1/tasks/${encodeURIComponent(this.taskId)}/issues`;
    return cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`;
  }
}

/** Tags out of a text with commas: without doubles and empty ones. */
export function tagsOf(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  return [...new Set(tags)].filter((tag) => tag !== "");
}
