import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("../", import.meta.url));

test("the modules agree with the types of the events", () => {
  const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--project", "."], {
    cwd: HERE,
    encoding: "utf8",
  });
  assert.equal(tsc.status, 0, tsc.stdout);
});
