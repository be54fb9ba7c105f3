import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { customVjp } from "./custom_vjp.ts";
import { full, ones, tensor, zeros } from "./create.ts";
import { add, exp, greater, mul, tanh } from "./functions.ts";
import { grad, stopGradient, valueAndGrad, valueAuxAndGrad } from "./grad.ts";
import { matmul } from "./matmul.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { reshape } from "./reshape.ts";
import { mean, sum } from "./sum.ts";
import { Tensor } from "./tensor.ts";
import type { Tree } from "./tree.ts";

const cubed = (x: Tensor) => mul(x, mul(x, x));

Deno.test("the gradients are a tree like the parameters, with its types", () => {
  const params = {
    layers: [{ w: tensor([1, 2]) }, { w: tensor([3, 4]) }],
    scale: tensor(5),
    unused: zeros([2, 1]),
  };
  const loss = (p: typeof params) => sum(mul(p.scale, mul(p.layers[0].w, p.layers[1].w)));
  const [value, g] = valueAndGrad(loss)(params);
  assertEquals(value.item(), 55);
  assertEquals([...g.layers[0].w.dataSync()], [15, 20]);
  assertEquals([...g.layers[1].w.dataSync()], [5, 10]);
  assertEquals(g.scale.item(), 11);
  assertEquals([g.unused.shape, [...g.unused.dataSync()]], [[2, 1], [0, 0]]);
});

Deno.test("a parameter without a type may be a tensor, a record or an array", () => {
  const x = tensor([1, 2]);
  assertEquals([...grad((x) => sum(cubed(x)))(x).dataSync()], [3, 12]);
  assertEquals([...grad((p) => sum(mul(p.a, p.b)))({ a: x, b: x }).a.dataSync()], [1, 2]);
  assertEquals([...grad(([a, b]) => sum(mul(a, b)))([x, ones([2])])[1].dataSync()], [1, 2]);
  const [, g] = valueAndGrad((p, k: number) => sum(mul(p.layers[0].w, k)))(
    { layers: [{ w: x }] },
    3,
  );
  assertEquals([...g.layers[0].w.dataSync()], [3, 3]);
  // @ts-expect-error: the function takes another tree.
  assertThrows(() => grad((p: { readonly a: Tensor }) => sum(p.a))({ b: x }), TypeError);
});

Deno.test("gradients flow through loops and branches of the function", () => {
  const power = (x: Tensor, n: number) => {
    let y: Tensor = full([], 1);
    for (let i = 0; i < n; i++) y = mul(y, x);
    return y.item() > 100 ? mul(y, 2) : y;
  };
  assertEquals(grad(power)(tensor(3), 4).item(), 108);
  assertEquals(grad(power)(tensor(3), 5).item(), 2 * 405);
});

Deno.test("arguments after the parameters are constants", () => {
  const f = (x: Tensor, y: Tensor) => mul(x, y);
  assertEquals(grad(f)(tensor(2), tensor(3)).item(), 3);
  // The inner gradient sees x as a constant, the outer one does not.
  const mixed = grad((x: Tensor) => mul(x, grad((y: Tensor) => mul(x, y))(full([], 1))));
  assertEquals(mixed(tensor(5)).item(), 10);
});

Deno.test("gradients nest, and each keeps to its own variable", () => {
  const x = tensor(2);
  assertEquals(grad(grad(cubed))(x).item(), 12);
  assertEquals(grad(grad(grad(cubed)))(x).item(), 6);
  // d/dx x · (d/dy (x + y) at y = 1) = 1: the inner derivative is 1, whatever x is.
  assertEquals(
    grad((x: Tensor) => mul(x, grad((y: Tensor) => add(x, y))(full([], 1))))(x).item(),
    1,
  );
  const w = tensor([[1, 2], [3, 4]]);
  const norm = (w: Tensor) => sum(mul(matmul(w, w), matmul(w, w)));
  const slope = (w: Tensor) => sum(grad(norm)(w));
  const second = grad(slope)(w).dataSync();
  const h = 2 ** -6;
  const moved = (d: number) => slope(tensor([[1 + d, 2], [3, 4]])).item();
  assertAlmostEquals(second[0], (moved(h) - moved(-h)) / (2 * h), 1e-3 * second[0]);
});

