import { assertEquals, assertThrows } from "@std/assert";
import { ones, type Tensor, tensor, zeros } from "@spikeloop/tensor";
import { readSafetensors, writeSafetensors } from "./mod.ts";
import { type Hostile, testDamaged, testHostile } from "./testing/hostile.ts";

/** A file with this header text and so many bytes of data. */
function file(header: string, data: number | readonly number[] = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const count = typeof data === "number" ? data : data.length;
  const bytes = new Uint8Array(8 + text.length + count);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  if (typeof data !== "number") bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, from: unknown, to: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

const headerOf = (bytes: Uint8Array) =>
  new TextDecoder().decode(
    bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))),
  );

Deno.test("a file is read back bit for bit, with shapes and metadata", () => {
  const values = [0, -0, 1.5, NaN, Infinity, 1e-45, 3.4e38];
  const tensors = { b: tensor(values), a: ones([2, 0, 3]), "weights.π": zeros([]) };
  const { tensors: copy, metadata } = readSafetensors(
    writeSafetensors(tensors, { note: "x", __proto__: "y" }),
  );
  assertEquals(Object.keys(copy).sort(), ["a", "b", "weights.π"]);
  assertEquals([...copy.b.dataSync()], values.map(Math.fround));
  assertEquals([copy.a.shape, copy["weights.π"].shape], [[2, 0, 3], []]);
  assertEquals(metadata, { note: "x" });
});

Deno.test("the same tensors give the same bytes in any order, aligned to 8", () => {
  const [x, y] = [ones([3]), zeros([2])];
  const bytes = writeSafetensors({ x, y }, { b: "1", a: "2" });
  assertEquals(bytes, writeSafetensors({ y, x }, { a: "2", b: "1" }));
  assertEquals(new DataView(bytes.buffer).getBigUint64(0, true) % 8n, 0n);
});

Deno.test("a file has the bytes that the safetensors library writes", () => {
  // safetensors 0.8.0: save({"10": f32[1], "2": f32[2, 1], "": f32[], "ﬀ": f32[0], "𝄞": f32[1]},
  // {"a": "é\n"})
  const bytes = writeSafetensors(
    { "2": ones([2, 1]), "𝄞": ones([1]), "ﬀ": ones([0]), "10": ones([1]), "": ones([]) },
    { a: "é\n" },
  );
  const parts = [
    `"__metadata__":{"a":"é\\n"}`,
    `"":${entryText([], 0, 4)}`,
    `"10":${entryText([1], 4, 8)}`,
    `"2":${entryText([2, 1], 8, 16)}`,
    `"ﬀ":${entryText([0], 16, 16)}`,
    `"𝄞":${entryText([1], 16, 20)}`,
  ];
  assertEquals(headerOf(bytes).trimEnd(), `{${parts}}`);
});

const entryText = (shape: number[], from: number, to: number) =>
  `{"dtype":"F32","shape":[${shape}],"data_offsets":[${from},${to}]}`;

const read = (dtype: string, array: { readonly buffer: ArrayBuffer; readonly length: number }) => {
  const bytes = [...new Uint8Array(array.buffer)];
  const f = file(`{"x":${entry(dtype, [array.length], 0, bytes.length)}}`, bytes);
  return [...readSafetensors(f).tensors.x.dataSync()];
};

Deno.test("half precision, double precision and integers become float32", () => {
  assertEquals(read("F16", Uint16Array.of(0x3c00, 0xc000, 1, 0x7c00, 0x7bff)), [
    1,
    -2,
    2 ** -24,
    Infinity,
    65504,
  ]);
  assertEquals(read("BF16", Uint16Array.of(0x3f80, 0xc000, 0x7fc0)), [1, -2, NaN]);
  assertEquals(read("F64", Float64Array.of(0.1, -3, NaN, -Infinity)), [
    Math.fround(0.1),
    -3,
    NaN,
    -Infinity,
  ]);
  assertEquals(read("I64", BigInt64Array.of(-5n, 2n ** 62n)), [-5, 2 ** 62]);
  assertEquals(read("U64", BigUint64Array.of(2n ** 63n)), [2 ** 63]);
  assertEquals(read("I32", Int32Array.of(-16777216)), [-16777216]);
  assertEquals(read("U32", Uint32Array.of(2 ** 31)), [2 ** 31]);
  assertEquals(read("I16", Int16Array.of(-7)), [-7]);
  assertEquals(read("U16", Uint16Array.of(65535)), [65535]);
  assertEquals(read("I8", Int8Array.of(-7)), [-7]);
  assertEquals(read("U8", Uint8Array.of(255, 0)), [255, 0]);
  assertEquals(read("BOOL", Uint8Array.of(1, 0)), [1, 0]);
});

