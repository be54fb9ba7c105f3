import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { adam, linear, plain } from "@spikeloop/functional";
import { lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { copyTree, mapTree, ones, type Tensor, tensor, treeLeaves, zeros } from "@spikeloop/tensor";
import { neuronToNir, readSafetensors, readTorch, restore, writeSafetensors } from "./mod.ts";

const open = (name: string) => Deno.readFileSync(new URL(`./testdata/${name}`, import.meta.url));

const fc1 = linear({ inFeatures: 3, outFeatures: 2 });
const hidden = plain(lif, { units: 2, learn: ["vDecay"] });
const params = { fc1: fc1.init(key(0)), spare: {}, parts: [hidden.init(key(1)), { w: ones([]) }] };
const empty = mapTree((x: Tensor) => zeros(x.shape), params);

Deno.test("a tree is written by names and restored, with its numbers and its empty parts", () => {
  const optimizer = adam();
  const [, state] = optimizer.update(params, params, optimizer.init(params));
  const bytes = writeSafetensors({ epoch: 3, rate: -0.5, params, state });
  const names = Object.keys(readSafetensors(writeSafetensors(params)).tensors);
  assertEquals(names, ["fc1.bias", "fc1.weight", "parts.0.vDecay", "parts.1.w"]);
  const template = { epoch: 0, rate: 0, params: empty, state: optimizer.init(empty) };
  const restored = restore(bytes, template);
  assertEquals([restored.epoch, restored.rate, restored.state.step], [3, -0.5, 1]);
  assertEquals(restored.params.spare, {});
  assertEquals(
    treeLeaves([restored.params, restored.state.moments]).map((x) => [...x.dataSync()]),
    treeLeaves([params, state.moments]).map((x) => [...x.dataSync()]),
  );
});

Deno.test("restore() takes tensors by name, and brings them to the template's backend", () => {
  const source = { "a.b": tensor([1, 2]), n: tensor(4) };
  const { a, n } = restore(source, { a: { b: zeros([2]) }, n: 0 });
  assertStrictEquals(a.b, source["a.b"]);
  assertEquals(n, 4);
  const moved = restore(source, { a: { b: zeros([2], { backend: evaluator }) }, n: zeros([]) });
  assertStrictEquals(moved.a.b.backend, evaluator);
  assertEquals([...moved.a.b.dataSync()], [1, 2]);
  assertEquals(restore({ "": tensor(7) }, 0), 7);
});

Deno.test("a tree on a device is refused, and the message says how to copy it", async () => {
  const backend = { ...cpu, name: "device", readSync: undefined };
  const there = await copyTree({ n: tensor(4), vDecay: ones([2]) }, backend);
  const refused = (run: () => unknown, problem: string) => assertThrows(run, TypeError, problem);
  const from = (name: string, tree: string) =>
    `${name} is on "device", expected it on the CPU; pass a copy, await copyTree(${tree})`;
  const writing = `Cannot write a safetensors file: ${from('"n"', "tensors")}`;
  refused(() => writeSafetensors({ epoch: 3, ...there }), writing);
  const template = { n: 0, vDecay: zeros([2]) };
  refused(() => restore(there, template), from('"n"', "source"));
  refused(() => restore({ ...there, n: tensor(4) }, template), from('"vDecay"', "source"));
  const { vDecay } = there;
  refused(
    () => neuronToNir(lif, { vDecay, vReset: 0 }, { units: 2, dt: 1 }),
    from("vDecay", "params"),
  );
  assertEquals(restore(await copyTree(there), template).n, 4);
});

Deno.test("restore() reads checkpoints of PyTorch, also old ones", () => {
  for (const name of ["torch_kinds.pt", "torch_kinds_legacy.pt"]) {
    const { tensors } = readTorch(open(name));
    const template = { ...mapTree((x: Tensor) => zeros(x.shape), { ...tensors }), "plain.1": 0 };
    const restored = restore(open(name), template);
    assertEquals(restored["plain.1"], -2.5);
    const one = { "views.slice": zeros([4]) };
    const named = { "views.slice": tensors["views.slice"] };
    assertEquals(restore(named, one)["views.slice"].dataSync(), named["views.slice"].dataSync());
    assertThrows(() => restore(open(name), { x: ones([1]) }), TypeError, 'it lacks "x"');
  }
});

const bytes = writeSafetensors(params);
const refuse = (template: object, ...problem: string[]) =>
  assertThrows(() => restore(bytes, template as typeof params), TypeError, ...problem);

Deno.test("restore() names what is missing, extra or of another shape, and the nearest name", () => {
  const { fc1, ...rest } = empty;
  refuse(
    { ...rest, fcl: fc1 },
    'it lacks "fcl.weight" (nearest: fc1.weight), "fcl.bias" (nearest: fc1.bias); ' +
      'it has "fc1.bias", "fc1.weight", which the template lacks',
  );
  refuse(rest, 'it has "fc1.bias", "fc1.weight", which the template lacks');
  refuse({ ...empty, more: ones([1]) }, 'it lacks "more"');
  refuse(
    { ...empty, fc1: { ...fc1, bias: ones([3]) } },
    '"fc1.bias" has shape [2], expected [3]',
  );
  refuse({ ...empty, fc1: { ...fc1, bias: 1 } }, '"fc1.bias" is of shape [2], expected a number');
  refuse(
    { more: ones([1]), fc1: { weight: ones([1]), bias: ones([3]) } },
    'it lacks "more"; it has "parts.0.vDecay", "parts.1.w", which the template lacks; ' +
      '"fc1.weight" has shape [2, 3], expected [1], "fc1.bias" has shape [2], expected [3]',
  );
  const nested = writeSafetensors({ model: params });
  assertThrows(() => restore(nested, empty), TypeError, '(nearest: "model.fc1.weight")');
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`w${i}`, ones([1])]));
  assertThrows(() => restore({}, many), TypeError, '"w5" and 14 more');
});

