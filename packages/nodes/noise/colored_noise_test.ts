import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { key, split, uniform } from "@spikeloop/random";
import { zeros } from "@spikeloop/tensor";
import { ColoredNoise } from "./colored_noise.ts";
import { powerlawPsdGaussian } from "./powerlaw.ts";

const options = { node: "Node", units: 3, steps: 4, beta: 1, parts: 2, isTraining: true };
const x = zeros([4, 2, 3]);

Deno.test("one course of noise per unit goes through all sequences, the same for all rows", () => {
  const noise = new ColoredNoise(options);
  noise.reset(2, key(1));
  const keys = split(key(1), 2);
  for (const sequence of [0, 1]) {
    const heard = noise.sequences(x).map((n) => n.dataSync());
    noise.advance();
    const current = noise.current().dataSync();
    keys.forEach((k, part) => {
      const courses = powerlawPsdGaussian(k, 1, [3, 8]);
      for (let t = 0; t < 4; t++) {
        for (let d = 0; d < 3; d++) {
          const expected = Math.fround(courses[d * 8 + sequence * 4 + t]);
          assertEquals([0, 1].map((n) => heard[part][(t * 2 + n) * 3 + d]), [expected, expected]);
          assertEquals(current[(t * 2 + part) * 3 + d], expected);
        }
      }
    });
  }
});

Deno.test("loaded noise is heard per row and leaves the drawn noise as it is", () => {
  const noise = new ColoredNoise(options);
  noise.reset(1, key(1));
  const drawn = noise.sequences(x).map((n) => n.dataSync());
  const loaded = uniform(key(2), [2, 4, 6]);
  noise.load(loaded);
  const [heard] = noise.sequences(x);
  assertEquals(heard.shape, [4, 2, 3]);
  assertEquals(heard.dataSync().slice(3, 6), loaded.dataSync().slice(24, 27));
  for (let i = 0; i < 3; i++) noise.advance();
  noise.cancelLoad();
  assertEquals(noise.sequences(x).map((n) => n.dataSync()), drawn);
});

Deno.test("without training there is no noise, and none is used up", () => {
  const noise = new ColoredNoise({ ...options, isTraining: false });
  assertEquals(noise.sequences(x), []);
  noise.reset(1, key(1));
  noise.advance();
  noise.isTraining = true;
  assertEquals(noise.sequences(x).length, 2);
});

Deno.test("another key gives other noise", () => {
  const first = (seed: number) => {
    const noise = new ColoredNoise(options);
    noise.reset(1, key(seed));
    return noise.sequences(x)[0].dataSync();
  };
  assertNotEquals(first(1), first(2));
});

Deno.test("noise that is not there gives an error that says what to call", () => {
  const noise = new ColoredNoise(options);
  assertThrows(
    () => noise.sequences(x),
    Error,
    "Cannot run Node: no noise has been drawn; call resetNoise",
  );
  assertThrows(
    () => noise.current(),
    Error,
    "Cannot read the noise of Node: no noise has been drawn",
  );
  assertThrows(
    () => noise.reset(0, key(0)),
    RangeError,
    "number of sequences is 0, expected an integer",
  );
  assertThrows(() => noise.reset(1.5, key(0)), RangeError, "is 1.5");
  noise.reset(1, key(0));
  assertThrows(() => noise.current(), Error, "call forward() first");
  assertThrows(() => noise.sequences(zeros([3, 2, 3])), TypeError, "T = 3, expected T = 4");
  noise.advance();
  assertThrows(() => noise.sequences(x), RangeError, "the noise of resetNoise(1) is used up");
  assertThrows(
    () => noise.load(zeros([2, 4, 5])),
    TypeError,
    "the noise is Tensor([2, 4, 5], cpu), expected a tensor of shape [N, 4, 6]",
  );
  noise.load(zeros([1, 4, 6]));
  assertThrows(() => noise.sequences(x), TypeError, "the input has N = 2, the loaded noise 1");
});
