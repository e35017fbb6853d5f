import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { test } from "node:test";

import { importMap } from "../vendor.mjs";

const HERE = new URL("../", import.meta.url);
const read = (path) => readFile(new URL(path, HERE), "utf8");
const PAGES = ["operator.html", "supervisor.html"];

for (const page of PAGES) {
  test(`${page} names the libraries that the lock file pins`, async () => {
    const [, map] = (await read(page)).match(/<script type="importmap">(.*?)<\/script>/s);
    assert.deepEqual(JSON.parse(map), await importMap());
  });

  test(`${page} names only files that are there`, async () => {
    const paths = [...(await read(page)).matchAll(/"(\/static\/[^"]+)"/g)].map(([, path]) => path);
    for (const path of paths) await stat(new URL(`.${path}`, HERE));
  });
}

test("the lock file names no place to download from", async () => {
  assert.doesNotMatch(await read("package-lock.json"), /"resolved"/);
});

test("colours stand in tokens.css only", async () => {
  for (const name of await readdir(new URL("static/css/", HERE))) {
    if (name === "tokens.css") continue;
    assert.doesNotMatch(await read(`static/css/${name}`), /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/i, name);
  }
});