Deno.test("a number that float32 cannot hold is an error that shows it", () => {
  const refuse = (problem: string, ...args: Parameters<typeof read>) =>
    assertThrows(() => read(...args), SyntaxError, problem);
  refuse("16777217", "I32", Int32Array.of(16777217));
  refuse("9007199254740993", "I64", BigInt64Array.of(2n ** 53n + 1n));
  refuse("18446744073709551615", "U64", BigUint64Array.of(2n ** 64n - 1n));
  refuse("1e+39", "F64", Float64Array.of(1e39));
  refuse("2 as a BOOL", "BOOL", Uint8Array.of(2));
});

Deno.test("F16 and BF16 halve the file and round to nearest", () => {
  const x = tensor([0.1, 1, -2.5, NaN, Infinity]);
  const sizes = (["F32", "F16", "BF16"] as const).map((dtype) => {
    const bytes = writeSafetensors({ x }, {}, { dtype });
    return bytes.length - 8 - headerOf(bytes).length;
  });
  assertEquals(sizes, [20, 10, 10]);
  const rounded = (dtype: "F16" | "BF16") => [
    ...readSafetensors(writeSafetensors({ x }, {}, { dtype })).tensors.x.dataSync(),
  ];
  assertEquals(rounded("F16"), [0.0999755859375, 1, -2.5, NaN, Infinity]);
  assertEquals(rounded("BF16"), [0.10009765625, 1, -2.5, NaN, Infinity]);
  assertThrows(
    () => writeSafetensors({ x: tensor([1e6]) }, {}, { dtype: "F16" }),
    RangeError,
    "1000000",
  );
});

Deno.test("a tensor that float32 cannot hold hides no other, and asking for it says why", () => {
  const data = [...new Uint8Array(Int32Array.of(16777217, 7).buffer)];
  const parts = [
    `"counter":${entry("I32", [1], 0, 4)}`,
    `"weight":${entry("I32", [1], 4, 8)}`,
    `"eight":${entry("F8_E4M3", [3], 8, 11)}`,
    `"four":${entry("F4", [2], 11, 12)}`,
  ];
  const { tensors } = readSafetensors(file(`{${parts}}`, [...data, 1, 2, 3, 4]));
  assertEquals(Object.keys(tensors), ["weight"]);
  assertEquals(tensors.weight.item(), 7);
  const ask = (name: string, reason: string) =>
    assertThrows(() => tensors[name], SyntaxError, reason);
  ask("counter", 'tensor "counter" holds 16777217, which float32 cannot hold exactly');
  ask("eight", 'tensor "eight" has the type "F8_E4M3", expected one of F64, F32');
  ask("four", 'tensor "four" has the type "F4"');
  assertEquals(tensors.missing, undefined);
});

Deno.test("null metadata and white space around the header are read, as by safetensors 0.8", () => {
  const x = `"x":${entry("U8", [1], 0, 1)}`;
  const headers = [
    `{"__metadata__":null,${x}}`,
    `  {${x}}`,
    `\n\t\r {${x}}`,
    `{${x}}\n  `,
    ` { "__metadata__" : null , ${x} } `,
  ];
  for (const header of headers) {
    const { tensors, metadata } = readSafetensors(file(header, [5]));
    assertEquals([tensors.x.item(), metadata], [5, {}]);
  }
  const refused = [`\v{${x}}`, `\u00a0{${x}}`, `{"__metadata__":{"a":null},${x}}`, `{${x}}\0`];
  for (const header of refused) {
    assertThrows(() => readSafetensors(file(header, [5])), SyntaxError);
  }
});

