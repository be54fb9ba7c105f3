// Losses and optimizers against PyTorch, on any backend, as tests.
import { type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import {
  adam,
  adamW,
  crossEntropy,
  meanSquaredError,
  rateBounds,
  sgd,
  spikeRateLoss,
} from "../mod.ts";
import golden from "../testdata/pytorch.json" with { type: "json" };
import { assertClose, type Device } from "./compare.ts";

/** A tensor in the file. */
interface Packed {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The losses by their names in the file, with their inputs; the last of three are the lengths. */
const losses: Readonly<Record<string, (x: Tensor, ...rest: readonly Tensor[]) => Tensor>> = {
  "crossEntropy": (x, y) => crossEntropy(x, y),
  "crossEntropy of shares": (x, y) => crossEntropy(x, y),
  "crossEntropy with lengths": (x, y, lengths) => crossEntropy(x, y, { lengths }),
  "meanSquaredError": (x, y) => meanSquaredError(x, y),
  "meanSquaredError with lengths": (x, y, lengths) => meanSquaredError(x, y, { lengths }),
  "spikeRateLoss": (x) => spikeRateLoss(x, 0.3),
  "spikeRateLoss with lengths": (x, lengths) => spikeRateLoss(x, 0.3, { lengths }),
  "rateBounds": (x) => rateBounds(x, { lower: 0.3, upper: 0.4 }),
  "rateBounds with lengths": (x, lengths) => rateBounds(x, { lower: 0.3, upper: 0.4, lengths }),
};

/** The optimizers by their names in the file, for parameters `{ first, second }`. */
const optimizers = {
  "adam": adam({ learningRate: 0.05 }),
  "adam with decay": adam({ learningRate: 0.05, weightDecay: 0.1 }),
  "adamW": adamW({ learningRate: 0.05 }),
  "adamW with decay": adamW({
    learningRate: 0.05,
    weightDecay: 0.3,
    betas: [0.8, 0.95],
    epsilon: 1e-6,
  }),
  "adamW by group": adamW({ learningRate: { first: 0.05, second: 0.2 }, weightDecay: 0.3 }),
  "adam by group": adam({ learningRate: { first: 0.05, second: () => 0.001 } }),
  "sgd by group": sgd({ learningRate: { second: 0.2, first: 0.05 }, momentum: 0.9 }),
};

/** Runs the comparisons with PyTorch on a device. */
export function goldenSuite({ backend }: Device): void {
  const on = ({ shape, data }: Packed) => tensor(Float32Array.from(data), [...shape], { backend });

  for (const [name, { inputs, value, gradient }] of Object.entries(golden.losses)) {
    Deno.test(`${name} is PyTorch's, and so is its gradient (${backend.name})`, async () => {
      const [x, ...rest] = inputs.map(on);
      const [loss, slope] = valueAndGrad((x: Tensor) => losses[name](x, ...rest))(x);
      await assertClose(loss, value.data, 1e-6, "value");
      await assertClose(slope, gradient.data, 1e-5, "gradient");
    });
  }

  for (const [name, optimizer] of Object.entries(optimizers)) {
    Deno.test(`${name} moves as PyTorch's does (${backend.name})`, async () => {
      const { start, slopes, after } = golden.optimizers;
      const record = ([first, second]: readonly Packed[]) => ({
        first: on(first),
        second: on(second),
      });
      let params = record(start);
      let state = optimizer.init(params);
      for (const [i, update] of slopes.entries()) {
        [params, state] = optimizer.update(params, record(update), state);
        const expected = after[name as keyof typeof optimizers][i].flatMap(({ data }) => data);
        await assertClose(params, expected, 1e-6, `update ${i + 1}`);
      }
    });
  }
}
