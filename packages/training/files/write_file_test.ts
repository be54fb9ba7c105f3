import { join } from "node:path";
import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { isPart, readFile, reasonOf, writeFile } from "./write_file.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** A folder that is removed afterwards. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeFile() writes and replaces whole files, and leaves nothing else", () =>
  inFolder(async (folder) => {
    for (const content of ["first", new Uint8Array(100_000).fill(7), "last"]) {
      writeFile(`${folder}/actor.safetensors`, content);
      assertEquals(names(folder), ["actor.safetensors"]);
    }
    assertEquals(await Deno.readTextFile(`${folder}/actor.safetensors`), "last");
  }));

Deno.test("a write that fails leaves the earlier file, and no part of the new one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/actor.safetensors`;
    await Deno.mkdir(path); // nothing can be renamed to a folder that is not empty
    await Deno.writeTextFile(`${path}/good`, "good");
    assertThrows(() => writeFile(path, "new"), Error, `Cannot write ${path}: `);
    assertEquals([names(folder), names(path)], [["actor.safetensors"], ["good"]]);
    assertThrows(() => writeFile(`${folder}/none/x`, "new"), Error, "Cannot write");
  }));

Deno.test("files above 2 GiB are written and read too", () =>
  inFolder((folder) => {
    const path = `${folder}/state.safetensors`;
    for (const size of [5, ...trials(0, 1) === 0 ? [] : [2 ** 31 + 5]]) {
      const bytes = new Uint8Array(size).fill(7, size - 2);
      writeFile(path, bytes);
      const copy = readFile(path);
      assertEquals([copy.length, ...copy.subarray(size - 3)], [size, 0, 7, 7]);
    }
    return Promise.resolve();
  }));

testUnless(
  Deno.build.os === "windows" ? "Windows has no limit of file sizes" : undefined,
  "where there is no room the earlier file stays, and the reason is told",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/actor.safetensors`;
      await Deno.writeTextFile(path, "good");
      const module = new URL("./write_file.ts", import.meta.url).href;
      const code = `import { writeFile } from ${JSON.stringify(module)};` +
        `writeFile(${JSON.stringify(path)}, new Uint8Array(1e6));`;
      await Deno.writeTextFile(`${folder}/write.ts`, code);
      const { success, stderr } = await new Deno.Command("bash", {
        args: [
          "-c",
          `ulimit -f 16; trap '' XFSZ; exec "$0" run -A --no-check --no-lock "$1"`,
          Deno.execPath(),
          `${folder}/write.ts`,
        ],
        stdout: "null",
        stderr: "piped",
      }).output();
      assertEquals(success, false);
      assertEquals(new TextDecoder().decode(stderr).includes(`Cannot write ${path}: `), true);
      assertEquals(await Deno.readTextFile(path), "good");
      assertEquals(names(folder), ["actor.safetensors", "write.ts"]);
    }),
);

testUnless(
  Deno.build.os === "windows" ? "Windows needs rights to make links" : undefined,
  "a link stays a link, and the file behind it is replaced",
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/real`, "old");
      await Deno.symlink(`${folder}/real`, `${folder}/link`);
      writeFile(`${folder}/link`, "new");
      assertEquals(await Deno.readTextFile(`${folder}/real`), "new");
      assertEquals((await Deno.lstat(`${folder}/link`)).isSymlink, true);
    }),
);

/** Does something without the rights of the administrator, who may write everywhere. */
function asNobody(f: () => void): void {
  if (Deno.uid() !== 0) return f();
  process.seteuid?.(65534);
  try {
    f();
  } finally {
    process.seteuid?.(0);
  }
}

testUnless(
  Deno.build.os === "windows" ? "Windows has other rights of folders" : undefined,
  "a folder that cannot be written to is told by its name",
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/state`, "good");
      await Deno.chmod(folder, 0o555);
      const problem = "the folder cannot be written to";
      asNobody(() => assertThrows(() => writeFile(`${folder}/state`, "new"), Error, problem));
      await Deno.chmod(folder, 0o755);
      assertEquals(await Deno.readTextFile(`${folder}/state`), "good");
      assertEquals(names(folder), ["state"]);
    }),
);

Deno.test("reasons of the system are told in plain words", () => {
  const full = Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC" });
  assertEquals(reasonOf(full), "ENOSPC: write; the disk is full");
  const readOnly = new Error("Read-only file system (os error 30)");
  assertEquals(reasonOf(readOnly), `${readOnly.message}; the folder cannot be written to`);
  assertEquals(reasonOf(new Error("other")), "other");
  const folder = Deno.makeTempDirSync();
  const refuse = (path: string, problem: string) =>
    assertThrows(() => writeFile(join(folder, path), "text"), Error, problem);
  refuse("none/file", "; there is no such folder");
  Deno.mkdirSync(join(folder, "inner"));
  refuse("inner", "; it is a folder");
  Deno.writeTextFileSync(join(folder, "file"), "");
  refuse("file/inner", "; a part of the path is a file");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("parts are told from other files by their names", () => {
  assertEquals(isPart("actor.safetensors.0a1b2c3d.spikeloop-part"), true);
  for (const name of ["actor.safetensors", "actor.spikeloop-part", "x.0a1b2c3d.part"]) {
    assertEquals(isPart(name), false);
  }
});
