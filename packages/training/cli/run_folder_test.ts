import * as fs from "node:fs";
import { join } from "node:path";
import { assertEquals, assertThrows } from "@std/assert";
import { readSafetensors } from "@spikeloop/interchange";
import { findSeedRuns, makeFolder, readBytes, readJson } from "./run_folder.ts";

/** Runs a test with a folder of its own. */
function inFolder(run: (root: string) => void): void {
  const root = Deno.makeTempDirSync();
  run(root);
  Deno.removeSync(root, { recursive: true });
}

Deno.test("a file of JSON may begin with a mark of its encoding, as editors of Windows write it", () =>
  inFolder((root) => {
    const path = join(root, "config.json");
    fs.writeFileSync(path, '\ufeff{"env": "pendulum"}');
    assertEquals(readJson(path), { env: "pendulum" });
  }));

Deno.test("errors of files and folders name the path", () =>
  inFolder((root) => {
    const file = join(root, "file");
    fs.writeFileSync(file, Uint8Array.of(100, 0, 0, 0, 0, 0, 0, 0, 0x7b));
    const folder = join(file, "inner");
    assertThrows(() => makeFolder(folder), Error, `Cannot make the folder ${folder}: `);
    const missing = join(root, "missing");
    assertThrows(() => findSeedRuns(missing), Error, `${missing}: there is no such folder`);
    assertThrows(() => findSeedRuns(file), Error, "it has no config.json");
    const cut = `${file}: Cannot read the safetensors file: its header claims 100 bytes`;
    const error = assertThrows(() => readBytes(file, readSafetensors), Error, cut);
    assertEquals(error.message.includes("looks like"), false);
    assertThrows(() => readBytes(missing, readSafetensors), Error, `${missing}: `);
  }));

Deno.test("a folder of a seed counts once, however often it is named", () =>
  inFolder((root) => {
    for (const seed of [10, 2]) {
      const folder = join(root, "run", `seed-${seed}`);
      fs.mkdirSync(folder, { recursive: true });
      const config = { env: "pendulum", steps: 10, seed };
      fs.writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    }
    const run = join(root, "run");
    const found = findSeedRuns(join(run, "seed-10"), run, `${run}/`, join(run, "..", "run"));
    assertEquals(found.map(({ seed }) => seed), [10, 2]);
    assertEquals(findSeedRuns(run).map(({ seed }) => seed), [2, 10]);
  }));
