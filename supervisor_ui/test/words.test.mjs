import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const HERE = new URL("../", import.meta.url);
const read = (path) => readFile(new URL(path, HERE), "utf8");
const words = async (language) => JSON.parse(await read(`i18n/${language}.json`));

async function modules() {
  const names = [...(await readdir(new URL("static/", HERE))), ...(await readdir(new URL("static/views/", HERE))).map((name) => `views/${name}`)];
  return Promise.all(names.filter((name) => name.endsWith(".js")).map((name) => read(`static/${name}`)));
}

test("both languages have the same words, with the same figures in them", async () => {
  const [ja, en] = [await words("ja"), await words("en")];
  assert.deepEqual(Object.keys(ja), Object.keys(en));
  const slots = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(en)) assert.deepEqual(slots(ja[key]), slots(en[key]), key);
});

test("no word is blank", async () => {
  for (const language of ["ja", "en"]) {
    for (const [key, text] of Object.entries(await words(language))) assert.ok(text.trim(), key);
  }
});

test("every key that a page asks for by name exists, and every word is asked for", async () => {
  const en = await words("en");
  const source = (await modules()).join("\n");
  const named = [...source.matchAll(/\bt\(\s*"([\w.-]+)"/g)].map(([, key]) => key);
  for (const key of named) assert.ok(key in en, key);
  const families = [...source.matchAll(/(?:named|counted)\(\s*"([\w.]+)"|t\(`([\w.]+)\.\$\{/g)].map(
    ([, plain, template]) => `${plain ?? template}.`,
  );
  const spoken = (key) =>
    source.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
  assert.deepEqual(Object.keys(en).filter((key) => !spoken(key)), []);
});
