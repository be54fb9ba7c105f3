import { defineScan } from "@spikeloop/backend";
import { evaluateScan, evaluateScanBackward } from "@spikeloop/backend/evaluator";
import { cpuScan, cpuScanBackward } from "@spikeloop/cpu";
import { assertSameBits, generator, scanCase, slopes } from "@spikeloop/dev/testing";
import { add, input, mul, spike, sub } from "@spikeloop/expr";

/** An integrator whose state and parameter have these names. */
function named(state: string, param: string) {
  const v = add(mul(input(state), input(param)), input("x"));
  const out = spike(sub(v, 0.5), slopes.rational(v));
  const next = [sub(v, out)];
  return defineScan({ name: "own", states: [state], params: [param], out, next, binary: true });
}

const engines = [
  { scan: cpuScan, scanBackward: cpuScanBackward },
  { scan: evaluateScan, scanBackward: evaluateScanBackward },
];

Deno.test("names of a kernel's own arrays and locals may be a neuron's", () => {
  const random = generator(1);
  for (
    const name of ["gPulled", "keptValue", "gx", "bits", "next", "state", "params", "g", "table"]
  ) {
    for (const [state, param] of [[name, "decay"], ["v", name]]) {
      const kernel = named(state, param);
      const extents = { steps: 3, batch: 10, groups: 2, group: 6 };
      const { args, cotangents } = scanCase(kernel, extents, random);
      const wants = { weights: true, params: ["sum" as const] };
      const [actual, expected] = engines.map(({ scan, scanBackward }) => {
        const { out, state, lateral } = scan(kernel, args, []);
        const back = scanBackward(kernel, args, out, cotangents, wants);
        return [out, ...state, lateral, back.x, ...back.state, back.weight, ...back.params];
      });
      expected.forEach((w, i) => {
        const g = actual[i];
        if (w && g) assertSameBits(g, w, `${name}: result ${i}`);
      });
    }
  }
});
