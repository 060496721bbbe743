import { defineConfig } from "vite";

// Names stay the same: the server adds the version of what it serves.
const names = { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" };

export default defineConfig(({ mode }) => ({
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist",
    emptyOutDir: false,
    cssCodeSplit: true,
    modulePreload: false,
    assetsInlineLimit: 1 << 20,
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      input: mode === "playground" ? { playground: "src/playground.js" } : { console: "src/console.js" },
      output: { ...names, inlineDynamicImports: true },
    },
  },
}));