Deno.test("stopGradient() is the identity with gradient zero", () => {
  const x = tensor([2, 3]);
  assertEquals([...stopGradient(x).dataSync()], [2, 3]);
  assertEquals([...grad((x: Tensor) => sum(mul(stopGradient(x), x)))(x).dataSync()], [2, 3]);
  const half = (x: Tensor) => add(sum(stopGradient(x)), mul(sum(x), 0));
  assertEquals([...grad(half)(x).dataSync()], [0, 0]);
});

Deno.test("a value that no parameter reaches is an error, also in nested gradients", () => {
  const x = tensor([2, 3]);
  const [once, constant] = [mul(x, 2), tensor(1)];
  const wrong: readonly ((x: Tensor) => Tensor)[] = [
    () => constant,
    () => sum(once),
    (x) => sum(stopGradient(x)),
    (y) => grad((z: Tensor) => sum(mul(z, z)))(sum(stopGradient(y))),
  ];
  for (const f of wrong) {
    for (const run of [grad(f), valueAndGrad(f), valueAuxAndGrad((x: Tensor) => [f(x), []])]) {
      assertThrows(() => run(x), TypeError, "bind inside the function that grad differentiates");
    }
  }
  assertThrows(
    () => grad((x: Tensor) => add(sum(x), grad(() => sum(x))(tensor(1))))(x),
    TypeError,
    "depends on no parameter",
  );
});

Deno.test("the cotangent of a sum or a mean is stretched by the kernel that reads it, not written", () => {
  const counting = { ...evaluator, gather: () => assert(false, "it was written") as never };
  const on = { backend: counting };
  const [x, y] = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]].map((n) => tensor(n, undefined, on));
  const row = tensor([10, 20], undefined, on);
  const whole = grad((x) => sum(mul(mul(x, y), row)))(x);
  assertEquals([...whole.dataSync()], [50, 120, 70, 160]);
  const rows = grad((x) => sum(mul(mean(mul(x, y), 1), row)))(x);
  assertEquals([...rows.dataSync()], [25, 30, 70, 80]);
});

Deno.test("the gradient of a sum of products is the other factor, and no copy of it", () => {
  const [x, y] = [tensor([1, 2]), tensor([3, NaN])];
  assertStrictEquals(grad((x: Tensor) => sum(mul(x, y)))(x).storage, y.storage);
  const both = grad((p: Tensor[]) => sum(mul(p[0], p[1])))([x, y]);
  assertEquals(both.map((g) => [...g.dataSync()]), [[3, NaN], [1, 2]]);
  assertEquals(
    [...grad((x: Tensor) => sum(grad((x: Tensor) => sum(mul(x, x)))(x)))(x).dataSync()],
    [2, 2],
  );
});

Deno.test("a stretched cotangent is summed over the copies of an argument, and written for others", () => {
  const [x, row] = [tensor([[1, 2], [3, 4]]), tensor([10, 20])];
  // Every element of the row has two copies, whatever passes the cotangent on.
  assertEquals([...grad((row) => sum(add(x, row)))(row).dataSync()], [2, 2]);
  assertEquals([...grad((row) => sum(add(mul(2, row), add(x, row))))(row).dataSync()], [6, 6]);
  assertEquals([...grad((row) => sum(sum(add(x, row), 1)))(row).dataSync()], [2, 2]);
  // Parameters, and operations with a rule of their own.
  assertEquals([...grad((x) => sum(x))(x).dataSync()], [1, 1, 1, 1]);
  assertEquals([...grad((x) => sum(reshape(x, [4])))(x).dataSync()], [1, 1, 1, 1]);
  assertEquals([...grad((x) => sum(matmul(x, x)))(x).dataSync()], [7, 11, 9, 13]);
  const seen: number[][] = [];
  const twice = customVjp((x) => mul(x, 2), (g) => (seen.push([...g.shape]), [mul(g, 2)]));
  assertEquals([...grad((x) => sum(twice(x)))(x).dataSync()], [2, 2, 2, 2]);
  assertEquals(seen, [[2, 2]]);
  // A gradient of a gradient.
  const inner = grad((x: Tensor) => sum(mul(x, mul(x, row))));
  assertEquals([...grad((x) => sum(inner(x)))(x).dataSync()], [20, 40, 20, 40]);
});

Deno.test("valueAuxAndGrad() returns the further results of the function", () => {
  const [loss, { hidden }, g] = valueAuxAndGrad((x: Tensor) => {
    const hidden = exp(x);
    return [sum(hidden), { hidden }] as const;
  })(tensor([0, 0]));
  assertEquals(loss.item(), 2);
  assertEquals([...hidden.dataSync()], [1, 1]);
  const lone = (() => loss) as unknown as () => [Tensor, Tensor];
  assertThrows(
    () => valueAuxAndGrad(lone)(loss),
    TypeError,
    "Tensor([], cpu), expected [loss, aux]",
  );
  assertEquals([...g.dataSync()], [1, 1]);
});

