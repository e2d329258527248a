import { html, LitElement, nothing, type TemplateResult } from "lit";
import { type OpenApi, type Route, resolve, routesByTag } from "./openapi";
import { styles } from "./styles";

/** The page at /docs: what /openapi.json says, readable, with nothing loaded from elsewhere. */
class ApiDocs extends LitElement {
  static override properties = { api: { state: true }, problem: { state: true } };
  static override styles = styles;
  declare api: OpenApi | undefined;
  declare problem: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const response = await fetch("/openapi.json");
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      this.api = (await response.json()) as OpenApi;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  override render(): TemplateResult {
    if (this.problem !== undefined)
      return html`<main><p role="alert">The description could not be read: ${this.problem}. Reload the page.</p></main>`;
    const api = this.api;
    if (api === undefined) return html`<main><p role="status">Reading the description…</p></main>`;
    return html`<main>
      <h1>${api.info.title} API <small>${api.info.version}</small></h1>
      <p>
        Send <code>Authorization: Bearer &lt;API key&gt;</code>. Errors are <code>application/problem+json</code>. The AWS wire
        (<code>POST /</code> and <code>/human-loops</code>) is not described here: use an AWS client. The whole description
        is <a href="/openapi.json">/openapi.json</a>.
      </p>
      ${[...routesByTag(api)].map(
        ([tag, routes]) => html`<section>
          <h2>${tag}</h2>
          ${routes.map((route) => this.#route(route, api))}
        </section>`,
      )}
    </main>`;
  }

  #route({ method, path, operation }: Route, api: OpenApi): TemplateResult {
    const body = operation.requestBody?.content?.["application/json"]?.schema;
    return html`<details>
      <summary><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> ${operation.summary ?? ""}</summary>
      <p>${operation.description ?? ""}</p>
      ${(operation.parameters ?? []).map(
        (one) => html`<p><code>${one.name}</code> in ${one.in}${one.required ? ", required" : ""}</p>`,
      )}
      ${body === undefined ? nothing : html`<h3>Body</h3>${schemaText(body, api)}`}
      ${Object.entries(operation.responses ?? {}).map(([status, response]) => {
        const schema = response.content?.["application/json"]?.schema;
        return html`<h3>${status} ${response.description ?? ""}</h3>
          ${schema === undefined ? nothing : schemaText(schema, api)}`;
      })}
    </details>`;
  }
}

function schemaText(schema: unknown, api: OpenApi): TemplateResult {
  return html`<pre tabindex="0">${JSON.stringify(resolve(schema, api), null, 2)}</pre>`;
}

customElements.define("loupe-api-docs", ApiDocs);
document.body.append(document.createElement("loupe-api-docs"));
