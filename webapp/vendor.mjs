// Copies and bundles the pinned npm packages into webapp/static/vendor (ignored by git, made at set-up).
// Run as `npm run vendor`; package-lock.json decides the versions. Does nothing when the result is up to date.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const target = join(here, "static", "vendor");
const stampFile = join(target, "stamp");

const copies = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "wavesurfer.esm.js": "wavesurfer.js/dist/wavesurfer.esm.js",
  "uplot.esm.js": "uplot/dist/uPlot.esm.js",
  "uplot.min.css": "uplot/dist/uPlot.min.css",
};

async function stampOfInputs() {
  const hash = createHash("sha256");
  for (const file of [join(here, "..", "package-lock.json"), fileURLToPath(import.meta.url)]) hash.update(await readFile(file));
  return hash.digest("hex");
}

const stamp = await stampOfInputs();
if ((await readFile(stampFile, "utf8").catch(() => "")) === stamp) {
  console.log("browser assets: up to date");
} else {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [name, source] of Object.entries(copies)) await cp(join(modules, source), join(target, name));
  // JsSIP's package carries sources only: one browser module is made of them.
  await build({
    stdin: { contents: 'import JsSIP from "jssip"; export default JsSIP;', resolveDir: modules },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    define: { global: "globalThis" },
    outfile: join(target, "jssip.esm.js"),
    logLevel: "warning",
  });
  await build({
    stdin: { contents: 'export { Device } from "@twilio/voice-sdk";', resolveDir: modules },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outfile: join(target, "twilio_voice.esm.js"),
    logLevel: "warning",
  });
  // The script editor: one module of all the parts of CodeMirror that it uses, so that there is one copy of its state.
  await build({
    stdin: {
      contents: ["state", "view", "commands", "language", "lint", "search"]
        .map((part) => `export * from "@codemirror/${part}";`)
        .concat('export { tags } from "@lezer/highlight";')
        .join("\n"),
      resolveDir: modules,
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outfile: join(target, "codemirror.esm.js"),
    logLevel: "warning",
  });
  await writeFile(stampFile, stamp);
  console.log(`browser assets: ${Object.keys(copies).length + 3} files`);
}
