import { assert, assertEquals } from "@std/assert";
import { hostArray, sizeOf } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { assertSameBits, floats, generator, leaky, slopes } from "@spikeloop/dev/testing";
import * as e from "@spikeloop/expr";
import { bindScan } from "./bind_scan.ts";
import { customVjp } from "./custom_vjp.ts";
import { tensor, zeros } from "./create.ts";
import { elementwiseTogether } from "./elementwise_together.ts";
import { add, div, exp, mul, sub, tanh } from "./functions.ts";
import { grad, valueAndGrad, valueAuxAndGrad } from "./grad.ts";
import { matmul } from "./matmul.ts";
import { concat, slice, transpose } from "./movement.ts";
import { reshape } from "./reshape.ts";
import { scan } from "./scan.ts";
import { softmax } from "./softmax.ts";
import { broadcastTo, mean, sum } from "./sum.ts";
import { take } from "./take.ts";
import type { Tensor } from "./tensor.ts";
import { spoilFreed } from "./testing/spoil_freed.ts";

const random = generator(1);
const numbers = (...shape: number[]) => tensor(floats(random, sizeOf(shape)), shape);
const [a, b, c, w] = [numbers(6, 7), numbers(6, 7), numbers(7), numbers(7, 5)];

/** Losses, each of which leaves intermediate results in `seen`. */
const losses: Readonly<Record<string, (x: Tensor, seen: (t: Tensor) => Tensor) => Tensor>> = {
  "a chain": (x, seen) => mean(mul(seen(sub(seen(mul(x, c)), b)), add(x, 1))),
  "a value that is read twice": (x, seen) => {
    const difference = seen(sub(x, b));
    return sum(mul(difference, difference));
  },
  "a long chain": (x, seen) => {
    let y = x;
    for (let i = 0; i < 20; i++) y = seen(add(mul(y, 0.9), i % 2 ? b : c));
    return sum(tanh(y));
  },
  "functions that are read often": (x, seen) => {
    const y = seen(exp(x));
    return sum(add(mul(y, y), div(y, add(y, 1))));
  },
  "products and movement": (x, seen) => {
    const hidden = seen(tanh(seen(matmul(x, w))));
    const picked = take(hidden, tensor([3, 1, 1]), 0);
    const both = seen(concat([transpose(hidden), transpose(picked)], 1));
    return sum(mul(softmax(both, 0), slice(both, [0, 0], [5, 9])));
  },
  "sums over axes": (x, seen) =>
    sum(mul(seen(sum(x, 0)), seen(broadcastTo(seen(mean(mul(x, x))), [7])))),
  "single numbers": (x, seen) => {
    const m = seen(mul(mean(x), 3));
    return sum(mul(x, seen(add(mul(m, m), seen(sub(m, 1))))));
  },
  "other shapes": (x, seen) => sum(mul(seen(reshape(mul(x, a), [7, 6])), 2)),
  "a gradient inside": (x, seen) =>
    sum(mul(seen(grad((y: Tensor) => sum(mul(seen(tanh(y)), b)))(x)), x)),
};

/** The numbers of the value, the gradient and of all that was seen. */
function run(loss: (typeof losses)[string]): Float32Array[] {
  const seen: Tensor[] = [];
  const [value, gradient] = valueAndGrad((x: Tensor) =>
    loss(x, (t) => {
      seen.push(t);
      return t;
    })
  )(a);
  // Another gradient takes the memory that is free.
  grad((x: Tensor) => sum(mul(exp(mul(x, b)), c)))(a);
  return [value, gradient, ...seen].map((t) => t.dataSync());
}

Deno.test("all that a gradient leaves stays as it is", () => {
  let freed = 0;
  for (const [name, loss] of Object.entries(losses)) {
    const want = run(loss);
    const { result, count } = spoilFreed(() => [run(loss), run(loss)]);
    freed += count;
    for (const got of result) {
      got.forEach((numbers, i) => assertSameBits(numbers, want[i], `${name}, result ${i}`));
    }
  }
  assert(freed > 0);
});

Deno.test("cotangents that a user's rule sees stay as they are", () => {
  const f = () => {
    const seen: Tensor[] = [];
    const double = customVjp((x: Tensor) => mul(x, 2), (g) => {
      seen.push(g);
      return [mul(g, 2)];
    });
    grad((x: Tensor) => sum(mul(double(mul(x, b)), c)))(a);
    return seen[0].dataSync();
  };
  assertSameBits(spoilFreed(f).result, f(), "cotangent");
});

Deno.test("numbers that a user has got are never overwritten", () => {
  spoilFreed(() => {
    let held: Float32Array = new Float32Array(0);
    const f = grad((x: Tensor) => {
      const y = mul(x, b);
      held = hostArray(y.storage);
      return sum(mul(y, y));
    });
    f(a);
    const before = held.slice();
    for (let i = 0; i < 3; i++) grad((x: Tensor) => sum(mul(exp(mul(x, b)), c)))(a);
    assertSameBits(held, before, "held");
  });
});

