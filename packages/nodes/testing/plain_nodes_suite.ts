// The nodes without a lateral connection against the reference, as tests of any backend.
import { concat, grad, mul, slice, sum, type Tensor } from "@spikeloop/tensor";
import {
  CUBALIFNode,
  IFNode,
  LIFNode,
  type MembraneDecode,
  NonSpikingIFNode,
  NonSpikingLIFNode,
  ParametricLIFNode,
} from "@spikeloop/nodes";
import {
  assertGolden,
  type Deviation,
  type Device,
  type Golden,
  type GoldenSurrogate,
  onDevice,
  readCases,
  sameSpikes,
  surrogateOf,
  testGolden,
} from "./golden.ts";

interface SpikingCase {
  readonly node: "IFNode" | "LIFNode" | "ParametricLIFNode" | "CUBALIFNode";
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  readonly surrogate: GoldenSurrogate;
  readonly calls: number;
  readonly marginSpike: number;
  readonly tau?: number;
  readonly initTau?: number;
  readonly decayInput?: boolean;
  readonly cDecay?: number;
  readonly vDecay?: number;
  readonly x: Golden;
  readonly gradOut: Golden;
  readonly spikes: Golden;
  readonly v: Golden;
  readonly c?: Golden;
  readonly gradX: Golden;
  readonly grad_w?: Golden;
}

interface ReadOutCase {
  readonly node: "NonSpikingIFNode" | "NonSpikingLIFNode";
  readonly decode: MembraneDecode;
  readonly tau?: number;
  readonly x: Golden;
  readonly gradOut: Golden;
  readonly out: Golden;
  readonly gradX: Golden;
}

function spikingNodeOf({ backend }: Device, one: SpikingCase) {
  const { vThreshold, vReset, detachReset, decayInput, tau, initTau, cDecay, vDecay } = one;
  const surrogateFunction = surrogateOf(one.surrogate);
  const stepMode = "m" as const;
  const shared = { vThreshold, vReset, detachReset, surrogateFunction, stepMode, backend };
  switch (one.node) {
    case "IFNode":
      return new IFNode(shared);
    case "LIFNode":
      return new LIFNode({ ...shared, tau, decayInput });
    case "ParametricLIFNode":
      return new ParametricLIFNode({ ...shared, initTau, decayInput });
    case "CUBALIFNode":
      return new CUBALIFNode({ ...shared, cDecay, vDecay });
  }
}

/** A sequence in `calls` equal parts. */
function parts(x: Tensor, calls: number): Tensor[] {
  const size = x.shape[0] / calls;
  return Array.from({ length: calls }, (_, i) => slice(x, i * size, (i + 1) * size));
}

async function checkSpiking(device: Device, one: SpikingCase, deviation: Deviation): Promise<void> {
  const title =
    `${one.node} vReset ${one.vReset} detachReset ${one.detachReset} decayInput ${one.decayInput} calls ${one.calls}`;
  const node = spikingNodeOf(device, one);
  const run = (x: Tensor) => concat(parts(x, one.calls).map((part) => node.forward(part)));
  const x = onDevice(device, one.x);
  const spikes = run(x);
  if (!await sameSpikes(device, spikes, one.spikes, one.marginSpike, title)) return;
  await assertGolden(node.v, one.v, `${title}: v`, deviation);
  if (one.c && node instanceof CUBALIFNode) {
    await assertGolden(node.c, one.c, `${title}: c`, deviation);
  }

  const gradOut = onDevice(device, one.gradOut);
  node.reset();
  const gradX = grad((x: Tensor) => sum(mul(run(x), gradOut)))(x);
  await assertGolden(gradX, one.gradX, `${title}: gradX`, deviation);
  if (one.grad_w === undefined) return;
  node.reset();
  const { w } = grad((p) => sum(mul(node.apply(p, x), gradOut)))(node.parameters());
  await assertGolden(w, one.grad_w, `${title}: gradient of w`, deviation);
}

async function checkReadOut(device: Device, one: ReadOutCase, deviation: Deviation): Promise<void> {
  const title = `${one.node} ${one.decode}`;
  const { decode, tau } = one;
  const { backend } = device;
  const node = one.node === "NonSpikingIFNode"
    ? new NonSpikingIFNode({ decode, backend })
    : new NonSpikingLIFNode({ decode, tau, backend });
  const x = onDevice(device, one.x);
  await assertGolden(node.forward(x), one.out, `${title}: out`, deviation);
  const gradOut = onDevice(device, one.gradOut);
  const gradX = grad((x: Tensor) => sum(mul(node.forward(x), gradOut)))(x);
  await assertGolden(gradX, one.gradX, `${title}: gradX`, deviation);
}

/** Runs the tests of nodes without a lateral connection against the reference on a device. */
export function plainNodesSuite(device: Device): void {
  testGolden(
    "plain nodes",
    device,
    "nodes.json",
    readCases<SpikingCase | ReadOutCase>,
    (one, deviation) =>
      "decode" in one ? checkReadOut(device, one, deviation) : checkSpiking(device, one, deviation),
  );
}
