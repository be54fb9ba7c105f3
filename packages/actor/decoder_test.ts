import { assertEquals } from "@std/assert";
import { tensor } from "@spikeloop/tensor";
import { makeDecoder } from "./decoder.ts";
import type { DecodeMode } from "./options.ts";

// Two numbers of an action from groups of two units, three steps, one observation.
const params = {
  weight: tensor([[[1, 2]], [[-1, 0.5]]]),
  bias: tensor([0.25, -0.25]),
};
const spikes = tensor([[[1, 0, 1, 0]], [[0, 1, 1, 1]], [[0, 0, 0, 1]]]);
// The currents are 1.25, 2.25, 0.25 and -1.25, -0.75, 0.25.

const decode = (mode: DecodeMode) => [...makeDecoder(mode, 2, 2)(params, spikes).dataSync()];

Deno.test("a decoder weighs each group's spikes, and integrates the currents", () => {
  assertEquals(decode("last-mem"), [3.75, -1.75]);
  assertEquals(decode("max-mem"), [3.75, -1.25]);
  assertEquals(decode("max-abs-mem"), [3.75, -2]);
  const mean = [(1.25 + 3.5 + 3.75) / 3, (-1.25 - 2 - 1.75) / 3];
  assertEquals(decode("mean-mem"), mean.map(Math.fround));
});

Deno.test('the decoder "fr-mlp" weighs firing rates', () => {
  const third = Math.fround(1 / 3);
  const rates = [third, third, Math.fround(2 / 3), Math.fround(2 / 3)];
  const expected = [rates[0] + 2 * rates[1] + 0.25, -rates[2] + 0.5 * rates[3] - 0.25];
  decode("fr-mlp").forEach((x, i) => assertEquals(Math.abs(x - expected[i]) < 1e-6, true));
});