Deno.test("the last of very many results is computed once more", () => {
  const run = () => {
    let last = a;
    grad((x: Tensor) => {
      last = x;
      for (let i = 0; i < 8000; i++) last = tanh(last);
      return sum(x);
    })(a);
    return last.dataSync();
  };
  assertSameBits(spoilFreed(run).result, run(), "last");
});

Deno.test("more intermediate results than the arena holds have the same bits", () => {
  const x = numbers(128, 1024); // 160 of these take 80 MiB
  const f = valueAndGrad((x: Tensor) => {
    let y = x;
    for (let i = 0; i < 80; i++) y = add(mul(y, 0.99), x);
    return sum(mul(y, y));
  });
  const run = () => f(x).map((t) => t.dataSync());
  const want = run();
  const { result } = spoilFreed(() => [run(), run()]);
  for (const got of result) got.forEach((n, i) => assertSameBits(n, want[i], `result ${i}`));
});

Deno.test("auxiliary results and gradients of earlier calls stay as they are", () => {
  spoilFreed(() => {
    const f = valueAuxAndGrad((x: Tensor) => {
      const y = mul(x, b);
      return [sum(mul(y, y)), { y, z: add(y, zeros([6, 7])) }];
    });
    const first = f(a);
    const before = [first[1].y, first[1].z, first[2]].map((t) => t.dataSync());
    for (let i = 0; i < 3; i++) f(mul(a, 2));
    [first[1].y, first[1].z, first[2]].forEach((t, i) =>
      assertSameBits(t.storage, before[i], `result ${i}`)
    );
  });
});

const product = elementwiseTogether("product", 2, (x, y) => [e.mul(x, y)]);
const kernel = leaky(slopes.rational, true);

/** Losses that pass an array on, and then change it, or don't. */
const callers: Readonly<
  Record<string, (x: Tensor, change: <T>(array: T[], value: T) => void) => Tensor>
> = {
  "a shape": (x, change) => {
    const shape = [2, 6, 7];
    const y = broadcastTo(x, shape);
    change(shape, 1);
    return mul(y, y);
  },
  "operands": (x, change) => {
    const operands = [x, b];
    const [[y, z]] = product([operands, [b, b]]);
    change(operands, b);
    return mul(y, z);
  },
  "states and parameters of a sequence": (x, change) => {
    const [values, params] = [[x], [mean(x), 0.9, 0]];
    const { out } = scan({ kernel, units: 7, params }, { values }, reshape(b, [1, 6, 7]));
    change(values, b);
    change(params, 2);
    return mul(out, out);
  },
  "states and parameters of a step": (x, change) => {
    const [values, params] = [[x], [mean(x), 0.9, 0]];
    const { out } = bindScan({ kernel, units: 7, params })({ values }, b);
    change(values, b);
    change(params, 2);
    return mul(out, out);
  },
};

Deno.test("arrays that the caller changes after a call change no result of it", () => {
  for (const [name, loss] of Object.entries(callers)) {
    const run = (change: (array: unknown[], value: unknown) => void) =>
      valueAndGrad((x: Tensor) => sum(loss(x, change)))(a).map((t) => t.dataSync());
    const want = run(() => {});
    const { result } = spoilFreed(() => run((array, value) => array.fill(value)));
    result.forEach((numbers, i) => assertSameBits(numbers, want[i], `${name}, result ${i}`));
  }
});

Deno.test("after an error in the function nothing is late", () => {
  const { result } = spoilFreed(() => {
    try {
      grad(() => {
        throw new Error("no loss");
      })(a);
    } catch { // It is the function's.
    }
    return mul(a, b).storage;
  });
  assert(result instanceof Float32Array);
  assertEquals(mul(a, b).backend, cpu);
});

Deno.test("large chains have the bits of their operations one by one, in sums of all kinds", () => {
  const [rows, columns] = [37, 1901]; // many tiles, none of which ends with a row
  const [x, y] = [numbers(rows, columns), numbers(rows, columns)];
  const [row, column] = [numbers(columns), numbers(rows, 1)];
  const chain = (x: Tensor) => mul(sub(mul(add(x, column), row), y), add(x, 1));
  const sums = (z: Tensor) => [sum(z), sum(sum(z, 0)), sum(sum(z, 1)), mean(mul(z, exp(z)))];
  const want = sums(chain(x));
  valueAndGrad((x: Tensor) => {
    const got = sums(chain(x));
    got.forEach((g, i) => assertSameBits(g.storage, want[i].storage, `sum ${i}`));
    return got[0];
  })(x);
  const gradient = grad((x: Tensor) => sum(mul(mul(x, row), y)))(x);
  assertSameBits(gradient.storage, mul(y, row).storage, "gradient");
});
