// Large calls alone, then with a helper thread.
import { cubaLif } from "spikeloop/neuron";
import { ilc } from "spikeloop/functional";
import { key, normal } from "spikeloop/random";
import { rect } from "spikeloop/surrogate";
import { limitThreads, startThreads } from "spikeloop/cpu";
import { sum, valueAndGrad } from "spikeloop/tensor";

/** How many threads there are with a limit of 2, and whether results are the same with them. */
export async function run() {
  const population = ilc(cubaLif, { actDim: 3, decPopDim: 40, surrogate: rect() });
  const params = population.init(key(0));
  const x = normal(key(1), [8, 640, 120]);
  const loss = (p) => sum(population.multiStep(p.params, population.initialState(640), p.x)[1]);
  const once = () => {
    const [value, gradient] = valueAndGrad(loss)({ params, x });
    return [value, gradient.x, gradient.params.weight, gradient.params.bias].map((t) =>
      t.dataSync().join()
    );
  };
  limitThreads(1);
  const alone = once();
  limitThreads(2);
  let threads = await startThreads();
  // A busy machine may take longer than it waits.
  for (let tries = 0; threads < 2 && tries < 20; tries++) threads = await startThreads();
  const shared = once();
  return { threads, same: alone.every((text, i) => text === shared[i]) };
}
