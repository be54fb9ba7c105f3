import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { bump, checkTag, currentVersion } from "./bump.ts";
import { nextVersion } from "./next_version.ts";

async function withWorkspace(
  versions: Readonly<Record<string, string>>,
  use: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  for (const [name, version] of Object.entries(versions)) {
    await Deno.mkdir(join(root, "packages", name), { recursive: true });
    const config = { name: `@spikeloop/${name}`, version, exports: "./mod.ts" };
    const text = JSON.stringify(config, undefined, 2);
    await Deno.writeTextFile(join(root, "packages", name, "deno.json"), `${text}\n`);
  }
  const changelog = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n";
  await Deno.writeTextFile(join(root, "CHANGELOG.md"), changelog);
  await use(root).finally(() => Deno.remove(root, { recursive: true }));
}

Deno.test("all packages of this repository carry the same version", async () => {
  assertMatch(await currentVersion(), /^\d+\.\d+\.\d+/);
});

Deno.test("bump() gives every package the version and the changelog its heading", async () => {
  await withWorkspace({ one: "0.1.9", two: "0.1.9" }, async (root) => {
    assertEquals(await bump("minor", "2026-01-02", root), "0.2.0");
    assertEquals(await currentVersion(root), "0.2.0");
    const { exports } = JSON.parse(await Deno.readTextFile(join(root, "packages/one/deno.json")));
    assertEquals(exports, "./mod.ts");
    assertEquals(
      await Deno.readTextFile(join(root, "CHANGELOG.md")),
      "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-01-02\n\n### Added\n\n- A thing.\n",
    );
  });
});

Deno.test("bump() releases the version that the packages carry once", async () => {
  await withWorkspace({ one: "0.1.0" }, async (root) => {
    assertEquals(await bump("0.1.0", "2026-01-02", root), "0.1.0");
    await checkTag("v0.1.0", root);
    await assertRejects(() => bump("0.1.0", "2026-01-02", root), RangeError, "a higher version");
  });
});

Deno.test("bump() changes nothing where packages carry different versions", async () => {
  await withWorkspace({ one: "0.1.0", two: "0.2.0" }, async (root) => {
    const error = await assertRejects(() => bump("patch", "2026-01-02", root), RangeError);
    assertEquals(error.message, "Packages carry different versions: 0.1.0, 0.2.0");
  });
});

Deno.test("checkTag() wants the version of the packages, and its heading", async () => {
  await withWorkspace({ one: "0.1.0" }, async (root) => {
    const { message } = await assertRejects(() => checkTag("v0.2.0", root), RangeError);
    assertEquals(message, "Cannot release tag v0.2.0: the packages carry version 0.1.0");
    await assertRejects(() => checkTag("v0.1.0", root), RangeError, "no heading for 0.1.0");
    await bump("patch", "2026-01-02", root);
    await checkTag("v0.1.1", root);
  });
});

Deno.test("nextVersion() counts up one part of the version, or takes a higher one", () => {
  assertEquals(nextVersion("1.2.3", "major"), "2.0.0");
  assertEquals(nextVersion("1.2.3", "minor"), "1.3.0");
  assertEquals(nextVersion("1.2.3", "patch"), "1.2.4");
  assertEquals(nextVersion("1.2.3-rc.1", "patch"), "1.2.3");
  for (const version of ["1.2.4", "1.10.0", "2.0.0-rc.1"]) {
    assertEquals(nextVersion("1.2.3", version), version);
  }
  assertEquals(nextVersion("1.2.3-rc.1", "1.2.3"), "1.2.3");
});

Deno.test("nextVersion() refuses what is no version, or no higher one", () => {
  for (const version of ["1.2.3", "1.2.2", "0.9.0", "1.2.3-rc.1"]) {
    assertThrows(() => nextVersion("1.2.3", version), RangeError, "expected a higher version");
  }
  for (const version of ["", "1.2", "v1.2.4", "next"]) {
    assertThrows(() => nextVersion("1.2.3", version), RangeError, "expected major, minor, patch");
  }
});
