import { assertEquals, assertThrows } from "@std/assert";
import { ones, Tensor, tensor } from "@spikeloop/tensor";
import { type NirGraph, type NirMetadata, readNir, writeNir } from "../mod.ts";

const open = (name: string) =>
  Deno.readFileSync(new URL(`../testdata/nir_${name}.nir`, import.meta.url));

/** Metadata with tensors as lists of their numbers. */
function plain(value: NirMetadata[string] | NirMetadata): unknown {
  if (value instanceof Tensor) return [...value.dataSync()];
  if (typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** A graph of one node with this metadata. */
const graphOf = (metadata: unknown): NirGraph => ({
  type: "NIRGraph",
  nodes: { l: { type: "Linear", weight: ones([1, 1]), metadata: metadata as NirMetadata } },
  edges: [],
});
const roundTrip = (metadata: unknown) =>
  readNir(writeNir(graphOf(metadata))).nodes.l.metadata ?? {};

Deno.test("metadata of all kinds that h5py 3.16 writes hide no network", () => {
  // Of one node: seed: 123456789, huge: 2 ** 60 + 1, list: ["a", "b"], flag: True, cplx: 1 + 2j,
  // nested: { delay: 1, more: { text: "t" } }, and more.
  const { l } = readNir(open("metadata")).nodes;
  const { metadata } = l;
  assertEquals(l.type === "Linear" && l.weight.shape, [2, 3]);
  if (metadata === undefined) throw new Error("The metadata is missing");
  assertEquals(plain(metadata), {
    ...{ seed: 123456789, pi: Math.PI, flag: 1, f16: 1.5, list: ["a", "b"], vl: [1], e: [] },
    ...{ flags: [1, 0], none: [] },
    ...{ nested: { delay: 1, more: { text: "t" } } },
  });
  const reasons = {
    big: '"big", which holds 16777217, which float32 cannot hold exactly',
    huge: '"huge", which holds 1152921504606846977, which no number holds exactly',
    u64: '"u64", which holds 18446744073709551615',
    cplx: '"cplx", which holds records (class 6) of 16 bytes, expected numbers or texts',
    comp: "holds records (class 6)",
    ref: "holds references (class 7)",
    bytes: "holds opaque data (class 5)",
    vlen: "holds lists of any length (class 9)",
    be: "holds big-endian numbers of 4 bytes",
    f128: "floats",
    unwritten: "data was never written",
    table: "is a table of texts",
    soft: "is a link elsewhere",
  };
  for (const [name, reason] of Object.entries(reasons)) {
    assertThrows(() => metadata[name], SyntaxError, reason);
    assertEquals(Object.keys(metadata).includes(name), false);
  }
  assertEquals(metadata.missing, undefined);
});

Deno.test("metadata of all kinds survive a round trip", () => {
  const cases: Record<string, unknown>[] = [
    { seed: 123456789, large: 2 ** 53 - 1, negative: -(2 ** 53) + 1, beyond: 1e300, tenth: 0.1 },
    { zero: 0, negativeZero: -0, infinite: -Infinity, nan: NaN, tiny: 5e-324 },
    { text: "", texts: [], more: ["", "π", "long ".repeat(100)] },
    { a: { b: { c: { text: "t", list: ["x"] } }, empty: {} }, "ü ñ": 1 },
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i])),
  ];
  for (const metadata of cases) assertEquals(plain(roundTrip(metadata)), metadata);
  assertEquals(plain(roundTrip({ x: tensor([[1, 2], [3, 4]]) })), { x: [1, 2, 3, 4] });
  let deep: Record<string, unknown> = { end: 1 };
  for (let i = 0; i < 99; i++) deep = { deep };
  assertEquals(plain(roundTrip(deep)), deep);
});

Deno.test("writeNir() refuses metadata that no file can hold, and says where they are", () => {
  const refuse = (metadata: unknown, problem: string, kind: typeof TypeError = TypeError) =>
    assertThrows(() => writeNir(graphOf(metadata)), kind, problem);
  refuse({ x: true }, 'the metadata "x" of the node "l", which is true, expected a text, a number');
  refuse({ a: { b: null } }, 'the metadata "a.b" of the node "l", which is null');
  refuse({ x: 1n }, "which is 1, expected");
  refuse({ x: [1, 2] }, "which is an array, expected a text, a number, a tensor, a list of texts");
  refuse({ x: new Array(2) }, "which is an array");
  refuse({ x: "a\0b" }, "which HDF5 cannot hold");
  refuse({ x: ["\ud800"] }, "which HDF5 cannot hold");
  refuse({ "a/b": 1 }, 'metadata of the node "l" with the name "a/b", which HDF5 cannot hold');
  refuse({ "": 1 }, 'with the name ""');
  refuse(new Map(), "metadata a Map, expected a record");
  refuse("text", 'metadata "text", expected a record');
  const endless: Record<string, unknown> = {};
  endless.inner = endless;
  refuse(endless, "its metadata nest deeper than 100 levels", RangeError);
});
