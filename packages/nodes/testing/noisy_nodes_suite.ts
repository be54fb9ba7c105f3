// The nodes with coloured noise against the reference, as tests of any backend.
import { assertAlmostEquals } from "@std/assert";
import { grad, mul, sum, type Tensor } from "@spikeloop/tensor";
import {
  type MembraneDecode,
  NoisyCUBALIFNode,
  NoisyILCCUBALIFNode,
  NoisyNonSpikingIFNode,
} from "@spikeloop/nodes";
import {
  assertGolden,
  type Deviation,
  type Device,
  type Golden,
  onDevice,
  readCases,
  testGolden,
} from "./golden.ts";

interface Case {
  readonly node: "NoisyCUBALIFNode" | "NoisyILCCUBALIFNode" | "NoisyNonSpikingIFNode";
  readonly T: number;
  readonly config: {
    readonly num_node?: number;
    readonly act_dim?: number;
    readonly dec_pop_dim?: number;
  };
  readonly decode: MembraneDecode;
  readonly isTraining: boolean;
  readonly sigmaInit: number;
  readonly sigmaV: number;
  readonly vThreshold: number;
  readonly vReset: number;
  readonly cDecay: number;
  readonly vDecay: number;
  readonly colouredNoise: Golden | null;
  readonly sigma: Golden;
  readonly weight: Golden;
  readonly bias: Golden;
  readonly x: Golden;
  readonly gradOut: Golden;
  readonly out: Golden;
  readonly v: Golden;
  readonly c: Golden;
  readonly gradX: Golden;
  readonly gradWeight: Golden;
  readonly gradBias: Golden;
  readonly gradSigma: Golden;
}

/** Names in the state dictionary with the names of their value and gradient in a case. */
const learned = {
  "conn.weight": ["weight", "gradWeight"],
  "conn.bias": ["bias", "gradBias"],
  sigma: ["sigma", "gradSigma"],
} as const;

function nodeOf({ backend }: Device, one: Case) {
  const { T, config, isTraining, sigmaInit, vThreshold, vReset, cDecay, vDecay } = one;
  const { num_node: numNode = 0, act_dim: actDim = 0, dec_pop_dim: decPopDim = 0 } = config ?? {};
  const shared = { T, isTraining, sigmaInit, vThreshold, vReset, cDecay, vDecay, backend };
  switch (one.node) {
    case "NoisyCUBALIFNode":
      return new NoisyCUBALIFNode({ numNode, ...shared });
    case "NoisyILCCUBALIFNode":
      return new NoisyILCCUBALIFNode({ actDim, decPopDim, ...shared });
    case "NoisyNonSpikingIFNode":
      return new NoisyNonSpikingIFNode({ numNode: one.x.shape[2], T, decode: one.decode, backend });
  }
}

async function checkCase(device: Device, one: Case, deviation: Deviation): Promise<void> {
  const title = `${one.node} ${one.decode ?? (one.isTraining ? "training" : "not training")}`;
  const node = nodeOf(device, one);
  const names = Object.keys(node.parameters()) as (keyof typeof learned)[];
  const params = Object.fromEntries(names.map((n) => [n, onDevice(device, one[learned[n][0]])]));
  node.loadStateDict(params);
  if (one.colouredNoise) node.loadColoredNoise(onDevice(device, one.colouredNoise));
  const x = onDevice(device, one.x);
  await assertGolden(node.forward(x), one.out, `${title}: out`, deviation);
  if (!(node instanceof NoisyNonSpikingIFNode)) {
    assertAlmostEquals(node.sigmaV, one.sigmaV, 1e-12, title);
    await assertGolden(node.v, one.v, `${title}: v`, deviation);
    await assertGolden(node.c, one.c, `${title}: c`, deviation);
  }
  const gradOut = onDevice(device, one.gradOut);
  const grads = grad((p: { params: typeof params; x: Tensor }) =>
    sum(mul(node.apply(p.params, p.x), gradOut))
  )({ params, x });
  await assertGolden(grads.x, one.gradX, `${title}: gradX`, deviation);
  for (const n of names) {
    await assertGolden(
      grads.params[n],
      one[learned[n][1]],
      `${title}: gradient of ${n}`,
      deviation,
    );
  }
}

/** Runs the tests of nodes with coloured noise against the reference on a device. */
export function noisyNodesSuite(device: Device): void {
  testGolden(
    "noisy nodes",
    device,
    "noisy.json",
    readCases<Case>,
    (one, deviation) => checkCase(device, one, deviation),
  );
}
