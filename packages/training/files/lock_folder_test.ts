import { assertEquals, assertRejects } from "@std/assert";
import { freePaths } from "../demo/free_paths.ts";
import { lockFolder } from "./lock_folder.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a folder is locked once, made where it is missing, and left clean", async () => {
  const root = await Deno.makeTempDir();
  const folder = `${root}/a/b`;
  const lock = await lockFolder(folder);
  await assertRejects(() => lockFolder(folder), Error, "another run");
  await lock.release();
  assertEquals(names(folder), []);
  const again = await lockFolder(folder);
  await again.release();
  await Deno.remove(root, { recursive: true });
});

Deno.test("the lock and the parts of a killed run are taken over", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/.spikeloop.lock`, "1\n");
  await Deno.writeTextFile(`${folder}/actor.safetensors.0a1b2c3d.spikeloop-part`, "half");
  await Deno.writeTextFile(`${folder}/mine.part`, "mine");
  const lock = await lockFolder(folder);
  assertEquals(names(folder), [".spikeloop.lock", "mine.part"]);
  await lock.release();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a folder that cannot be made is refused by its name", async () => {
  const file = await Deno.makeTempFile();
  await assertRejects(() => lockFolder(`${file}/x`), Error, `Cannot write to ${file}/x: `);
  await Deno.remove(file);
});

Deno.test("a run gets names beside those of earlier runs", async () => {
  const folder = await Deno.makeTempDir();
  const next = async () => Object.values(await freePaths(folder)).map((path) => path.slice(-21));
  const expect = (end: string) =>
    [`actor${end}.safetensors`, `report${end}.html`].map((name) => `${folder}/${name}`.slice(-21));
  assertEquals(await next(), expect(""));
  await Deno.writeTextFile(`${folder}/report.html`, "");
  assertEquals(await next(), expect("-2"));
  await Deno.writeTextFile(`${folder}/actor-2.safetensors`, "");
  assertEquals(await next(), expect("-3"));
  await Deno.remove(folder, { recursive: true });
});
