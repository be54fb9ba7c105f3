import { assert, assertEquals } from "@std/assert";
import { digitNetwork } from "./digit_network.ts";
import { exampleOf } from "./examples.ts";
import { Ink } from "./ink.ts";

const weights = Deno.readFileSync(new URL("../../models/digits.safetensors", import.meta.url));
const read = digitNetwork(weights);

/** The class of which the network holds most after five steps. */
function classOf(image: Float32Array): number {
  const share = read(image, 5).shares[4];
  return share.indexOf(Math.max(...share));
}

Deno.test("the network that comes with the page knows all examples", () => {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  assertEquals(digits.map((digit) => classOf(exampleOf(digit))), digits);
  const { spikes, shares } = read(exampleOf(3), 7);
  assertEquals([spikes.length, shares.length], [7 * 120, 7]);
  assert(shares.every((share) => Math.abs(share.reduce((a, b) => a + b) - 1) < 1e-5));
});

Deno.test("a digit that is drawn small in a corner becomes an image like the others", () => {
  const seven = (ink: Ink, x: number, y: number, size: number) => {
    ink.draw(x, y, x + 0.7 * size, y);
    ink.draw(x + 0.7 * size, y, x + 0.3 * size, y + size);
  };
  for (const [x, y, size] of [[0.2, 0.1, 0.8], [0.1, 0.1, 0.35]]) {
    const ink = new Ink();
    seven(ink, x, y, size);
    assertEquals(classOf(ink.image()), 7);
  }
  const empty = new Ink();
  assert(empty.isEmpty && empty.image().every((x) => x === 0));
});
