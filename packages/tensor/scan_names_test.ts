import { assertThrows } from "@std/assert";
import { add, input, mul, spike, sub } from "@spikeloop/expr";
import { evaluator } from "@spikeloop/backend/evaluator";
import { assertSameBits, generator, scanCase, slopes } from "@spikeloop/dev/testing";
import { defineScan, type ScanDefinition } from "@spikeloop/backend";
import { runScan } from "./run_skeletons.ts";
import { runScanBackward } from "./run_skeletons.ts";
import { cpu } from "@spikeloop/cpu";

/** An integrator whose state and parameter have these names. */
function named(state: string, param = "decay"): ScanDefinition {
  const v = add(mul(input(state), input(param)), input("x"));
  const out = spike(sub(v, 0.5), slopes.rational(v));
  return { name: "own", states: [state], params: [param], out, next: [sub(v, out)], binary: true };
}

Deno.test("names that are used twice, or by the time loop, are refused", () => {
  for (const name of ["x", "lateral", "out", "g.v", "g.out", "next v"]) {
    const words = `Cannot use neuron "own": "${name}" is a name that the time loop uses itself`;
    assertThrows(() => defineScan(named(name)), TypeError, words);
    assertThrows(() => defineScan(named("v", name)), TypeError, words);
  }
  assertThrows(() => defineScan(named("v", "v")), TypeError, '"v" names two things');
});

Deno.test("names of a kernel's own arrays and locals may be a neuron's", () => {
  const random = generator(1);
  for (const name of ["pulled", "kept", "gx", "bits", "next", "state", "params", "g", "table"]) {
    for (const [own, other] of [[name, "decay"], ["v", name]]) {
      const kernel = defineScan(named(own, other));
      const extents = { steps: 3, batch: 10, groups: 2, group: 6 };
      const { args, cotangents } = scanCase(kernel, extents, random);
      const wants = { weights: true, params: ["sum" as const] };
      const [given, wanted] = [cpu, evaluator].map((backend) => {
        const { out, state, lateral } = runScan(backend, kernel, args, []);
        const back = runScanBackward(backend, kernel, args, out, cotangents, wants);
        return [out, ...state, lateral, back.x, ...back.state, back.weight, ...back.params];
      });
      wanted.forEach((w, i) => {
        const g = given[i];
        if (w && g) assertSameBits(g, w, `${name}: result ${i}`);
      });
    }
  }
});
