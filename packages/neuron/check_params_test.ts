import { assertEquals, assertThrows } from "@std/assert";
import { add, sub } from "@spikeloop/expr";
import { cubaLif, defineNeuron, lif, type NeuronParams, resolveParams, tauLif } from "./mod.ts";

Deno.test("resolveParams() puts what is given in place of the defaults", () => {
  assertEquals(resolveParams(lif, { vDecay: 0.5, vReset: undefined }), {
    vDecay: 0.5,
    vThreshold: 1,
    vReset: 0,
  });
  assertEquals(resolveParams(cubaLif, { vReset: null }).vReset, null);
});

Deno.test("a parameter may be null where its default is, or its bounds say so", () => {
  const neuron = defineNeuron({
    name: "own",
    rest: { v: 0 },
    params: { leak: null as number | null, vThreshold: 1 },
    charge: ({ v }, x) => ({ v: add(v, x) }),
    fire: ({ v }, p) => sub(v, p.vThreshold),
  });
  assertEquals(resolveParams(neuron, { leak: 0.5 }).leak, 0.5);
  assertEquals(resolveParams(neuron, { leak: null }).leak, null);
  assertThrows(
    () => resolveParams(neuron, { vThreshold: null }),
    TypeError,
    'Cannot use neuron "own": parameter vThreshold is null, expected a finite float32 number',
  );
});

Deno.test("a parameter that does not fit gives an error that names it", () => {
  const cases: [NeuronParams, typeof TypeError | typeof RangeError, string][] = [
    [{ threshold: 1 }, TypeError, 'no parameter "threshold", only vDecay, vThreshold, vReset'],
    [{ toString: 1 }, TypeError, 'no parameter "toString"'],
    [
      { vThreshold: NaN },
      RangeError,
      "parameter vThreshold is NaN, expected a finite float32 number",
    ],
    [
      { vThreshold: 1e39 },
      RangeError,
      "parameter vThreshold is 1e+39, expected a finite float32 number",
    ],
    [
      { vDecay: -0.1 },
      RangeError,
      "parameter vDecay is -0.1, expected a finite float32 number of at least 0",
    ],
    [{ vDecay: null }, TypeError, "parameter vDecay is null, expected a finite float32 number"],
  ];
  for (const [params, kind, message] of cases) {
    assertThrows(() => resolveParams(lif, params), kind, message);
  }
  assertThrows(
    () => resolveParams(tauLif, { tau: 1 }),
    RangeError,
    "expected a finite float32 number above 1",
  );
});
