/** The parts of an OpenAPI 3.1 document that the page shows. */
export interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: unknown }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
}

export interface OpenApi {
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

/** One operation with where it is found. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Operations by their first tag, in the document's order; those without one stand under "other". */
export function routesByTag(document: OpenApi): Map<string, Route[]> {
  const found = new Map<string, Route[]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const tag = operation.tags?.[0] ?? "other";
      found.set(tag, [...(found.get(tag) ?? []), { method: method.toUpperCase(), path, operation }]);
    }
  }
  return found;
}

/** A schema with its references followed, each name at most once on the way down. */
export function resolve(schema: unknown, document: OpenApi, seen: readonly string[] = []): unknown {
  if (Array.isArray(schema)) return schema.map((item) => resolve(item, document, seen));
  if (schema === null || typeof schema !== "object") return schema;
  const reference = (schema as { $ref?: unknown }).$ref;
  if (typeof reference === "string") {
    const name = reference.split("/").pop() ?? "";
    const target = document.components?.schemas?.[name];
    return seen.includes(name) || target === undefined
      ? { $ref: name }
      : resolve(target, document, [...seen, name]);
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, resolve(value, document, seen)]),
  );
}
