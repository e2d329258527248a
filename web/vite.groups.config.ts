import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const folder = "dist/static/groups";
const pdfJs = "node_modules/pdfjs-dist";

// The editor of data groups runs in frames as the crowd elements do: one IIFE at a stable path. pdf.js stands beside it
// as it was published, and is loaded by the first PDF.
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      name: "pdf.js beside the editor",
      writeBundle() {
        for (const file of ["build/pdf.min.mjs", "build/pdf.worker.min.mjs", "LICENSE"])
          copyFileSync(join(pdfJs, file), join(folder, file === "LICENSE" ? "pdf.LICENSE" : file.slice(6)));
      },
    },
  ],
  build: {
    outDir: folder,
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    lib: {
      entry: "src/editors/index.ts",
      formats: ["iife"],
      name: "LoupeDataGroup",
      fileName: () => "data-group.js",
    },
  },
});
