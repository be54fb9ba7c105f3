import { assertEquals, assertThrows } from "@std/assert";
import { add, input, mul } from "@spikeloop/expr";
import { defineScan, type ScanDefinition } from "./define_scan.ts";

/** An integrator whose state and parameter have these names. */
function named(state: string, param = "decay"): ScanDefinition {
  const v = add(mul(input(state), input(param)), input("x"));
  return { name: "own", states: [state], params: [param], out: v, next: [v], binary: false };
}

Deno.test("defineScan() keeps a definition, without noise if it has none", () => {
  const definition = named("v");
  assertEquals(defineScan(definition), { ...definition, noise: [] });
});

Deno.test("names that are used twice, or by kernels, are refused", () => {
  for (const name of ["x", "lateral", "out", "g.v", "g.out", "next v", "number.0"]) {
    const words = `Cannot use neuron "own": "${name}" is a name that the time loop uses itself`;
    assertThrows(() => defineScan(named(name)), TypeError, words);
    assertThrows(() => defineScan(named("v", name)), TypeError, words);
  }
  assertThrows(() => defineScan(named("v", "v")), TypeError, '"v" names two things');
});

Deno.test("a step that reads an unknown name, or lacks a next value, is refused", () => {
  assertThrows(
    () => defineScan({ ...named("v"), params: ["leak"] }),
    TypeError,
    'Cannot use neuron "own": its equations read "decay", which is none of x, v, leak',
  );
  assertThrows(
    () => defineScan({ ...named("v"), next: [] }),
    TypeError,
    'Cannot use neuron "own": it has 1 states and 0 next values',
  );
});
