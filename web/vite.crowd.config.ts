import { defineConfig } from "vite";

// Templates load the elements with a blocking classic script, so this build is one IIFE at a stable path.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/static/crowd",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    lib: {
      entry: "src/crowd/index.ts",
      formats: ["iife"],
      name: "LoupeCrowd",
      fileName: () => "crowd-html-elements.js",
    },
  },
});
