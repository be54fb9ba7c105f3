import { sumBlock } from "@spikeloop/backend";
import { refuse } from "@spikeloop/errors";
import { instantiate, simdSupported } from "@spikeloop/expr/wasm";
import type { RowPart } from "@spikeloop/functional";
import { type Key, randomBits } from "@spikeloop/random";
import type { ActionHead } from "../action_head.ts";
import type { OneObservation, RunOne } from "../bind_actor.ts";
import type { Numbers } from "./row_code.ts";
import { type RowKernel, rowKernel } from "./row_kernel.ts";
import { sameStructure, structureOf } from "./structure.ts";

/**
 * Makes the plan of a network: code for one observation, in which no tensor is made. The parts are
 * those of the network with its params. The plan is undefined where it has none, where tensors sum
 * otherwise than the code, or without SIMD or memory.
 *
 * @param steps T.
 * @returns A function that binds parts of one network, each time with other params.
 */
export function rowPlan(
  inputs: number,
  head: ActionHead,
  steps: number,
): (parts: readonly RowPart[] | undefined) => OneObservation | undefined {
  let engine: Engine | undefined;
  return (parts) => {
    if (parts === undefined || !simdSupported()) return undefined;
    if (!Array.isArray(parts)) {
      refuse("bind an actor", "rowParts of the network", parts, "an array of parts or undefined");
    }
    if (steps > sumBlock || allParts(parts).some(needsTensors)) return undefined;
    const structure = structureOf(parts);
    if (engine === undefined || !sameStructure(engine.structure, structure)) {
      engine = makeEngine(parts, inputs, head, steps, structure);
    }
    return engine && bindParts(engine, parts);
  };
}

/** The code of a plan, and a memory that all bindings share. */
type Engine = NonNullable<ReturnType<typeof makeEngine>>;

function makeEngine(
  parts: readonly RowPart[],
  inputs: number,
  head: ActionHead,
  steps: number,
  structure: readonly unknown[],
) {
  const kernel = rowKernel(parts, inputs, steps, head);
  const shared = makeInstance(kernel);
  if (shared === undefined) return undefined;
  const drawn = Math.max(0, ...kernel.noise.map(({ units }) => steps * units));
  return { kernel, shared, steps, structure, rowPart: head.rowPart, words: new Uint32Array(drawn) };
}

/** The code, instantiated on a memory. */
interface Instance {
  readonly floats: Float32Array;
  readonly run: () => void;
  /** The binding whose parameters the memory holds. */
  owner: Float32Array | undefined;
}

/**
 * Instantiates the code; undefined where no memory is left, as in a page that has some hundred
 * already.
 */
function makeInstance({ size, fn }: RowKernel): Instance | undefined {
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: Math.ceil(size / 65536) });
  } catch {
    return undefined;
  }
  const { run } = instantiate([fn], memory);
  return { floats: new Float32Array(memory.buffer), run: () => run(), owner: undefined };
}

/** A binding that has loaded its parameters so often gets a memory of its own. */
const patience = 16;

function bindParts(
  { kernel, shared, steps, rowPart, words }: Engine,
  parts: readonly RowPart[],
): OneObservation {
  const own = new Float32Array(kernel.size / 4);
  new Int32Array(own.buffer).set(laneTable(), kernel.laneTable / 4);
  const all = allParts(parts);
  if (rowPart) all.push(rowPart);
  for (let i = 0; i < all.length; i++) kernel.fills[i]?.(all[i], own);
  const input = kernel.input.address / 4;
  let instance = shared;
  let returns = 0;
  /** Copies the parameters to the memory, where another binding has put its own. */
  const load = () => {
    if (++returns === patience) instance = makeInstance(kernel) ?? shared;
    instance.floats.set(own);
    instance.owner = own;
  };

  /** Draws the noise, as `uniform(key, [T, 1, F])` does. */
  const draw = (key: Key, floats: Float32Array) => {
    for (const { address, row, units } of kernel.noise) {
      randomBits(key, steps * units, words);
      for (let t = 0, i = 0; t < steps; t++) {
        const at = address / 4 + t * row;
        for (let f = 0; f < units; f++) floats[at + f] = (words[i++] >>> 8) * 2 ** -24;
      }
    }
  };
  const runTo = ({ address }: Numbers): RunOne => (observation, into, key) => {
    if (instance.owner !== own) load();
    const { floats, run } = instance;
    for (let i = 0; i < observation.length; i++) floats[input + i] = observation[i];
    if (words.length > 0) draw(key ?? refuse("act", "key", key, "key(seed)"), floats);
    run();
    for (let i = 0; i < into.length; i++) into[i] = floats[address / 4 + i];
  };
  return { outputs: runTo(kernel.output), action: kernel.last && runTo(kernel.last) };
}

/** Whether tensors sum otherwise: so many numbers in blocks, and no zeros of binary weights. */
function needsTensors(part: RowPart): boolean {
  if (part.kind === "linear") return part.weight.shape[1] > sumBlock || part.weight.binary;
  return part.kind === "groups" && part.weight.size > sumBlock * part.bias.size;
}

/** Parts and those within them, in the order of the kernel's. */
function allParts(parts: readonly RowPart[], all: RowPart[] = []): RowPart[] {
  for (const part of parts) {
    all.push(part);
    if (part.kind === "residual") allParts(part.parts, all);
    if (part.kind === "parallel") { for (const branch of part.branches) allParts(branch, all); }
  }
  return all;
}

/** For each of the 16 sets of four lanes, its lanes. */
function laneTable(): Int32Array {
  const table = new Int32Array(64);
  for (let set = 0; set < 16; set++) {
    let at = 4 * set;
    for (let lane = 0; lane < 4; lane++) if (set >> lane & 1) table[at++] = lane;
  }
  return table;
}
