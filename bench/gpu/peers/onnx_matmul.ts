// An ONNX model of one product, written by hand: fields of the protocol buffer, one after another.

/** A field of a message: its number, and its content as bytes or as an integer. */
function field(number: number, content: Uint8Array | string | number): number[] {
  if (typeof content === "number") return [...varint(number * 8), ...varint(content)];
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function varint(n: number): number[] {
  const bytes: number[] = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128);
  return [...bytes, n];
}

const message = (...fields: number[][]) => Uint8Array.from(fields.flat());

/** ValueInfoProto: a name, and a tensor of floats with these extents. */
function tensorInfo(name: string, extents: readonly number[]): Uint8Array {
  const dimensions = extents.map((n) => field(1, message(field(1, n))));
  const type = message(field(1, 1), field(2, message(...dimensions)));
  return message(field(1, name), field(2, message(field(1, type))));
}

/** A model whose output "c" [m, n] is the product of its inputs "a" [m, k] and "b" [k, n]. */
export function onnxMatmul(m: number, k: number, n: number): Uint8Array {
  const node = message(field(1, "a"), field(1, "b"), field(2, "c"), field(4, "MatMul"));
  const graph = message(
    field(1, node),
    field(2, "product"),
    field(11, tensorInfo("a", [m, k])),
    field(11, tensorInfo("b", [k, n])),
    field(12, tensorInfo("c", [m, n])),
  );
  const operators = message(field(1, ""), field(2, 17));
  return message(field(1, 8), field(7, graph), field(8, operators));
}