Deno.test("restore() takes names from rename, which may leave some out", () => {
  const file = writeSafetensors({ model: { 0: params.fc1 }, optimizer: { step: 3 } });
  const rename = (name: string) =>
    name.startsWith("model.0.") ? name.replace("model.0", "fc1") : undefined;
  const { fc1: linear } = restore(file, { fc1: empty.fc1 }, { rename });
  assertEquals(linear.weight.dataSync(), params.fc1.weight.dataSync());
  const torch = { last: 0 };
  const numbers = (name: string) => name.match(/^optimiser\..*\.lr$/) ? "last" : undefined;
  assertEquals(restore(open("torch_kinds.pt"), torch, { rename: numbers }).last, 0.001);

  const renamed = (rename: unknown) => () => restore(file, empty, { rename } as never);
  assertThrows(renamed("fc1"), TypeError, 'rename is "fc1", expected a function');
  assertThrows(renamed(() => 1), TypeError, 'rename("model.0.bias") is 1, expected a name or und');
  const both = 'rename gives "model.0.bias" and "model.0.weight" the name "a"';
  assertThrows(renamed(() => "a"), TypeError, both);
  assertThrows(renamed((name: string) => name), TypeError, '"model.0.bias"');
});

Deno.test("a file's first bytes tell its format, whatever the length of its header", () => {
  for (let length = 500; length < 1400; length += 8) {
    const one = { ["x".repeat(length)]: ones([1]) };
    assertEquals(Object.keys(restore(writeSafetensors(one), one)), Object.keys(one));
  }
  assertThrows(() => restore(new Uint8Array(3), {}), SyntaxError, "safetensors");
});

Deno.test("trees that no file holds are refused", () => {
  const write = (tree: unknown) => () => writeSafetensors(tree as { x: Tensor });
  assertThrows(write({ "a.b": ones([1]), a: { b: ones([1]) } }), TypeError, '"a.b"');
  assertThrows(write({ x: 0.1 }), RangeError, '"x" is 0.1, which float32 cannot hold exactly');
  assertThrows(write({ x: 2 ** 24 + 1 }), RangeError, "16777217");
  assertThrows(write({ a: { b: "text" } }), TypeError, '"a.b" is "text", expected a tensor');
  const circle: Record<string, unknown> = {};
  circle.own = circle;
  assertThrows(write(circle), RangeError, "does not hold itself");
  assertThrows(() => restore({}, undefined as never), TypeError, "the template is missing");
  assertThrows(() => restore(1 as never, {}), TypeError, "expected bytes or a record of tensors");
  assertThrows(() => restore({ x: 1 } as never, {}), TypeError, '"x" is 1, expected a tensor');
});

Deno.test("numbers keep their digits where tensors are halved", () => {
  const halved = writeSafetensors({ x: ones([3]), n: 2049 }, {}, { dtype: "F16" });
  const { x, n } = restore(halved, { x: zeros([3]), n: 0 });
  assertEquals([n, x.dataSync()[2]], [2049, 1]);
  assert(halved.length < writeSafetensors({ x: ones([3]), n: 2049 }).length);
});
