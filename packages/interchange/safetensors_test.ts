import { assertEquals, assertThrows } from "@std/assert";
import { ones, tensor, zeros } from "@spikeloop/tensor";
import { readSafetensors, writeSafetensors } from "./mod.ts";

/** A file with this header text and so many bytes of data. */
function file(
  header: string,
  data = 0,
  size = new TextEncoder().encode(header).length,
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: unknown, from: unknown, to: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

Deno.test("what is written is read back, bit for bit, shapes and metadata included", () => {
  const values = [0, -0, 1.5, NaN, Infinity, 1e-45, 3.4e38];
  const given = { b: tensor(values), a: ones([2, 0, 3]), "weights.π": zeros([]) };
  const bytes = writeSafetensors(given, { note: "x" });
  const { tensors, metadata } = readSafetensors(bytes);
  assertEquals(Object.keys(tensors).sort(), ["a", "b", "weights.π"]);
  assertEquals([...tensors.b.dataSync()], values.map(Math.fround));
  assertEquals([tensors.a.shape, tensors["weights.π"].shape], [[2, 0, 3], []]);
  assertEquals(metadata, { note: "x" });
});

Deno.test("the same tensors give the same bytes in whatever order, aligned to 8", () => {
  const [x, y] = [ones([3]), zeros([2])];
  const bytes = writeSafetensors({ x, y });
  assertEquals(bytes, writeSafetensors({ y, x }));
  assertEquals(new DataView(bytes.buffer).getBigUint64(0, true) % 8n, 0n);
});

Deno.test("half precision, double precision and integers become float32", () => {
  const read = (dtype: string, bytes: number[], count: number) => {
    const f = file(`{"x":${entry(dtype, [count], 0, bytes.length)}}`, bytes.length);
    f.set(bytes, f.length - bytes.length);
    return [...readSafetensors(f).tensors.x.dataSync()];
  };
  assertEquals(read("F16", [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0xff, 0x7b], 5), [
    1,
    -2,
    2 ** -24,
    Infinity,
    65504,
  ]);
  assertEquals(read("BF16", [0x80, 0x3f, 0x00, 0xc0], 2), [1, -2]);
  assertEquals(read("F64", [...new Uint8Array(Float64Array.of(0.1, -3).buffer)], 2), [
    Math.fround(0.1),
    -3,
  ]);
  assertEquals(read("I64", [...new Uint8Array(BigInt64Array.of(-5n).buffer)], 1), [-5]);
  assertEquals(read("U8", [255, 0], 2), [255, 0]);
  assertEquals(read("BOOL", [1, 0], 2), [1, 0]);
  assertThrows(() => read("I32", [1, 0, 0, 1], 1), SyntaxError, "16777217");
});

const hostile: [string, Uint8Array, string][] = [
  ["too short for a length", new Uint8Array(7), "7 bytes"],
  ["a length beyond the file", file("{}", 0, 1e9), "claims 1000000000 bytes"],
  ["a length beyond all numbers", new Uint8Array(8).fill(255), "claims 18446744073709551615"],
  ["no JSON", file("{nope"), "not JSON"],
  ["JSON that is no object", file("[1]"), "begin with {"],
  [
    "bytes that are not UTF-8",
    (() => {
      const f = file('{"aaa":1}');
      f[10] = 0xff;
      return f;
    })(),
    "UTF-8",
  ],
  [
    "a tensor twice",
    file(`{"x":${entry("F32", [0], 0, 0)},"x":${entry("F32", [0], 0, 0)}}`),
    "twice",
  ],
  ["an unknown type", file(`{"x":${entry("F99", [0], 0, 0)}}`), '"F99"'],
  ["a type from the prototype", file(`{"x":${entry("toString", [0], 0, 0)}}`), '"toString"'],
  ["a negative extent", file(`{"x":${entry("F32", [-1], 0, 4)}}`, 4), "[-1]"],
  ["an extent that is no integer", file(`{"x":${entry("F32", [0.5], 0, 2)}}`, 2), "[0.5]"],
  [
    "a product beyond all numbers",
    file(`{"x":${entry("F32", [2 ** 50, 2 ** 50], 0, 4)}}`, 4),
    "takes 4 bytes",
  ],
  ["offsets that descend", file(`{"x":${entry("F32", [1], 4, 0)}}`, 4), "[4,0]"],
  ["a size that does not fit", file(`{"x":${entry("F32", [2], 0, 4)}}`, 4), "ask for 8"],
  ["a gap", file(`{"x":${entry("U8", [1], 1, 2)}}`, 2), "begins at byte 1"],
  [
    "an overlap",
    file(`{"x":${entry("U8", [2], 0, 2)},"y":${entry("U8", [2], 1, 3)}}`, 3),
    "begins at byte 1, the one before it ends at 2",
  ],
  ["data that is cut off", file(`{"x":${entry("U8", [4], 0, 4)}}`, 3), "the file has"],
  ["data that nobody owns", file("{}", 3), "the file has"],
  ["metadata that is no text", file('{"__metadata__":{"a":1}}'), "__metadata__"],
  ["a header of brackets", file("{".repeat(100000)), "not JSON"],
];

Deno.test("hostile files are refused with what is wrong, and at once", async (t) => {
  for (const [name, bytes, message] of hostile) {
    await t.step(name, () => {
      assertThrows(() => readSafetensors(bytes), SyntaxError, message);
    });
  }
});

Deno.test("names like __proto__ are ordinary names", () => {
  const bytes = file(`{"__proto__":${entry("U8", [1], 0, 1)}}`, 1);
  const { tensors } = readSafetensors(bytes);
  assertEquals(Object.keys(tensors), ["__proto__"]);
});

Deno.test("what cannot be written is refused by name", () => {
  assertThrows(() => writeSafetensors({ __metadata__: ones([1]) }), TypeError, "__metadata__");
  assertThrows(
    () => writeSafetensors({}, { a: 1 } as unknown as Record<string, string>),
    TypeError,
    '"a"',
  );
  assertThrows(() => readSafetensors("file" as unknown as Uint8Array), TypeError, "Uint8Array");
});
