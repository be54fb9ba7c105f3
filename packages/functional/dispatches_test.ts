import { fakeGpu } from "@spikeloop/dev/testing";
import { affine, concat, grad, sum, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import { type WebGpu, webgpu } from "@spikeloop/webgpu";
import { assertEquals } from "@std/assert";
import { cubaLif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { adam, ilc, meanSquaredError, polyak } from "./mod.ts";
import { sumOverTime } from "./read_outs.ts";

/** Three layers on a GPU. */
function makeParams(backend: WebGpu) {
  const sizes = [23, 256, 256, 1];
  return sizes.slice(1).map((n, i) => ({
    weight: zeros([n, sizes[i]], { backend }),
    bias: zeros([n], { backend }),
  }));
}

type Params = ReturnType<typeof makeParams>;

const slopes = valueAndGrad((params: Params, x: Tensor, y: Tensor) =>
  meanSquaredError(
    params.reduce((h, { weight, bias }, i) => affine(h, weight, bias, { relu: i < 2 }), x),
    y,
  )
);

/** Preparations of work, and the dispatches of that work when it is done for the second time. */
const cases: Readonly<Record<string, [(gpu: WebGpu) => () => unknown, string[]]>> = {
  "the sums of a batch": [
    (backend) => {
      const x = zeros([100, 256], { backend });
      return () => sum(x, 0);
    },
    ["sum"],
  ],
  "a read-out": [
    (backend) => {
      const spikes = zeros([5, 100, 60], { backend });
      return () => sumOverTime(spikes);
    },
    ["sum"],
  ],
  "parts side by side": [
    (backend) => {
      const parts = [3, 4, 5].map((n) => backend.tensor(new Float32Array(2 * n), [2, n]));
      return () => concat(parts, 1);
    },
    ["scatter"],
  ],
  "zeros, which were filled before": [
    (backend) => {
      return () => zeros([200], { backend });
    },
    [],
  ],
  "the layers of a perceptron, a mean squared error and their gradients": [
    (backend) => {
      const params = makeParams(backend);
      const [x, y] = [23, 1].map((n) => backend.tensor(new Float32Array(100 * n), [100, n]));
      return () => slopes(params, x, y);
    },
    [...["matmul", "matmul", "matmul", "mean", "map"], ...Array(5).fill("matmul")],
  ],
  "Adam, after the first update": [
    (backend) => {
      const optimizer = adam();
      const [params, grads] = [makeParams(backend), makeParams(backend)];
      const [after, state] = optimizer.update(params, grads, optimizer.init(params));
      return () => optimizer.update(after, grads, state);
    },
    ["map of several tensors"],
  ],
  "five steps, whose shares in the gradients go into one buffer": [
    (backend) => {
      const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
      const params = population.init(key(0), { backend });
      const state = population.initialState(4, { backend });
      const x = zeros([4, 6], { backend });
      const gradients = grad((p: typeof params) => {
        const step = population.bind(p);
        let [next, y] = step(state, x);
        for (let t = 1; t < 5; t++) [next, y] = step(next, x);
        return sum(y);
      });
      return () => gradients(params);
    },
    [
      ...Array(5).fill("neuron cuba-lif, forward"),
      ...["sum", "gather"],
      ...Array(5).fill("neuron cuba-lif, backward"),
      // Ten storages take two dispatches, and the parts of the sums one.
      ...["gradients of steps", "gradients of steps", "sum"],
    ],
  ],
  "Polyak averages": [
    (backend) => {
      const [target, source] = [makeParams(backend), makeParams(backend)];
      return () => polyak(target, source, 0.9);
    },
    ["map of several tensors"],
  ],
};

for (const [name, [prepare, expected]] of Object.entries(cases)) {
  Deno.test(`on a GPU as few dispatches as can be: ${name}`, async () => {
    const { gpu, dispatches } = fakeGpu();
    using backend = await webgpu({ gpu, recompute: true });
    const run = prepare(backend);
    run(); // Fills zeros and ones.
    dispatches.length = 0;
    run();
    assertEquals(dispatches.map(({ label }) => label), expected);
  });
}