Deno.test("readSafetensors() has a budget, which the option maxBytes sets", () => {
  const bytes = writeSafetensors({ x: ones([1000]) });
  assertThrows(() => readSafetensors(bytes, { maxBytes: 4000 }), SyntaxError, "option maxBytes");
  assertEquals(readSafetensors(bytes, { maxBytes: 20_000 }).tensors.x.size, 1000);
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`n${i}`, "t"]));
  const text = writeSafetensors({}, many);
  assertEquals(readSafetensors(text).metadata, many);
  assertThrows(() => readSafetensors(text, { maxBytes: 300_000 }), SyntaxError, "maxBytes");
});

Deno.test("writeSafetensors() says how plain numbers become tensors", () => {
  const refuse = (tensors: unknown, problem: string, kind: typeof TypeError = TypeError) =>
    assertThrows(() => writeSafetensors(tensors as Record<string, Tensor>), kind, problem);
  refuse(
    { x: new Float32Array(2) },
    '"x" is a Float32Array, expected a tensor: make one with tensor',
  );
  refuse({ x: [1, 2] }, '"x" is an array, expected a tensor: make one with tensor(numbers, shape)');
  refuse({ x: 1n }, '"x" is 1, expected a tensor');
  refuse({ x: undefined }, '"x" is undefined, expected a tensor');
  refuse({ x: ones(new Array(33).fill(1)) }, '"x" has 33 axes, expected at most 32');
  refuse({ ["x".repeat(100_000)]: 1n }, '"xxx');
  const tensors = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [i + "x".repeat(2_600_000), ones([])]),
  );
  refuse(tensors, "expected at most 100000000", RangeError);
});

const notUtf8 = file('{"aaa":1}');
notUtf8[10] = 0xff;
const tooLong = file("{}");
new DataView(tooLong.buffer).setBigUint64(0, 90_000_000n, true);

const hostile: Hostile[] = [
  ["too short for a length", new Uint8Array(7), "7 bytes"],
  ["a length beyond the file", tooLong, "claims 90000000 bytes, the file has 10"],
  ["a length beyond all numbers", new Uint8Array(8).fill(255), "claims 18446744073709551615"],
  ["an empty header", file(""), "begin with {"],
  ["no JSON", file("{nope"), 'found "nope"'],
  ["JSON that is no object", file("[1]"), "begin with {"],
  ["JSON that ends early", file('{"x":'), "it ends"],
  ["JSON with a comma too many", file('{"x":[1,],"y":2}'), "expected a value"],
  ["a text that does not end", file('{"x'), "expected a text"],
  ["a control character in a text", file('{"a\nb":1}'), "control characters"],
  ["something after the header", file("{}{}"), "expected the end"],
  ["bytes that are not UTF-8", notUtf8, "UTF-8"],
  ["a byte order mark", file("\ufeff{}"), "begin with {"],
  [
    "a tensor twice",
    file(`{"x":${entry("F32", [0], 0, 0)},"\\u0078":${entry("F32", [0], 0, 0)}}`),
    '"x" is there twice',
  ],
  ["a type twice", file('{"x":{"dtype":"F32","dtype":"U8"}}'), '"dtype" is there twice'],
  ["a tensor that is no record", file('{"x":5}'), '"x" is 5'],
  ["a tensor without a type", file('{"x":{}}'), "type missing"],
  ["an unknown type", file(`{"x":${entry("F8_E4M3", [0], 0, 0)}}`), '"F8_E4M3"'],
  ["a type in small letters", file(`{"x":${entry("bf16", [0], 0, 0)}}`), "did you mean BF16"],
  ["a type from the prototype", file(`{"x":${entry("toString", [0], 0, 0)}}`), '"toString"'],
  ["a negative extent", file(`{"x":${entry("F32", [-1], 0, 4)}}`, 4), "[-1]"],
  ["an extent that is no integer", file(`{"x":${entry("F32", [0.5], 0, 2)}}`, 2), "[0.5]"],
  [
    "an extent that is written as a fraction",
    file('{"x":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', 1),
    "[1.0]",
  ],
  [
    "an extent beyond exact integers",
    file(`{"x":{"dtype":"U8","shape":[9007199254740993,0],"data_offsets":[0,0]}}`),
    "has the shape",
  ],
  ["too many axes", file(`{"x":${entry("F32", Array(33).fill(1), 0, 4)}}`, 4), "at most 32"],
  [
    "a product beyond all numbers",
    file(`{"x":${entry("F32", [2 ** 50, 2 ** 50], 0, 4)}}`, 4),
    "takes 4 bytes",
  ],
  [
    "a product that is infinite times zero",
    file(`{"x":${entry("F32", [...Array(31).fill(2 ** 50), 0], 0, 4)}}`, 4),
    "takes 4 bytes",
  ],
  ["offsets that descend", file(`{"x":${entry("F32", [1], 4, 0)}}`, 4), "[4, 0]"],
  ["a negative offset", file(`{"x":${entry("F32", [1], -4, 0)}}`, 4), "[-4, 0]"],
  [
    "an offset with an exponent",
    file('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0e1]}}'),
    "0e1",
  ],
  ["three offsets", file('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}'), "[0, 0, 0]"],
  ["a size that does not fit", file(`{"x":${entry("F32", [2], 0, 4)}}`, 4), "ask for 8"],
  ["a gap", file(`{"x":${entry("U8", [1], 1, 2)}}`, 2), "begins at byte 1"],
  [
    "an overlap",
    file(`{"x":${entry("U8", [2], 0, 2)},"y":${entry("U8", [2], 1, 3)}}`, 3),
    "begins at byte 1, the one before it ends at 2",
  ],
  ["data that is cut off", file(`{"x":${entry("U8", [4], 0, 4)}}`, 3), "the file has"],
  ["data that nobody owns", file("{}", 3), "the file has"],
  ["metadata that is no record", file('{"__metadata__":false}'), "is false"],
  ["metadata that is no text", file('{"__metadata__":{"a":1}}'), '"a" is 1'],
  ["a header of braces", file('{"x":'.repeat(100_000)), "deeper than 8 levels"],
  ["a shape of brackets", file(`{"x":{"shape":${"[".repeat(1e6)}${"]".repeat(1e6)}}}`), "deeper"],
  ["a name without end", file(`{"${"a\\\\".repeat(1e6)}`), "expected a text"],
  ["a long list", file(`{"x":{"dtype":"U8","shape":[${"1,".repeat(1e6)}1]}}`), "at most 32"],
];

