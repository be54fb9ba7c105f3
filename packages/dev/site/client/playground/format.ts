/** The most elements, and the most levels of records, that are written out. */
const most = { elements: 24, levels: 3 };

/** The part of a tensor that is read. */
interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
}

function isTensor(value: unknown): value is TensorLike {
  return typeof value === "object" && value !== null && "shape" in value &&
    "dataSync" in value && typeof value.dataSync === "function";
}

/** Whether a text is a picture. */
export function isSvg(value: unknown): value is string {
  return typeof value === "string" && /^\s*<svg[\s>]/.test(value);
}

/** A value as a reader of the console expects it. */
export function format(value: unknown, level = 0): string {
  if (typeof value === "string") return level === 0 ? value : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[Function ${value.name || "without a name"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (isTensor(value)) return `Tensor [${value.shape.join(", ")}] ${contents(value)}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = value as unknown as ArrayLike<number | bigint>;
    return `${value.constructor.name} ${list([...first(numbers)].map(short), numbers.length)}`;
  }
  if (level >= most.levels) return Array.isArray(value) ? "[…]" : "{…}";
  if (Array.isArray(value)) {
    const items = [...first(value)].map((item) => format(item, level + 1));
    return list(items, value.length);
  }
  if (value instanceof Map || value instanceof Set) {
    return `${value.constructor.name} ${format([...value], level + 1)}`;
  }
  const entries = Object.entries(value);
  const fields = entries.slice(0, most.elements)
    .map(([name, field]) => `${name}: ${format(field, level + 1)}`);
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  const kind = name === undefined || name === "Object" ? "" : `${name} `;
  if (fields.length === 0) return `${kind}{}`;
  const end = entries.length > fields.length ? ", …" : "";
  return fields.join(", ").length > 90
    ? `${kind}{\n${fields.map((field) => `  ${field.replaceAll("\n", "\n  ")},\n`).join("")}}`
    : `${kind}{ ${fields.join(", ")}${end} }`;
}

/** Numbers on a GPU can't be read at once. */
function contents(tensor: TensorLike): string {
  try {
    const numbers = tensor.dataSync();
    return list([...first(numbers)].map(short), numbers.length);
  } catch {
    return "on a GPU: await its data()";
  }
}

function* first<T>(values: ArrayLike<T>): Generator<T> {
  for (let i = 0; i < Math.min(values.length, most.elements); i++) yield values[i];
}

function list(items: readonly string[], count: number): string {
  const end = count > items.length ? `, … ${count - items.length} more` : "";
  return `[${items.join(", ")}${end}]`;
}

function short(value: number | bigint): string {
  return typeof value === "bigint" ? `${value}n` : String(Number(value.toPrecision(5)));
}
