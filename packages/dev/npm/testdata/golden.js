// Runs what SpikingJelly computed through the installed package, on any backend: values, states and gradients.
import { ILCCUBALIFNode, ILCIFNode, ILCLIFNode } from "spikeloop/nodes";
import { surrogate } from "spikeloop/surrogate";
import { grad, mul, sum, tensor } from "spikeloop/tensor";

const nodes = { IF: ILCIFNode, LIF: ILCLIFNode, CUBALIF: ILCCUBALIFNode };
const decays = { IF: [], LIF: ["vDecay"], CUBALIF: ["vDecay", "cDecay"] };

async function distance(actual, { shape, data }, what) {
  if (`${actual.shape}` !== `${shape}`) throw new Error(`${what} has the shape ${actual.shape}`);
  const got = await actual.data();
  const largest = Math.max(...data.map(Math.abs));
  const worst = Math.max(...data.map((x, i) => Math.abs(got[i] - x)));
  if (!(worst <= 1e-5 * largest)) throw new Error(`${what} differs by ${worst} of ${largest}`);
}

/** Checks every case; gives their number. */
export async function checkGolden(cases, backend) {
  for (const one of cases) {
    const at = ({ shape, data }) => tensor(Float32Array.from(data), shape, { backend });
    const { name, ...given } = one.surrogate;
    const node = new nodes[one.node]({
      actDim: one.actDim,
      decPopDim: one.decPopDim,
      vThreshold: one.vThreshold,
      vReset: one.vReset,
      ...Object.fromEntries(decays[one.node].map((decay) => [decay, one[decay]])),
      surrogateFunction: surrogate(name, given),
      backend,
    });
    const [x, gradOut] = [at(one.x), at(one.gradOut)];
    const params = { "conn.weight": at(one.weight), "conn.bias": at(one.bias) };
    node.loadStateDict(params);
    await distance(node.forward(x), one.spikes, `${one.name}: spikes`);
    await distance(node.v, one.v, `${one.name}: v`);
    const grads = grad((p) => sum(mul(node.apply(p.params, p.x), gradOut)))({ params, x });
    await distance(grads.x, one.gradX, `${one.name}: gradX`);
    await distance(grads.params["conn.weight"], one.gradWeight, `${one.name}: gradWeight`);
    await distance(grads.params["conn.bias"], one.gradBias, `${one.name}: gradBias`);
  }
  return cases.length;
}