Deno.test("a tensor from an earlier gradient is a constant in the next one", () => {
  let earlier: Tensor | undefined;
  const f = (x: Tensor) => {
    const y = earlier === undefined ? mul(x, x) : add(earlier, x);
    earlier = y;
    return y;
  };
  assertEquals(grad(f)(tensor(3)).item(), 6);
  assertEquals(grad(f)(tensor(3)).item(), 1);
  assertEquals(earlier?.item(), 12);
});

Deno.test("a function that throws leaves nothing behind", () => {
  const failing = (x: Tensor): Tensor => {
    tanh(x);
    throw new Error("stop");
  };
  assertThrows(() => grad((x: Tensor) => grad(failing)(mul(x, 2)))(tensor(1)), Error, "stop");
  assertEquals(grad(cubed)(tensor(2)).item(), 12);
  assertStrictEquals(mul(tensor(1), 2).tapeIndex, 0);
});

Deno.test("a gradient that fails on its way back leaves no cotangent to the gradient around it", () => {
  const failing = customVjp((x) => mul(x, 2), () => {
    throw new Error("stop");
  });
  const outer = (x: Tensor) => {
    const y = mul(x, x);
    // The product has its cotangent when the pullback before it throws.
    const inner = grad((z: Tensor) => add(mul(z, y), failing(z)));
    assertThrows(() => inner(y), Error, "stop");
    return mul(y, 3);
  };
  assertEquals(grad(outer)(tensor(2)).item(), 12);
});

Deno.test("a pullback may take a gradient of its own", () => {
  const squared = customVjp((x) => mul(x, x), (g, [x]) => {
    const slope = grad((y: Tensor) => sum(mul(y, y)))(x);
    return [mul(g, slope)];
  });
  const f = (x: Tensor) => sum(mul(squared(x), x));
  assertEquals([...grad(f)(tensor([1, 2])).dataSync()], [3, 12]);
  assertEquals([...grad((x: Tensor) => sum(grad(f)(x)))(tensor([1, 2])).dataSync()], [6, 12]);
});

Deno.test("a function without a scalar result cannot be differentiated", () => {
  const of = (result: unknown) => () => grad(() => result as Tensor)(tensor(1));
  assertThrows(of(ones([2])), TypeError, "a tensor of shape [2], expected a scalar of shape []");
  assertThrows(of(ones([1])), TypeError, "use sum or mean");
  assertThrows(of(3), TypeError, "the function returned 3, expected a scalar tensor");
  assertThrows(of(undefined), TypeError, "the function returned undefined, expected");
  assertThrows(of({ loss: tensor(1) }), TypeError, "the function returned a record, expected");
  assertThrows(of(Promise.resolve(tensor(1))), TypeError, "must not be async");
  assertThrows(
    () => grad(3 as unknown as () => Tensor),
    TypeError,
    "3, expected a function",
  );
});

Deno.test("parameters that are no tree of tensors are refused", () => {
  const by = (params: unknown) => () => grad(() => tensor(1))(params as Tree);
  assertThrows(by({ w: 1 }), TypeError, "params.w as a tree of tensors: it is 1");
  assertThrows(by(undefined), TypeError, "params as a tree of tensors: it is undefined");
  assertThrows(by({ a: ones([1]), b: ones([1], { backend: evaluator }) }), TypeError, '"cpu"');
  assertEquals(grad(() => tensor(1))({}), {});
});

Deno.test("a comparison has gradient zero, and so has a parameter that the value does not use", () => {
  assertEquals([...grad((x: Tensor) => sum(greater(x, 1)))(tensor([0, 2])).dataSync()], [0, 0]);
  const used = grad((p: { a: Tensor; b: Tensor }) => mul(p.a, 2))({ a: tensor(1), b: tensor(1) });
  assertEquals([used.a.item(), used.b.item()], [2, 0]);
  assertEquals(grad((_: Record<string, never>) => tensor(1))({}), {});
  assert(grad((x: Tensor) => x)(tensor(1)) instanceof Tensor);
  assertEquals(grad((x: Tensor) => x)(tensor(1)).item(), 1);
});
