import { assertEquals, assertThrows } from "@std/assert";
import { add, evaluate, input, mul } from "@spikeloop/expr";
import { defineScan, type ScanDefinition } from "./define_scan.ts";
import { scanPullback } from "./scan_pullback.ts";

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
    'Cannot use neuron "own": next.length is 0, states.length is 1',
  );
});

Deno.test("states and gradients below 2⁻¹²⁶ are 0 where a definition flushes, and no others are", () => {
  const least = 2 ** -126;
  const kernel = defineScan({ ...named("v"), flushDenormal: true });
  const { x, states: [v] } = scanPullback(kernel);
  for (const [value, flushed] of [[least / 2, 0], [-least / 2, 0], [least, least], [-1, -1]]) {
    const at = { v: value, decay: 1, x: 0, "g.out": 0, "g.v": value };
    assertEquals([kernel.next[0], x, v].map((e) => e && evaluate(e, at)), [
      flushed,
      flushed,
      flushed,
    ]);
    assertEquals(evaluate(kernel.out, at), value);
  }
  assertEquals(evaluate(kernel.next[0], { v: NaN, decay: 1, x: 0 }), NaN);
});
