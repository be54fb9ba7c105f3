import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  abs,
  add,
  constant,
  div,
  evaluate,
  type Expr,
  input,
  less,
  mul,
  sub,
  vjp,
} from "@spikeloop/expr";
import {
  fire,
  firesBinary,
  multiLevelSpikeCount,
  needsNoise,
  poissonPass,
  primitiveAt,
  rect,
  slopeAt,
  type Surrogate,
  triangle,
} from "./mod.ts";

const u = input("u");
const noise = input("noise");

const mine: Surrogate = {
  name: "mine",
  params: { beta: 2 },
  slope: (u) => div(1, add(1, mul(2, abs(u)))),
};

function gradient(e: Expr, inputs: Readonly<Record<string, number>>): number {
  const [derivative] = vjp([{ value: e, cotangent: constant(1) }], [u]);
  return derivative === undefined ? 0 : evaluate(derivative, inputs);
}

Deno.test("a record of name, params and slope is a whole surrogate", () => {
  const spike = fire(mine, u, noise);
  assertEquals([-1, -0, 0, 1].map((x) => evaluate(spike, { u: x })), [0, 1, 1, 1]);
  assertEquals(gradient(spike, { u: 1.5 }), 0.25);
  assert(firesBinary(mine) && !needsNoise(mine));
});

Deno.test("fire() of the same surrogate is the same expression", () => {
  assertStrictEquals(fire(mine, u, noise), fire(mine, u, noise));
  assertStrictEquals(fire(rect(), u, noise), fire(rect({ alpha: 1 }), u, noise));
});

Deno.test("fire() attaches the slope at the membrane's distance from the threshold", () => {
  const spike = fire(triangle({ alpha: 1 }), sub(u, 2), noise);
  assertEquals(evaluate(spike, { u: 1.75 }), 0);
  assertEquals(gradient(spike, { u: 1.75 }), 0.75);
});

Deno.test("spiking: false puts the primitive into the forward pass, differentiated as written", () => {
  const s = rect({ alpha: 2, spiking: false });
  const smooth = fire(s, u, noise);
  assertEquals(evaluate(smooth, { u: 0.125 }), 0.75);
  assertEquals(gradient(smooth, { u: 0.25 }), 2); // the closed end, where the slope is 0
  assert(!firesBinary(s));
});

Deno.test("a count fires more than 0 or 1, with a derivative of 0 or 1", () => {
  const s = multiLevelSpikeCount({ maxSpikeCount: 3 });
  const count = fire(s, u, noise);
  const counts = [-1, 0.5, 1.5, 2.5, 9].map((x) => evaluate(count, { u: x }));
  assertEquals(counts, [0, 0, 2, 2, 3]);
  assertEquals([-1, 0.5, 9].map((x) => gradient(count, { u: x })), [0, 1, 0]);
  assert(!firesBinary(s) && !needsNoise(s));
});

Deno.test("poissonPass() reads its noise unless the primitive is in the forward pass", () => {
  const s = poissonPass();
  const draw = fire(s, u, noise);
  assertEquals([0.2, 0.3, 0.7].map((value) => evaluate(draw, { u: 0.3, noise: value })), [1, 0, 0]);
  assertEquals(gradient(draw, { u: 0.3, noise: 0.9 }), 1);
  assert(!firesBinary(s) && needsNoise(s));
  assert(!needsNoise(poissonPass({ spiking: false })));
});

Deno.test("needsNoise() depends on the noise that a user's forward reads, not on `fires`", () => {
  const noisy: Surrogate = { ...mine, forward: (u, noise) => less(noise, mul(u, u)) };
  const strict: Surrogate = { ...mine, forward: (u) => less(0, u) };
  assert(needsNoise(noisy) && !firesBinary(noisy));
  assert(!needsNoise(strict) && !firesBinary(strict));
  assertEquals(evaluate(fire(strict, u, noise), { u: 0 }), 0);
});

Deno.test("a slope that returns no expression throws an error that names the surrogate", () => {
  const broken = { ...mine, slope: () => undefined as unknown as Expr };
  assertThrows(
    () => fire(broken, u, noise),
    TypeError,
    'Cannot use surrogate "mine": its slope returned undefined',
  );
});

Deno.test("a slope that takes u for a number throws an error that names the surrogate", () => {
  const number = (u: Expr): Expr => 1 / (1 + Math.abs(u as unknown as number)) as unknown as Expr;
  const problem = (method: string) =>
    `Cannot use surrogate "mine": its ${method} does not work. Cannot use an expression (input) as`;
  const broken = { ...mine, slope: number, primitive: number };
  assertThrows(() => fire(broken, u, noise), TypeError, problem("slope"));
  assertThrows(() => fire({ ...mine, forward: number }, u, noise), TypeError, problem("forward"));
  assertThrows(() => slopeAt(broken, new Float32Array(1)), TypeError, problem("slope"));
  assertThrows(() => primitiveAt(broken, new Float32Array(1)), TypeError, problem("primitive"));
});
