import { assert, assertEquals, assertThrows } from "@std/assert";
import { choice, generator, integer, trials } from "@spikeloop/dev/testing";
import { readNpy, readNpz } from "./read_npy.ts";

const open = (name: string) => Deno.readFileSync(new URL(`./testdata/${name}`, import.meta.url));
const arrays = readNpz(open("arrays.npz"));
const one = open("array.npy");

Deno.test("readNpz() reads every type of numbers in both byte orders", () => {
  const kinds = Object.keys(arrays).filter((name) => name.startsWith("kind_"));
  assertEquals(kinds.length, 18);
  for (const kind of kinds) {
    assertEquals(arrays[kind].shape, [2, 3], kind);
    const expected = kind.endsWith("b1") ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 100];
    assertEquals([...arrays[kind].dataSync()], expected, kind);
  }
});

Deno.test("readNpz() reads arrays of any rank and order", () => {
  assertEquals([...arrays.fortran.dataSync()], [0, 1, 2, 3, 4, 100]);
  assertEquals(arrays.cube.shape, [2, 3, 4]);
  assertEquals([...arrays.cube.dataSync()], Array.from({ length: 24 }, (_, i) => i));
  assertEquals(arrays.scalar.item(), 2.5);
  assertEquals([arrays.empty.shape, arrays.empty_fortran.shape], [[0, 3], [3, 0, 2]]);
});

Deno.test("readNpz() leaves out what no tensor holds, and says why when asked", () => {
  const why = { text: '"<U2"', complex: '"<c16"', structure: "type", large: "16777217" };
  for (const [name, reason] of Object.entries(why)) {
    assert(!Object.keys(arrays).includes(name));
    assertThrows(() => arrays[name], SyntaxError, reason);
  }
});

Deno.test("readNpz() unpacks compressed archives", () => {
  const { x, y } = readNpz(open("packed.npz"));
  assertEquals([...x.dataSync()], [0, 1, 2, 3, 4, 100]);
  assertEquals(y.dataSync()[9], 2);
});

Deno.test("readNpz() reads an archive without arrays", () => {
  const empty = Uint8Array.from({ length: 22 }, (_, i) => [0x50, 0x4b, 5, 6][i] ?? 0);
  assertEquals(Object.keys(readNpz(empty)), []);
});

Deno.test("readNpy() reads a single array", () => {
  assertEquals([...readNpy(one).dataSync()], [0, 1, 2, 3, 4, 100]);
});

/** The array with another header; the length of the header stays. */
function edited(from: string, to: string): Uint8Array {
  const text = String.fromCharCode(...one);
  assert(text.includes(from) && to.length <= from.length);
  return Uint8Array.from(text.replace(from, to.padEnd(from.length)), (c) => c.charCodeAt(0));
}

const refuse = (bytes: Uint8Array, problem: string) =>
  assertThrows(() => readNpy(bytes), SyntaxError, problem);

Deno.test("readNpy() refuses hostile and damaged headers", () => {
  refuse(new Uint8Array(), "does not begin as numpy.save writes");
  refuse(one.subarray(0, 60), "header is cut off");
  refuse(one.subarray(0, -1), "bytes of numbers, shape [2, 3]");
  refuse(open("packed.npz"), "readNpz reads those");
  refuse(edited("'shape': (2, 3), ", "'shape': (2, -3),"), "expected a tuple of integers");
  refuse(edited("(2, 3)", "(2, x)"), "expected a tuple of integers");
  refuse(edited("(2, 3)", "[2, 3]"), "expected a tuple of integers");
  refuse(edited("(2, 3)", "(9, 9)"), "shape [9, 9]");
  refuse(edited("'shape': (2, 3), ", "'shape': 99999999"), "expected a tuple");
  refuse(edited("'fortran_order': False", "'fortran_order': 1"), "no truth value");
  refuse(edited("'fortran_order': False", "'descr': '<f8'"), "descr twice");
  refuse(edited("'descr': '<f8', ", ""), "lacks descr");
  refuse(edited("'<f8'", "'|O'"), 'the type "|O"');
  refuse(edited("}", "]"), "no dictionary");
  const version = one.slice();
  version[6] = 9;
  refuse(version, "version 9.0");
  const long = one.slice();
  long[6] = 2;
  refuse(long, "its header has");
  assertThrows(() => readNpy("x" as never), TypeError, "Uint8Array");
  assertThrows(() => readNpz(one), SyntaxError, "readNpy reads a single array");
});

Deno.test("readNpy() and readNpz() read or refuse files with random damage", () => {
  const files = [[readNpy, one], [readNpz, open("packed.npz")]] as const;
  for (let seed = 0; seed < trials(300, 20_000); seed++) {
    const random = generator(seed);
    const [read, bytes] = files[seed % 2];
    const damaged = bytes.slice(0, random() < 0.1 ? integer(random, 0, bytes.length) : undefined);
    for (let count = integer(random, 1, 3); count > 0 && damaged.length > 0; count--) {
      const at = integer(random, 0, Math.min(damaged.length, 400) - 1);
      damaged[at] = choice(random, [0, 1, 39, 40, 44, 49, 127, 255, damaged[at] ^ 1]);
    }
    try {
      read(damaged);
    } catch (error) {
      assert(error instanceof SyntaxError, `seed ${seed} ends in ${error}`);
    }
  }
});
