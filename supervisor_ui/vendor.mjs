// Copies the libraries that package-lock.json pins from node_modules into static/vendor,
// with the version in each name: what a browser has cached under a name never changes.

import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Package, file inside it, and what the import map calls it. */
export const MODULES = [
  { name: "preact", file: "dist/preact.module.js", as: "preact" },
  { name: "preact", file: "hooks/dist/hooks.module.js", as: "preact/hooks" },
  {
    name: "@preact/signals-core",
    file: "dist/signals-core.module.js",
    as: "@preact/signals-core",
  },
  { name: "@preact/signals", file: "dist/signals.module.js", as: "@preact/signals" },
  { name: "htm", file: "dist/htm.module.js", as: "htm" },
];

const HERE = new URL("./", import.meta.url);

/** The import map of the pages: bare names to the copies. */
export async function importMap() {
  const lock = JSON.parse(await readFile(new URL("package-lock.json", HERE), "utf8"));
  return {
    imports: Object.fromEntries(
      MODULES.map(({ name, as }) => {
        const { version } = lock.packages[`node_modules/${name}`];
        return [as, `/static/vendor/${flat(as)}-${version}.js`];
      }),
    ),
  };
}

async function copy() {
  const { imports } = await importMap();
  const vendor = new URL("static/vendor/", HERE);
  await rm(vendor, { recursive: true, force: true });
  await mkdir(vendor, { recursive: true });
  for (const { name, file, as } of MODULES) {
    const installed = new URL(`node_modules/${name}/`, HERE);
    await copyFile(new URL(file, installed), new URL(`.${imports[as]}`, HERE));
    await copyFile(
      new URL("LICENSE", installed),
      new URL(`${flat(name)}.LICENSE.txt`, vendor),
    );
  }
}

/** A package name as part of a file name. */
function flat(name) {
  return name.replace("@", "").replace("/", "-");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await copy();
