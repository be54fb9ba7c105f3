import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoVersion, oldestDeno, whyNotDeno } from "./deno_version.ts";
import { webgpu } from "./mod.ts";

Deno.test("a Deno whose WebGPU is wrong is refused by name", () => {
  for (const version of ["2.6.8", "2.6.6", "2.5.99", "1.46.3", "2.6.8+3f0ec5d"]) {
    const reason = whyNotDeno(version) ?? "none";
    assert(reason.startsWith(`Cannot use a GPU in Deno ${version}`), version);
    assert(reason.includes(`expected Deno ${oldestDeno} or later`));
  }
  const later = ["2.6.9", "2.6.10", "2.7.0-rc.1", "2.9.6", "3.0.0", "10.0.0", "canary", undefined];
  assertEquals(later.map(whyNotDeno), later.map(() => undefined));
});

Deno.test("the Deno that runs this is known by its version", () => {
  assertEquals(denoVersion(), Deno.version.deno);
});

Deno.test("webgpu() does not open the GPU of an old Deno, and opens another", async () => {
  const version = Object.getOwnPropertyDescriptor(Deno, "version");
  assert(version !== undefined);
  Object.defineProperty(Deno, "version", {
    ...version,
    value: { ...Deno.version, deno: "2.6.8" },
  });
  try {
    await assertRejects(() => webgpu(), Error, "Cannot use a GPU in Deno 2.6.8");
    assertEquals(await webgpu.isSupported(), false);
    const asked: string[] = [];
    const requestAdapter = () => Promise.resolve((asked.push("another"), null));
    const gpu = { requestAdapter } as unknown as GPU;
    await assertRejects(() => webgpu({ gpu }), Error, "this runtime offers no WebGPU adapter");
    assertEquals(asked, ["another"]);
  } finally {
    Object.defineProperty(Deno, "version", version);
  }
});
