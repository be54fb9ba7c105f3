import { assertEquals, assertThrows } from "@std/assert";
import { ones, type Tensor, tensor, zeros } from "@spikeloop/tensor";
import {
  type BaseNode,
  CUBALIFNode,
  IFNode,
  ILCBaseNode,
  ILCCUBALIFNode,
  ILCIFNode,
  ILCLIFNode,
  LIFNode,
  NoisyCUBALIFNode,
  NoisyILCLIFNode,
  NonSpikingIFNode,
  ParametricLIFNode,
} from "@spikeloop/nodes";

type Expected = readonly [() => unknown, typeof TypeError | typeof RangeError, ...words: string[]];

/** An argument of a user without types, or of a careless one. */
const careless = (value: unknown) => value as never;
const sizes = { actDim: 2, decPopDim: 3 };

function assertExplained(cases: Readonly<Record<string, Expected>>): void {
  for (const [title, [f, kind, ...words]] of Object.entries(cases)) {
    const { message } = assertThrows(f, kind, undefined, title);
    for (const word of words) {
      if (!message.includes(word)) throw new Error(`${title}: no "${word}" in: ${message}`);
    }
  }
}

Deno.test("an input that does not fit is refused with what was given and what is expected", () => {
  const node = new ILCIFNode({ actDim: 8, decPopDim: 10 });
  const step = new IFNode({ stepMode: "s" });
  assertExplained({
    rank: [() => node.forward(ones([5, 80])), TypeError, "ILCIFNode", "[5, 80]", "[T, N, 80]"],
    units: [
      () => node.forward(ones([5, 3, 7])),
      TypeError,
      "[5, 3, 7]",
      "actDim 8 · decPopDim 10 = 80",
    ],
    "no time steps": [
      () => node.forward(zeros([0, 3, 80])),
      RangeError,
      "[0, 3, 80]",
      "at least 1",
    ],
    "an array": [() => node.forward(careless([[[1]]])), TypeError, "an array", "tensor(...)"],
    nothing: [() => node.forward(careless(undefined)), TypeError, "missing", "[T, N, 80]"],
    "apply too": [() => node.apply(node.parameters(), ones([5, 80])), TypeError, "[T, N, 80]"],
    "a sequence in step mode s": [() => step.forward(ones([5, 2, 3])), TypeError, "[N, D]"],
    "a step in step mode m": [() => new IFNode().forward(ones([2, 3])), TypeError, "[T, N, D]"],
    "another T than the noise has": [
      () => new NoisyCUBALIFNode({ numNode: 3, T: 5 }).forward(ones([4, 1, 3])),
      TypeError,
      "T = 4",
      "T = 5",
    ],
  });
});

Deno.test("options that do not fit are refused with their name, value and what is expected", () => {
  assertExplained({
    "no options": [() => new ILCIFNode(careless(undefined)), TypeError, "ILCIFNode", "missing"],
    "positions": [() => new ILCIFNode(careless(8)), TypeError, "8", "actDim: 8"],
    "no size": [() => new ILCIFNode(careless({ actDim: 2 })), TypeError, "decPopDim is missing"],
    "a fraction": [() => new ILCIFNode({ ...sizes, actDim: 2.5 }), RangeError, "2.5", "integer"],
    "no unit": [() => new ILCIFNode({ ...sizes, decPopDim: 0 }), RangeError, "decPopDim is 0"],
    "a string": [
      () => new ILCIFNode({ ...sizes, actDim: careless("2") }),
      TypeError,
      'actDim is "2"',
    ],
    "an unknown name": [
      () => new ILCIFNode(careless({ ...sizes, vDecay: 0.5 })),
      TypeError,
      'no option "vDecay"',
      "vThreshold",
    ],
    "the reference's spelling": [
      () => new LIFNode(careless({ v_threshold: 1 })),
      TypeError,
      '"v_threshold"',
      "vThreshold",
    ],
    "a size in the reference's spelling": [
      () => new ILCIFNode(careless({ act_dim: 2, dec_pop_dim: 3 })),
      TypeError,
      'no option "act_dim"',
      "actDim",
    ],
    "a misspelt size": [
      () => new ILCIFNode(careless({ actDims: 2, decPopDim: 3 })),
      TypeError,
      'no option "actDims"',
      "did you mean actDim?",
    ],
    "a misspelt number of units": [
      () => new NoisyCUBALIFNode(careless({ numNodes: 3 })),
      TypeError,
      'no option "numNodes"',
      "did you mean numNode?",
    ],
    "a misspelt option beside sizes that do not fit": [
      () => new NoisyILCLIFNode(careless({ actDim: 0, decPopDim: 3, sigma_init: 1 })),
      TypeError,
      'no option "sigma_init"',
      "did you mean sigmaInit?",
    ],
    "a number of units in it": [
      () => new NoisyCUBALIFNode(careless({ num_node: 3 })),
      TypeError,
      'no option "num_node"',
      "numNode",
    ],
    "NaN": [() => new ILCLIFNode({ ...sizes, vThreshold: NaN }), RangeError, "vThreshold is NaN"],
    "a negative decay": [
      () => new ILCLIFNode({ ...sizes, vDecay: -0.5 }),
      RangeError,
      "vDecay is -0.5",
      "at least 0",
    ],
    "no threshold": [
      () => new ILCLIFNode({ ...sizes, vThreshold: careless(null) }),
      TypeError,
      "vThreshold is null",
    ],
    "tau of 1": [() => new LIFNode({ tau: 1 }), RangeError, "tau is 1", "above 1"],
    "initTau of 1": [() => new ParametricLIFNode({ initTau: 1 }), RangeError, "initTau is 1"],
    "decayInput": [() => new LIFNode({ decayInput: careless(1) }), TypeError, "decayInput is 1"],
    "a surrogate's name": [
      () => new ILCIFNode({ ...sizes, surrogateFunction: careless("rect") }),
      TypeError,
      "surrogateFunction",
      'surrogate("rect")',
    ],
    "a flag": [
      () => new ILCIFNode({ ...sizes, detachReset: careless("no") }),
      TypeError,
      'detachReset is "no"',
      "true or false",
    ],
    "a seed for a key": [
      () => new ILCIFNode({ ...sizes, key: careless(1) }),
      TypeError,
      "key is 1",
      "key(seed)",
    ],
    "a backend's name": [
      () => new ILCIFNode({ ...sizes, backend: careless("webgpu") }),
      TypeError,
      'backend is "webgpu"',
    ],
    "a decoding": [
      () => new NonSpikingIFNode({ decode: careless("last") }),
      RangeError,
      'decode is "last"',
      "expected one of last-mem, max-mem, max-abs-mem, mean-mem",
      "did you mean last-mem?",
    ],
    "a decoding of another kind": [
      () => new NonSpikingIFNode({ decode: careless(1) }),
      TypeError,
      "decode is 1",
    ],
    "a step mode": [
      () => new CUBALIFNode({ stepMode: careless("multi") }),
      RangeError,
      'stepMode is "multi"',
      "expected one of s, m",
    ],
    "a step mode of another kind": [
      () => new CUBALIFNode({ stepMode: careless(1) }),
      TypeError,
      "stepMode is 1",
    ],
    "no numNode": [() => new NoisyCUBALIFNode(careless({})), TypeError, "numNode is missing"],
    "sigma below 0": [
      () => new NoisyILCLIFNode({ ...sizes, sigmaInit: -1 }),
      RangeError,
      "sigmaInit is -1",
    ],
    "a fraction of T": [() => new NoisyILCLIFNode({ ...sizes, T: 2.5 }), RangeError, "T is 2.5"],
  });
});

