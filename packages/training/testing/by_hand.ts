// Updates of agents in plain numbers of float64, to compare with.
import { assert, assertEquals } from "@std/assert";
import type { OptimizerState } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";

/** The numbers of tensors by name. */
export type Numbers = Readonly<Record<string, readonly number[]>>;

type Tensors = Readonly<Record<string, Tensor>>;

export function numbersOf(tensors: Tensors): Numbers {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, [...x.dataSync()]]));
}

/** The rows of a matrix. */
export function rowsOf(x: Tensor): number[][] {
  const [rows, width = 1] = x.shape;
  const data = [...x.dataSync()];
  return Array.from({ length: rows }, (_, i) => data.slice(i * width, (i + 1) * width));
}

/** A perceptron whose layers have these names; `f` acts between them. */
export function perceptron(
  params: Numbers,
  names: readonly string[],
  f: (x: number) => number,
  input: readonly number[],
): number[] {
  let x = [...input];
  names.forEach((name, layer) => {
    const [weight, bias] = [params[`${name}.weight`], params[`${name}.bias`]];
    x = bias.map((b, i) => x.reduce((sum, value, j) => sum + weight[i * x.length + j] * value, b));
    if (layer < names.length - 1) x = x.map(f);
  });
  return x;
}

/** The value of an action by a critic with one hidden layer. */
export function critic(
  params: Numbers,
  observation: readonly number[],
  action: number,
): number {
  return perceptron(params, ["q.0", "q.2"], relu, [...observation, action])[0];
}

export const relu = (x: number): number => Math.max(0, x);

export const average = (numbers: readonly number[]): number =>
  numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** The gradient of f by central differences. */
export function gradientOf(f: (params: Numbers) => number, params: Numbers): Numbers {
  const h = 1e-6;
  return Object.fromEntries(
    Object.entries(params).map(([name, numbers]) => [
      name,
      numbers.map((x, i) => {
        const at = (y: number) => f({ ...params, [name]: numbers.with(i, y) });
        return (at(x + h) - at(x - h)) / (2 * h);
      }),
    ]),
  );
}

/** The moments of Adam, and the updates so far. */
export interface Moments {
  readonly step: number;
  readonly mean: Numbers;
  readonly meanSquare: Numbers;
}

/** The moments after an update. */
export function nextMoments({ step, mean, meanSquare }: Moments, grads: Numbers): Moments {
  const merge = (moments: Numbers, rest: number, f: (g: number) => number) =>
    Object.fromEntries(
      Object.entries(moments).map(([name, numbers]) => [
        name,
        numbers.map((x, i) => (1 - rest) * x + rest * f(grads[name][i])),
      ]),
    );
  return {
    step: step + 1,
    mean: merge(mean, 0.1, (g) => g),
    meanSquare: merge(meanSquare, 0.001, (g) => g * g),
  };
}

/** Parameters after an update of Adam. */
export function adam(
  params: Numbers,
  grads: Numbers,
  moments: Moments,
  { rate, epsilon = 1e-8 }: { rate: number; epsilon?: number },
): Numbers {
  const { step: t, mean, meanSquare } = nextMoments(moments, grads);
  return Object.fromEntries(
    Object.entries(params).map(([name, numbers]) => [
      name,
      numbers.map((x, i) => {
        const root = Math.sqrt(meanSquare[name][i] / (1 - 0.999 ** t));
        return x - rate / (1 - 0.9 ** t) * mean[name][i] / (root + epsilon);
      }),
    ]),
  );
}

/** The state of Adam in plain numbers; `pick` takes the part of the parameters. */
export function momentsOf<P extends Tensors | Readonly<Record<string, Tensors>>>(
  state: OptimizerState<P>,
  pick: (params: P) => Tensors,
): Moments {
  const { step, moments } = state;
  return {
    step,
    mean: numbersOf(pick(moments.mean)),
    meanSquare: numbersOf(pick(moments.meanSquare)),
  };
}

/** Compares tensors with numbers; differences are in units of `scale`. */
export function assertClose(actual: Tensors, expected: Numbers, scale: number, what: string): void {
  assertEquals(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, x] of Object.entries(actual)) {
    x.dataSync().forEach((value, i) => {
      const difference = Math.abs(value - expected[name][i]);
      assert(difference <= scale, `${what} ${name}[${i}]: ${value}, by hand ${expected[name][i]}`);
    });
  }
}
