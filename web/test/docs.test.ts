import { describe, expect, it } from "vitest";
import { type OpenApi, resolve, routesByTag } from "../src/docs/openapi";

const DOCUMENT: OpenApi = {
  info: { title: "Loupe", version: "1" },
  paths: {
    "/a": { get: { tags: ["work"] }, post: { tags: ["work"] } },
    "/b": { delete: {} },
  },
  components: {
    schemas: { Tree: { type: "object", properties: { child: { $ref: "#/components/schemas/Tree" } } } },
  },
};

describe("the API page", () => {
  it("groups operations by tag, in order", () => {
    const found = [...routesByTag(DOCUMENT)].map(([tag, routes]) => [
      tag,
      routes.map((one) => `${one.method} ${one.path}`),
    ]);
    expect(found).toEqual([
      ["work", ["GET /a", "POST /a"]],
      ["other", ["DELETE /b"]],
    ]);
  });

  it("follows references, and stops where one comes back to itself", () => {
    expect(resolve({ $ref: "#/components/schemas/Tree" }, DOCUMENT)).toEqual({
      type: "object",
      properties: { child: { $ref: "Tree" } },
    });
    expect(resolve({ $ref: "#/components/schemas/Unknown" }, DOCUMENT)).toEqual({ $ref: "Unknown" });
  });
});