Deno.test("a state that does not fit is refused with every problem, and nothing of it is loaded", () => {
  const node = new ILCCUBALIFNode(sizes);
  const before = node.stateDict();
  const good = { "conn.weight": ones([6, 1, 3]), "conn.bias": ones([6]) };
  const load = (state: unknown) => () => node.loadStateDict(careless(state));
  assertExplained({
    missing: [
      load({ "conn.weight": good["conn.weight"] }),
      TypeError,
      "ILCCUBALIFNode",
      '"conn.bias" is missing',
    ],
    unexpected: [load({ ...good, "conn.scale": ones([6]) }), TypeError, '"conn.scale" is not exp'],
    misshaped: [load({ ...good, "conn.bias": ones([5]) }), TypeError, "[5]", "[6]"],
    "no tensor": [load({ ...good, "conn.bias": [1, 2] }), TypeError, "an array"],
    "all at once": [
      load({ weight: ones([6, 1, 3]), "conn.bias": ones([1]) }),
      TypeError,
      '"conn.weight" is missing',
      '"conn.bias" has shape [1]',
      '"weight" is not expected',
    ],
    nothing: [load(undefined), TypeError, "missing"],
    "a misspelt name": [
      load({ "conn.wieght": good["conn.weight"], "conn.bias": good["conn.bias"] }),
      TypeError,
      '"conn.weight" is missing',
      '"conn.wieght" is not expected; did you mean conn.weight?',
    ],
    "apply too": [
      () => node.apply({ "conn.weight": good["conn.weight"] }, ones([2, 1, 6])),
      TypeError,
      '"conn.bias" is missing',
    ],
    "where nothing is learned": [
      () => new IFNode().loadStateDict({ v: ones([1]) }),
      TypeError,
      "learns nothing",
    ],
  });
  assertEquals(node.stateDict(), before);
});

Deno.test("equations that do not fit are refused with the name of their class", () => {
  class Empty extends ILCBaseNode {
    declare neuronalCharge: (x: Tensor) => never;
  }
  class Silent extends ILCLIFNode {
    override neuronalFire(): Tensor {
      return careless(undefined);
    }
  }
  class Single extends ILCLIFNode {
    override neuronalFire(): Tensor {
      return tensor([1]);
    }
  }
  class Undone extends ILCLIFNode {
    override neuronalCharge(): void {
      this.v = careless(undefined);
    }
  }
  class Returning extends ILCLIFNode {
    override neuronalCharge(x: Tensor): void {
      return careless(x);
    }
  }
  const x = ones([2, 1, 6]);
  assertExplained({
    "a membrane that is returned": [
      () => new Returning(sizes).forward(x),
      TypeError,
      "Returning: neuronalCharge() returned Tensor([1, 6], cpu)",
      "it sets this.v",
    ],
    "no charge": [() => new Empty(sizes), TypeError, "Empty", "neuronalCharge(x)"],
    "no spike": [
      () => new Silent(sizes).forward(x),
      TypeError,
      "Silent",
      "neuronalFire() returned nothing",
    ],
    "a spike for all": [() => new Single(sizes).forward(x), TypeError, "[1]", "[1, 6]"],
    "no membrane": [() => new Undone(sizes).forward(x), TypeError, "Cannot set v of Undone"],
  });
});

Deno.test("state is not there before forward()", () => {
  assertThrows(() => new ILCIFNode(sizes).v, Error, "before forward()");
  const node: BaseNode = new CUBALIFNode();
  assertThrows(() => node.v, Error, "Cannot read v of CUBALIFNode");
});
