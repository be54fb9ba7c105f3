import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { add, detach, type Expr, greaterEqual, less, mul, sub } from "@spikeloop/expr";
import { atan, rect, type Surrogate } from "@spikeloop/surrogate";
import { defineNeuron, lif, type Neuron, neuronKernel } from "./mod.ts";

const own: Neuron = defineNeuron({
  name: "own",
  rest: { v: 0 },
  params: { vDecay: 0.5 },
  charge: ({ v }, x, p) => ({ v: add(mul(v, p.vDecay), x) }),
  fire: ({ v }) => sub(v, 1),
  reset: ({ v }, spike) => ({ v: mul(v, sub(1, spike)) }),
});

function kernelOf(model: Neuron, surrogate: Surrogate = rect()) {
  return neuronKernel(model, { params: model.params, surrogate, detachReset: false }).kernel;
}

Deno.test("the same equations are the same kernel", () => {
  const twin = defineNeuron({ ...own });
  assertStrictEquals(kernelOf(twin), kernelOf(own));
  assertStrictEquals(kernelOf(own, rect({ alpha: 2 })), kernelOf(own));
  assertEquals(kernelOf(own, atan()) === kernelOf(own), false);
  const detached = { params: own.params, surrogate: rect(), detachReset: true };
  assertEquals(neuronKernel(own, detached).kernel === kernelOf(own), false);
  assertEquals(kernelOf(own).states, ["v"]);
});

Deno.test("a parameter that is null is none of the kernel's", () => {
  const soft = { ...lif.params, vReset: null };
  const options = { params: soft, surrogate: rect(), detachReset: false };
  const { kernel, numbers } = neuronKernel(lif, options);
  assertEquals(kernel.params.slice(0, -numbers.length), ["vDecay", "vThreshold"]);
});

Deno.test("a definition that lacks a part throws an error that names it", () => {
  const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [undefined, TypeError, "it is undefined, expected a record of name, rest, params"],
    [{ ...own, name: "" }, TypeError, 'name is "", expected a non-empty string'],
    [{ ...own, charge: undefined }, TypeError, "charge is missing, expected a function"],
    [{ ...own, fire: 1 }, TypeError, "fire is 1, expected a function"],
    [{ ...own, fire: undefined, reset: undefined }, TypeError, "it has neither fire"],
    [{ ...own, fire: undefined, emit: () => 1 }, TypeError, "it has a reset but no fire"],
    [{ ...own, resets: 1 }, TypeError, 'it has no part "resets", only name, rest'],
    [{ ...own, rest: undefined }, TypeError, "rest is missing, expected the states at rest"],
    [{ ...own, rest: { v: "0" } }, TypeError, 'v at rest is "0", expected a finite float32 number'],
    [{ ...own, rest: { v: NaN } }, RangeError, "v at rest is NaN, expected a finite float32"],
    [{ ...own, params: undefined }, TypeError, "params is missing"],
    [{ ...own, params: { vDecay: "1" } }, TypeError, 'vDecay is "1", expected a number or null'],
    [{ ...own, params: { vDecay: 1e39 } }, RangeError, "parameter vDecay is 1e+39"],
    [{ ...own, params: { x: 1 } }, TypeError, '"x" is a name that the time loop uses itself'],
    [{ ...own, rest: { out: 0 } }, TypeError, '"out" is a name that the time loop uses itself'],
    [{ ...own, rest: { "g.v": 0 } }, TypeError, '"g.v" is a name that the time loop uses itself'],
    [{ ...own, params: { "number.0": 1 } }, TypeError, '"number.0" is a name that the time loop'],
    [{ ...own, params: { v: 1 } }, TypeError, '"v" names two things'],
    [{ ...own, bounds: { tau: {} } }, TypeError, "bounds are given for tau"],
    [{ ...own, bounds: { vDecay: { min: 1 } } }, RangeError, "which its own bounds exclude"],
    [{ ...own, noise: "n" }, TypeError, 'noise is "n", expected an array of names'],
  ];
  for (const [model, kind, message] of cases) {
    assertThrows(() => defineNeuron(model as Neuron), kind, message);
  }
});

Deno.test("an equation with a fault throws an error that names it and says why", () => {
  const nothing = () => undefined as never;
  const other = ({ v }: Readonly<Record<string, Expr>>) => ({ w: v });
  const cases: [Partial<Neuron>, string][] = [
    [
      { charge: ({ v }, _, p) => ({ v: mul(v, p.decay ?? 0) }) },
      "its charge reads the parameter decay",
    ],
    [
      { charge: ({ u }, x) => ({ v: add(u, x) }) },
      "its charge reads the state u, which it lacks; it has v",
    ],
    [
      { charge: (_s, _x, _p, noise) => ({ v: noise.n }) },
      "reads the noise n, which it lacks; it has none",
    ],
    [{ charge: other }, "its charge returns no value for the state v"],
    [{ charge: ({ v }) => v as unknown as { v: Expr } }, "its charge returns an expression"],
    [
      { charge: ({ v }) => ({ v: `${v}` as unknown as Expr }) },
      "for the state v, expected an expression or a number; combine",
    ],
    [{ fire: ({ u }) => sub(u, 1) }, "its fire reads the state u"],
    [{ fire: nothing }, "its fire returns nothing, expected an expression"],
    [{ fire: ({ v }) => sub(v, nothing()) }, "its fire does not work. Cannot use undefined"],
    [
      { fire: ({ v }) => greaterEqual(v, 1) },
      "its fire returns a comparison, 0 or 1, so that it would fire at every step; return how far",
    ],
    [{ fire: ({ v }) => detach(less(1, v)) }, "its fire returns a comparison"],
    [{ reset: nothing }, "its reset returns nothing, expected a record of states"],
    [{ reset: other }, "its reset returns a value for w, which is no state of it; it has v"],
    [{ emit: nothing }, "its emit returns nothing"],
  ];
  for (const [part, message] of cases) {
    assertThrows(() => kernelOf(defineNeuron({ ...own, ...part })), TypeError, message);
  }
});
