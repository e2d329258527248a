import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { DEFINITIONS, figuresQuery, PERIODS, type Performance, performanceApi } from "./performance-shapes";
import { readStages, type Stage } from "./project-stages";
import "./figure-definitions";
import "./performance-person";
import "./performance-table";

/** How much people did in a project, how long it took them, and how it fared. */
@customElement("loupe-people-figures")
export class PeopleFiguresPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr));
        gap: 0.75rem;
        align-items: end;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  private asked = "";
  private readonly figures = new Load<Performance>(
    this,
    () => this.portal.api.get(performanceApi(this.project, "", this.filter)),
    false,
  );
  private readonly stages = new Load<Stage[]>(this, () => readStages(this.portal.api, this.project));

  override firstUpdated(): void {
    this.heading.focus();
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    const asked = `${this.project}?${this.filter}`;
    if (asked === this.asked) return;
    this.asked = asked;
    void this.figures.run();
  }

  private get project(): string {
    return this.params.project ?? "";
  }

  private get peoplesStages(): string[] {
    const stages = this.stages.value ?? [];
    return stages
      .filter(({ type }) => ["annotate", "review", "consensus"].includes(type))
      .map(({ name }) => name);
  }

  private get filter(): URLSearchParams {
    return figuresQuery(this.query, new Date(this.portal.serverClock.now()));
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">People's progress and performance</h1>
        <button class="plain" @click=${() => this.figures.run()}>Refresh</button>
      </div>
      ${this.renderPeriod()} ${this.figures.render((figures) => this.renderFigures(figures))}
      <loupe-figure-definitions .definitions=${DEFINITIONS}></loupe-figure-definitions>
    </div>`;
  }

  private renderPeriod() {
    const custom = this.query.get("from") !== null;
    const chosen = custom ? "days" : (this.query.get("period") ?? "30");
    const stage = this.query.get("stage") ?? "";
    return html`<form class="card" aria-label="Which figures" @submit=${(event: Event) => event.preventDefault()}>
      <div>
        <label for="period">Period</label>
        <select id="period" @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}>
          ${[...PERIODS, ["days", "Days of your choice"] as const].map(
            ([value, word]) => html`<option value=${value} ?selected=${value === chosen}>${word}</option>`,
          )}
        </select>
      </div>
      ${custom ? html`${this.renderDay("from", "First day (UTC)")}${this.renderDay("to", "Last day")}` : nothing}
      <div>
        <label for="stage">Stage</label>
        <select
          id="stage"
          @change=${(event: Event) => this.portal.router.setQuery({ stage: (event.target as HTMLSelectElement).value || null })}
        >
          <option value="" ?selected=${stage === ""}>All stages</option>
          ${this.peoplesStages.map(
            (name) => html`<option value=${name} ?selected=${name === stage}>${name}</option>`,
          )}
        </select>
      </div>
    </form>`;
  }

  private renderDay(name: "from" | "to", word: string) {
    return html`<div>
      <label for=${name}>${word}</label>
      <input
        id=${name}
        type="date"
        .value=${this.query.get(name) ?? ""}
        @change=${(event: Event) => this.portal.router.setQuery({ [name]: (event.target as HTMLInputElement).value || null })}
      />
    </div>`;
  }

  private renderFigures({ items, since, until }: Performance) {
    if (items.length === 0)
      return html`<div class="card empty">
        <h2>Nothing was done in this period</h2>
        <p>
          Once people hand in tasks and reviews of this project, you see here how much they do and how it fares. Choose
          a longer period to look further back.
        </p>
      </div>`;
    const person = items.find(({ id }) => id === this.query.get("person"));
    return html`<loupe-performance-table
        .people=${items}
        .since=${new Date(since)}
        .until=${new Date(until)}
        .project=${this.project}
        .address=${this.query}
        @sort=${(event: CustomEvent<Record<string, string | null>>) => this.portal.router.setQuery(event.detail)}
      ></loupe-performance-table>
      ${
        person === undefined
          ? nothing
          : html`<loupe-performance-person
            .portal=${this.portal}
            .project=${this.project}
            .person=${person}
            .address=${this.query}
          ></loupe-performance-person>`
      }`;
  }

  private choose(period: string): void {
    const [from = ""] = (this.filter.get("since") ?? "").split("T");
    this.portal.router.setQuery(
      period === "days"
        ? { period: null, from }
        : { period: period === "30" ? null : period, from: null, to: null },
    );
  }
}
