/** Builds what the server ships: scripts, style sheets and pictures, into `dist/`. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { compile } from "sass";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(web, "dist");

/** Page scripts: output name → source. */
const SCRIPTS = {
  ballot: "ballot-page.ts",
  keyholder: "keyholder-page.ts",
  codes: "codes-page.ts",
  opinion: "opinion-page.ts",
  "opinion-return": "opinion-return-page.ts",
  "opinion-staff": "opinion-staff-page.ts",
  enhance: "enhance.ts",
};

const SHEETS = ["public", "staff"];

/** The oldest engines the pages run on; sealing needs BigInt, which is in all of them. */
const ENGINES = ["chrome80", "safari14", "firefox78"];

/**
 * Keeps the first half of every `light-dark(light, dark)`: the pages have one theme, and engines
 * that do not know the function would drop the whole declaration.
 */
function lightOnly(css) {
  const name = "light-dark(";
  let out = "";
  let from = 0;
  for (let at = css.indexOf(name); at >= 0; at = css.indexOf(name, from)) {
    out += css.slice(from, at);
    let depth = 0;
    let comma = -1;
    let end = at + name.length;
    for (; depth >= 0; end++) {
      if (css[end] === "(") depth++;
      else if (css[end] === ")") depth--;
      else if (css[end] === "," && depth === 0 && comma < 0) comma = end;
    }
    out += lightOnly(css.slice(at + name.length, comma));
    from = end;
  }
  return out + css.slice(from);
}

/** Writes `oklch(…)` colours in custom properties the old way; elsewhere esbuild does it itself. */
async function plainColours(css) {
  const colours = [...new Set(css.match(/oklch\([0-9.% a-z-]+\)/g) ?? [])];
  const rules = colours.map((colour) => `i{color:${colour}}`);
  const options = { loader: "css", target: ENGINES, minifySyntax: true };
  const plain = await Promise.all(rules.map(async (rule) => (await transform(rule, options)).code));
  const values = plain.map((code) => /color: ([^;]+);/.exec(code)?.[1]);
  return colours.reduce((text, colour, i) => text.replaceAll(colour, values[i] ?? colour), css);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

await build({
  entryPoints: Object.fromEntries(
    Object.entries(SCRIPTS).map(([name, file]) => [name, join(web, "island/src", file)]),
  ),
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
});

for (const name of SHEETS) {
  const { css } = compile(join(web, "styles", `${name}.scss`), {
    loadPaths: [join(web, "node_modules")],
    style: "compressed",
    // The framework's own deprecations are its makers' business.
    quietDeps: true,
  });
  const { code } = await transform(await plainColours(lightOnly(css)), {
    loader: "css",
    minify: true,
    charset: "utf8",
    target: ENGINES,
  });
  writeFileSync(join(dist, `${name}.css`), code);
}

cpSync(join(web, "static"), dist, { recursive: true });

for (const name of [
  ...Object.keys(SCRIPTS).map((n) => `${n}.js`),
  ...SHEETS.map((n) => `${n}.css`),
]) {
  const bytes = readFileSync(join(dist, name));
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name.padEnd(18)} ${String(bytes.length).padStart(7)} bytes, ${packed} compressed`);
}
