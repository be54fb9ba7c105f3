import { assert, assertEquals, assertThrows } from "@std/assert";
import { choice, generator, integer, trials } from "@spikeloop/dev/testing";
import { readIdx } from "./read_idx.ts";

const open = (name: string) => Deno.readFileSync(new URL(`./testdata/${name}`, import.meta.url));
const images = open("images-idx3-ubyte");
const packed = open("images-idx3-ubyte.gz");

Deno.test("readIdx() reads images, also packed ones", () => {
  for (const bytes of [images, packed]) {
    const x = readIdx(bytes);
    assertEquals(x.shape, [2, 3, 4]);
    assertEquals([...x.dataSync()], Array.from({ length: 24 }, (_, i) => 10 * i));
  }
});

Deno.test("readIdx() reads numbers of every type, the most significant byte first", () => {
  const file = (type: number, ...bytes: number[]) =>
    Uint8Array.of(0, 0, type, 1, 0, 0, 0, 1, ...bytes);
  const read = (type: number, ...bytes: number[]) => readIdx(file(type, ...bytes)).item();
  assertEquals(read(0x09, 255), -1);
  assertEquals(read(0x0b, 1, 2), 258);
  assertEquals(read(0x0c, 255, 255, 255, 254), -2);
  assertEquals(read(0x0d, 0x3f, 0x80, 0, 0), 1);
  assertEquals(read(0x0e, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0), 0.5);
  assertThrows(() => read(0x0c, 1, 0, 0, 1), SyntaxError, "holds 16777217, which float32 cannot");
});

const refuse = (bytes: Uint8Array, problem: string, options = {}) =>
  assertThrows(() => readIdx(bytes, options), SyntaxError, problem);

Deno.test("readIdx() refuses hostile and damaged files", () => {
  refuse(Uint8Array.of(1, 0, 8, 1), "two zeros");
  refuse(Uint8Array.of(0, 0), "two zeros");
  refuse(Uint8Array.of(0, 0, 7, 1), "the type 7");
  refuse(Uint8Array.of(0, 0, 8, 200), "200 axes");
  refuse(Uint8Array.of(0, 0, 8, 2, 0, 0), "header is cut off");
  refuse(Uint8Array.of(0, 0, 8, 1, 255, 255, 255, 255, 0), "needs 4294967295");
  refuse(images.subarray(0, -1), "has 23 bytes of numbers, shape [2, 3, 4] needs 24");
  refuse(images, "more than 9 bytes", { maxBytes: 9 });
  refuse(packed.subarray(0, 12), "is cut off");
  const method = packed.slice();
  method[2] = 7;
  refuse(method, "by method 7");
  const sum = packed.slice();
  sum[sum.length - 8] ^= 1;
  refuse(sum, "CRC-32");
  const bomb = packed.slice();
  bomb.fill(255, -4);
  refuse(bomb, "would make more than");
});

Deno.test("readIdx() reads or refuses files with random damage", () => {
  for (let seed = 0; seed < trials(300, 20_000); seed++) {
    const random = generator(seed);
    const damaged = choice(random, [images, packed]).slice();
    const at = integer(random, 0, damaged.length - 1);
    damaged[at] = choice(random, [0, 1, 127, 255, damaged[at] ^ 1]);
    try {
      readIdx(damaged);
    } catch (error) {
      assert(error instanceof SyntaxError, `seed ${seed} ends in ${error}`);
    }
  }
});