testHostile(readSafetensors, hostile);
testDamaged(
  readSafetensors,
  "file",
  writeSafetensors({ "a.weight": ones([2, 3]), b: zeros([4]) }, { note: "x" }),
);

Deno.test("names like __proto__ and 10 are ordinary names", () => {
  const bytes = file(`{"__proto__":${entry("U8", [1], 0, 1)},"10":${entry("U8", [1], 1, 2)}}`, 2);
  const { tensors } = readSafetensors(bytes);
  assertEquals(Object.keys(tensors).sort(), ["10", "__proto__"]);
  assertEquals(readSafetensors(writeSafetensors(tensors)).tensors.__proto__.shape, [1]);
});

Deno.test("arguments that cannot be written are refused by name", () => {
  assertThrows(() => writeSafetensors([] as unknown as Record<string, Tensor>), TypeError, "array");
  assertThrows(() => writeSafetensors({}, {}, { dtyp: "F16" } as object), TypeError, "dtype?");
  assertThrows(() => writeSafetensors({ __metadata__: ones([1]) }), TypeError, "__metadata__");
  const wrong = { a: 1 } as unknown;
  assertThrows(() => writeSafetensors({}, wrong as Record<string, string>), TypeError, '"a"');
  assertThrows(() => writeSafetensors({ a: 1n } as never), TypeError, '"a" is 1');
  assertThrows(() => writeSafetensors({ "\ud800": ones([1]) }), TypeError, "well-formed");
  assertThrows(() => writeSafetensors({}, {}, { dtype: "F64" as "F32" }), RangeError, "F64");
  assertThrows(
    () => writeSafetensors({}, {}, { dtype: "f16" as "F16" }),
    RangeError,
    "did you mean F16",
  );
});

Deno.test("a file is read from anywhere in a buffer", () => {
  const whole = writeSafetensors({ x: tensor([1, 2]) });
  const shifted = new Uint8Array(whole.length + 3);
  shifted.set(whole, 3);
  assertEquals([...readSafetensors(shifted.subarray(3)).tensors.x.dataSync()], [1, 2]);
});
