import { defineConfig } from "vite";

const api = process.env.LOUPE_API ?? "http://127.0.0.1:8400";
const served = ["/v1", "/frame", "/media", "/static", "/openapi.json"];

export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    rolldownOptions: { input: ["index.html", "docs.html"] },
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, api])) },
});
