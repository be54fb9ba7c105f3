// Every argument, option and field of the readers and writers of NIR and safetensors, with values
// of all kinds: what is refused is refused in our words.
import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { cubaLif, integrateAndFire, lif, tauLif } from "@spikeloop/neuron";
import { full, ones, tensor } from "@spikeloop/tensor";
import {
  exactCubaLif,
  neuronFromNir,
  neuronToNir,
  readNir,
  readSafetensors,
  restore,
  writeNir,
  writeSafetensors,
} from "./mod.ts";

const circle: Record<string, unknown> = {};
circle.own = circle;
const nothing = Object.create(null);

/** Values of all kinds. */
const values: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 0.5, 33, 1e9, 2 ** 53, 1e300, NaN, Infinity],
  ...[
    -Infinity,
    0n,
    1n,
    2n ** 70n,
    "",
    "a",
    "1",
    "LIF",
    "__proto__",
    "\0",
    "\ud800",
    "x".repeat(1e5),
  ],
  ...[Symbol("s"), Symbol.iterator, [], [1], ["a"], [["a", "a"]], [[1, 2]], [undefined], [null]],
  ...[new Array(3), new Array(1e6), {}, nothing, { a: 1 }, { type: "LIF" }, { type: nothing }],
  ...[{ type: Symbol("s") }, { length: 3 }, { then: 1 }, circle, Object.create(nothing)],
  ...[() => 1, class A {}, new Map([["a", 1]]), new Set([1]), new Date(NaN), /a/, new Error("e")],
  ...[Promise.resolve(1), new WeakMap(), new Proxy({}, {}), Object.freeze({ b: undefined })],
  ...[
    new Uint8Array(0),
    new Uint8Array(64).fill(255),
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
  ],
  ...[new Float32Array(3), new Float64Array(1), new BigInt64Array(2), new SharedArrayBuffer(8)],
  ...[new Uint8Array(new SharedArrayBuffer(64)), ones([]), ones([0]), ones([3]), ones([2, 2])],
  ...[tensor(NaN), full([3], Infinity), full([3], -1), globalThis, Math, JSON, lif, tauLif],
];

/** Runs a call that may be refused. */
function attempt(what: string, f: () => unknown): void {
  try {
    f();
  } catch (error) {
    const { name, message } = error as Error;
    const own = [TypeError, RangeError, SyntaxError].map((kind) => kind.name);
    assertEquals(own.includes(name), true, `${what}: ${name}: ${message}`);
    // "Cannot read properties of undefined" and "Cannot convert undefined" are the engine's words.
    assertMatch(
      message,
      /^Cannot (read (the|a) |restore|write|convert the neuron|use neuron)/,
      what,
    );
    assertLess(message.length, 1000, what);
  }
}

/** A value at a path in a copy of records and lists. */
function put(into: unknown, path: readonly (string | number)[], value: unknown): unknown {
  if (path.length === 0) return value;
  const [name, ...rest] = path;
  const copy = (Array.isArray(into) ? [...into] : { ...into as object }) as Record<
    string | number,
    unknown
  >;
  copy[name] = put(copy[name], rest, value);
  return copy;
}

/** All paths in records and lists, the root included. */
function pathsOf(value: unknown): (string | number)[][] {
  const isRecord = typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
  if (!isRecord && !Array.isArray(value)) return [[]];
  const names: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    [],
    ...names.flatMap((name) =>
      pathsOf((value as Record<string | number, unknown>)[name]).map((path) => [name, ...path])
    ),
  ];
}

const x = (value: number) => full([3], value);
const rates = { r: x(1), vLeak: x(0), vThreshold: x(1), vReset: x(0) };
const nodes = {
  IF: { type: "IF", r: x(1), vThreshold: x(1), vReset: x(0) },
  LIF: { type: "LIF", tau: x(0.02), ...rates },
  CubaLIF: { type: "CubaLIF", tauSyn: x(0.01), tauMem: x(0.02), wIn: x(1), ...rates },
};
const graph = {
  type: "NIRGraph",
  nodes: {
    ...nodes,
    a: { type: "Input", shape: [3] },
    f: { type: "Flatten", inputType: [3], startDim: 0, endDim: 1 },
    w: { type: "Linear", weight: ones([2, 3]), metadata: { n: 1, t: "t", l: ["a"], r: { x: 1 } } },
    g: { type: "NIRGraph", nodes: {}, edges: [] },
  },
  edges: [["a", "f"]],
  metadata: { x: ones([2]) },
};
const stepping = { dt: 0.001, method: "exact" };

// deno-lint-ignore no-explicit-any
type Any = any;
const calls: readonly (readonly [name: string, f: Any, ...args: unknown[]])[] = [
  ["readNir", readNir, writeNir(graph as Any), { backend: undefined, maxBytes: 1e6 }],
  ["writeNir", writeNir, graph],
  ["readSafetensors", readSafetensors, writeSafetensors({ x: ones([2]) }), { maxBytes: 1e6 }],
  [
    "writeSafetensors",
    writeSafetensors,
    { a: ones([2]), b: { weight: ones([1]) } },
    { a: "text" },
    { dtype: "F16" },
  ],
  ["writeSafetensors", writeSafetensors, { a: ones([2]) }, { a: "text" }, { dtype: "BF16" }],
  ["restore", restore, writeSafetensors({ x: ones([2]) }), { x: ones([2]) }, { maxBytes: 1e6 }],
  ["restore", restore, { "x.y": ones([2]), z: ones([]) }, { x: { y: ones([2]) }, z: 1 }],
  ...Object.values(nodes).map((node) => ["neuronFromNir", neuronFromNir, node, stepping] as const),
  ["neuronToNir", neuronToNir, lif, { vDecay: 0.5, vThreshold: x(1) }, { ...stepping, units: 3 }],
  ["neuronToNir", neuronToNir, integrateAndFire, { vReset: 0 }, { dt: 1, units: 3 }],
  ["neuronToNir", neuronToNir, cubaLif, { cDecay: x(0.5) }, { dt: 1, method: "euler", units: 3 }],
  ["neuronToNir", neuronToNir, exactCubaLif, { inputGain: x(0.5) }, { ...stepping, units: 3 }],
];

for (const [name, f, ...args] of calls) {
  Deno.test(`${name}() with wrong values of all kinds is refused in our words: ${describeCall(args)}`, () => {
    attempt(`${name}()`, () => f());
    for (const path of pathsOf(args).slice(1)) {
      for (const [i, value] of values.entries()) {
        attempt(`${name}() with value ${i} at ${path}`, () => f(...put(args, path, value) as []));
      }
      // A name too many, and one that is missing.
      attempt(`${name}() with a name more`, () => f(...put(args, [...path, "vTreshold"], 1) as []));
    }
  });
}

/** The arguments of a call in a few words. */
function describeCall(args: readonly unknown[]): string {
  return args.map((arg) => (arg as Any)?.type ?? (arg as Any)?.name ?? typeof arg).join(", ");
}
