import { defineConfig } from "vite";

/** GraphiQL brings fonts along as data, which the policy of our pages does not load: pages use the fonts of the system. */
const withoutFonts = {
  name: "without-fonts",
  enforce: "pre",
  transform(code, id) {
    if (!/graphiql[^?]*\.css/.test(id)) return null;
    return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null };
  },
};

// What packages say to others than us; and htmx's eval, which is switched off, and which the policy of our pages forbids.
const QUIET = ["MODULE_LEVEL_DIRECTIVE", "EMPTY_IMPORT_META", "EVAL"];

// One file at a time, each complete: `--mode early`, `--mode playground`, otherwise what every page has.
// Names stay the same: the server adds the version of what it serves.
export default defineConfig(({ mode, command }) => {
  const name = ["early", "playground"].includes(mode) ? mode : "console";
  return {
    plugins: [withoutFonts],
    publicDir: false,
    define: { "process.env.NODE_ENV": JSON.stringify(command === "build" ? "production" : "development") },
    build: {
      outDir: "dist",
      emptyOutDir: false,
      target: ["chrome123", "firefox121", "safari17.5"],
      // Otherwise the styles would be put into the page by the script, which the policy forbids too.
      cssCodeSplit: false,
      modulePreload: false,
      assetsInlineLimit: 1 << 20,
      chunkSizeWarningLimit: 4096,
      reportCompressedSize: true,
      rolldownOptions: {
        input: { [name]: `src/${name}.js` },
        output: { format: "iife", entryFileNames: "[name].js", assetFileNames: `${name}[extname]` },
        onLog: (level, log, say) => { if (!QUIET.includes(log.code)) say(level, log); },
      },
    },
  };
});
