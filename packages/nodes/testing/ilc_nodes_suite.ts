// The ILC nodes against the reference, as tests of any backend.
import { assertEquals } from "@std/assert";
import { grad, mul, sum, type Tensor } from "@spikeloop/tensor";
import { ILCCUBALIFNode, ILCIFNode, ILCLIFNode } from "@spikeloop/nodes";
import {
  assertGolden,
  type Deviation,
  type Device,
  type Golden,
  type GoldenSurrogate,
  onDevice,
  readCases,
  readGoldenTensors,
  sameSpikes,
  surrogateOf,
  testGolden,
} from "./golden.ts";

interface Config {
  readonly name?: string;
  readonly node: "IF" | "LIF" | "CUBALIF";
  readonly actDim: number;
  readonly decPopDim: number;
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly vDecay: number;
  readonly cDecay: number;
  readonly surrogate: GoldenSurrogate;
  readonly spiking: boolean;
  readonly marginSpike: number | null;
}

const outcomes = ["v", "c", "gradX", "gradWeight", "gradBias"] as const;
type Tensors =
  & Readonly<Record<"x" | "gradOut" | "weight" | "bias" | "spikes", Golden>>
  & {
    readonly [name in typeof outcomes[number]]?: Golden | null;
  };

/** Makes the node of a case. */
function ilcNodeOf(
  device: Device,
  config: Config,
): ILCIFNode | ILCLIFNode | ILCCUBALIFNode {
  const { node, actDim, decPopDim, vThreshold, vReset, vDecay, cDecay } = config;
  const { backend } = device;
  const surrogateFunction = surrogateOf(config.surrogate, config.spiking);
  const shared = { actDim, decPopDim, vThreshold, vReset, surrogateFunction, backend };
  if (node === "IF") return new ILCIFNode(shared);
  if (node === "LIF") return new ILCLIFNode({ ...shared, vDecay });
  return new ILCCUBALIFNode({ ...shared, vDecay, cDecay });
}

async function checkCase(
  device: Device,
  one: Config & Tensors,
  deviation: Deviation,
): Promise<void> {
  const title = `ILC${one.node}Node ${one.name ?? "big"}`;
  const node = ilcNodeOf(device, one);
  const at = (golden: Golden) => onDevice(device, golden);
  const params = { "conn.weight": at(one.weight), "conn.bias": at(one.bias) };
  node.loadStateDict(params);
  const x = at(one.x);
  const spikes = node.forward(x);
  assertEquals(await x.data(), Float32Array.from(one.x.data, Number), `${title}: its input`);
  if (one.spiking) {
    if (!await sameSpikes(device, spikes, one.spikes, one.marginSpike, title)) return;
  } else await assertGolden(spikes, one.spikes, `${title}: spikes`, deviation);

  const gradOut = at(one.gradOut);
  const grads = grad((p: { params: typeof params; x: Tensor }) =>
    sum(mul(node.apply(p.params, p.x), gradOut))
  )({ params, x });
  const actual = {
    v: node.v,
    c: node instanceof ILCCUBALIFNode ? node.c : undefined,
    gradX: grads.x,
    gradWeight: grads.params["conn.weight"],
    gradBias: grads.params["conn.bias"],
  };
  for (const name of outcomes) {
    const value = actual[name];
    const expected = one[name];
    if (value === undefined) assertEquals(expected ?? undefined, undefined, `${title}: ${name}`);
    else if (expected) await assertGolden(value, expected, `${title}: ${name}`, deviation);
    // The reference has no gradient where the connection is not used: with one step it is zero.
    else assertEquals(await value.data(), new Float32Array(value.size), `${title}: ${name}`);
  }
}

const nodes = ["if", "lif", "cubalif"] as const;

/** The choice of cases for a device that takes long to compile kernels. */
interface Sample {
  /** The nodes that run the small cases; the others run two large ones. */
  readonly smallCases?: readonly (typeof nodes[number])[];
  /** Each node runs one in so many surrogates, and the nodes in turn run them all. */
  readonly surrogateStride?: number;
  /** The small cases, by their names. */
  readonly names?: RegExp;
}

const resets = ["hard0p0", "hardm0p2", "soft"];

/**
 * The cases of a node whose surrogate is its turn, and those that are about something else: shapes
 * (with one surrogate and one reset, in turn), other parameters, and smooth forward passes.
 */
function sampleOf<C extends Config>(cases: readonly C[], turn: number, stride: number): C[] {
  if (stride === 1) return [...cases];
  const surrogateIn = ({ name }: C) => /^base_([^_]+)_/.exec(`${name}`)?.[1];
  const all = [...new Set(cases.map(surrogateIn))];
  return cases.filter((one) => {
    const surrogate = surrogateIn(one);
    if (surrogate !== undefined) return all.indexOf(surrogate) % stride === turn % stride;
    return !`${one.name}`.startsWith("shape_") || `${one.name}`.endsWith(`_Rect_${resets[turn]}`);
  });
}

/** Runs the tests of ILC nodes against the reference on a device. */
export function ilcNodesSuite(
  device: Device,
  { smallCases = nodes, surrogateStride = 1, names = /^/ }: Sample = {},
): void {
  const check = (one: Config & Tensors, deviation: Deviation) => checkCase(device, one, deviation);
  for (const [turn, node] of smallCases.entries()) {
    testGolden("ILC nodes", device, `ilc_${node}.json`, async (file) => {
      const cases = await readCases<Config & Tensors>(file);
      return sampleOf(cases, turn, surrogateStride).filter(({ name }) => names.test(`${name}`));
    }, check);
  }
  for (const node of nodes) {
    for (const kind of ["atan_soft", "rect_hard0p0"]) {
      testGolden("ILC nodes", device, `ilc_big_${node}_${kind}.safetensors`, async (file) => {
        const { config, tensors } = await readGoldenTensors<Config>(file);
        return [{ ...config, ...tensors as Tensors }];
      }, check);
    }
  }
}
