import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { abs, add, constant, div, mul } from "@spikeloop/expr";
import {
  multiLevelSpikeCount,
  rect,
  registerSurrogate,
  slopeAt,
  surrogate,
  surrogateNames,
} from "./mod.ts";
import { variations } from "./testing/variations.ts";

Deno.test("every built-in surrogate is found by its own name", () => {
  for (const name of surrogateNames()) {
    assertEquals(
      surrogate(name, name === "multiLevelSpikeCount" ? { maxSpikeCount: 1 } : {}).name,
      name,
    );
  }
});

Deno.test("every class of the reference is found by its name there", () => {
  const classes =
    "PiecewiseQuadratic PiecewiseExp Sigmoid SoftSign SuperSpike ATan NonzeroSignLogAbs Erf " +
    "PiecewiseLeakyReLU SquarewaveFourierSeries S2NN QPseudoSpike LeakyKReLU FakeNumericalGradient " +
    "LogTailedReLU DeterministicPass PoissonPass Rect";
  for (const name of classes.split(" ")) {
    assertEquals(surrogate(name).name.toLowerCase(), name.toLowerCase());
  }
});

Deno.test("name and params make a surrogate again", () => {
  const x = new Float32Array([-1.5, -0.1, 0, 0.4, 3]);
  for (const { s } of variations) {
    assertEquals(slopeAt(surrogate(s.name, s.params), x), slopeAt(s, x));
  }
  const windowed = multiLevelSpikeCount({ maxSpikeCount: 2, gradWindow: [-1, 1] });
  assertEquals(surrogate(windowed.name, windowed.params).params, windowed.params);
});

Deno.test("a user's surrogate is registered in four lines and found by name", () => {
  registerSurrogate("halved", ({ beta = 2 } = {}) => ({
    name: "halved",
    params: { beta },
    slope: (u) => div(1, add(1, mul(beta, abs(u)))),
  }));
  const name: string = "halved"; // a literal would be a type error
  assertEquals([...slopeAt(surrogate(name, { beta: 4 }), new Float32Array([0.25]))], [0.5]);
  assertEquals([...slopeAt(surrogate(name), new Float32Array([0.5]))], [0.5]);
  assertEquals(surrogateNames().at(-1), "halved");
});

Deno.test("a name is taken once, but the same factory may be registered again", () => {
  const own = () => ({ name: "own", params: {}, slope: () => constant(1) });
  registerSurrogate("own", own);
  registerSurrogate("own", own);
  registerSurrogate("rect", rect);
  assertStrictEquals(surrogateNames().filter((name) => name === "own").length, 1);
  const message = "another factory has that name";
  assertThrows(() => registerSurrogate("own", () => own()), RangeError, message);
  assertThrows(() => registerSurrogate("rect", own), RangeError, message);
  assertThrows(() => registerSurrogate("ATan", own), RangeError, message);
});

Deno.test("an unknown name is refused with the close ones and all others", () => {
  const notFound = (name: string, message: string) =>
    assertThrows(() => surrogate(name), RangeError, message);
  notFound("rekt", 'Cannot find surrogate "rekt": expected one of atan, ');
  notFound("rekt", "did you mean rect?");
  notFound("fastsigmod", "did you mean fastSigmoid?");
  notFound("constructor", "expected one of");
  notFound("", "expected one of");
  notFound(undefined as unknown as string, "expected one of");
});

Deno.test("a registration that can't work is refused", () => {
  assertThrows(() => registerSurrogate("", rect), TypeError, "expected a name");
  assertThrows(
    () => registerSurrogate("made", rect() as never),
    TypeError,
    "factory is a record, expected",
  );
  registerSurrogate("broken", (() => ({ name: "broken", params: {} })) as never);
  const name: string = "broken";
  assertThrows(() => surrogate(name), TypeError, "slope is missing");
});

Deno.test("a literal that is no name of the package or of the reference is a type error", () => {
  assertEquals(surrogate("atan").name, surrogate("ATan").name);
  // @ts-expect-error: the class is ATan
  assertThrows(() => surrogate("Atan2"), RangeError);
  // @ts-expect-error: the class is Rect
  assertEquals(surrogate("RECT").name, "rect");
});
