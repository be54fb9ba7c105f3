import { assert, assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { type Expr, input } from "@spikeloop/expr";
import { fire, surrogate } from "./mod.ts";
import { golden } from "./testing/golden.ts";

/**
 * Functions are rounded more coarsely than on the CPU; near 0, where terms cancel, an absolute
 * error is left.
 */
const relative = 1e-5;
const absolute = 2e-6;

function assertNear(title: string, x: readonly number[], got: Float32Array, want: number[]): void {
  want.forEach((w, i) =>
    assert(
      got[i] === w || Number.isNaN(w) && Number.isNaN(got[i]) ||
        Math.abs(got[i] - w) <= relative * Math.abs(w) + absolute,
      `${title} at ${x[i]}: got ${got[i]}, the reference ${w}`,
    )
  );
}

await onGpu("surrogates", (gpu) => {
  Deno.test("every surrogate fires on the GPU as the reference, with its derivative and primitive", async () => {
    const u = input("u");
    await Promise.all(golden.map(async ({ title, name, params, x, ...want }) => {
      const s = surrogate(name, params);
      const allOutputs: [string, Expr, readonly number[] | undefined][] = [
        ["spike", fire(s, u, u), want.spike],
        ["slope", s.slope(u), want.derivative],
        ["primitive", s.primitive?.(u) ?? u, want.primitive],
      ];
      const present = allOutputs.filter(([, , values]) => values !== undefined);
      const storage = gpu.upload(Float32Array.from(x));
      const outputs = gpu.map(
        { inputs: ["u"], outputs: present.map(([, e]) => e) },
        [{ storage, strides: [1] }],
        [x.length],
      );
      const results = await Promise.all(outputs.map((o) => gpu.read(o)));
      present.forEach(([name, , values = []], i) => {
        if (name === "spike") {
          assertEquals(
            [...results[i]].map((v) => v + 0),
            values.map((v) => v + 0),
            title,
          );
        } else assertNear(`${name} of ${title}`, x, results[i], [...values]);
      });
    }));
  });
});
