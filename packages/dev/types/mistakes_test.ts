import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { checkTypes, linesOf, unexpected } from "./type_errors.ts";

const mistakes = await Deno.readTextFile(new URL("./testdata/mistakes.ts", import.meta.url));

/** Its errors print types. */
const shown = `
import { ilc, linear, sequential } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
const population = ilc(cubaLif, { actDim: 1, decPopDim: 2, learn: ["vDecay"] });
const net = sequential({ fc: linear({ inFeatures: 2, outFeatures: 2 }), out: population });
export const shown: 0[] = [cubaLif, population, population.init(key(0)), net];
`;

/**
 * The messages about both programs. The tests of the npm package look for the mistakes without
 * `noUncheckedIndexedAccess`, too.
 */
const messages = await checkTypes(
  { "mistakes.ts": mistakes, "shown.ts": shown },
  { strict: true, noUncheckedIndexedAccess: true },
);

Deno.test("every mistake is a type error, and nothing else is", () => {
  const wrong = linesOf(messages, "mistakes.ts");
  assertGreater(wrong.size, 50);
  assertEquals(unexpected(mistakes, wrong), []);
});

Deno.test("a population and a network print as their names", () => {
  // The order of the names is the compiler's.
  const oneOf = (...names: string[]) => `(${names.map((name) => `"${name}"`).join("|")})`;
  const union = (...names: string[]) => names.map(() => oneOf(...names)).join(" \\| ");
  const population = `Population<${union("c", "v", "lateral")}, ${
    union("weight", "bias", "vDecay")
  }>`;
  for (
    const type of [
      `Neuron<${union("c", "v")}, ${union("cDecay", "vDecay", "vThreshold", "vReset")}>`,
      population,
      `Tensors<${union("weight", "bias", "vDecay")}>`,
      `Network<{ readonly fc: Linear<${union("weight", "bias")}>; readonly out: ${population}; }>`,
    ]
  ) {
    assertMatch(messages, new RegExp(`Type '${type}' is not assignable to type '0'`));
  }
});
