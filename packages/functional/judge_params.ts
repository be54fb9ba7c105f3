import { Tensor, type Tree } from "@spikeloop/tensor";
import type { Finding } from "./diagnosis.ts";
import { type Judgement, showNumber } from "./judge_layer.ts";
import { partsOf } from "./make_population.ts";
import type { Observation } from "./observe.ts";

/** The usual weights are U(-1/√fanIn, 1/√fanIn): a scale of 1/√3. */
const [smallest, largest] = [0.01, 10];

const usual = "the weights that init(key) draws";
const draw = "draw it with init(key)";

/** The tensors of a tree with their names, such as `fc1.weight`. */
function namedLeaves(tree: Tree, path: readonly string[]): [string, Tensor][] {
  if (tree instanceof Tensor) return [[path.join("."), tree]];
  return Object.entries<Tree>(tree).flatMap(([name, b]) => namedLeaves(b, [...path, name]));
}

/** Finds parameters that are not finite. */
export async function judgeFiniteParams(o: Observation): Promise<Finding | undefined> {
  for (const [name, value] of namedLeaves(o.params, o.path)) {
    const wrong = (await value.data()).find((x) => !Number.isFinite(x));
    if (wrong === undefined) continue;
    return {
      kind: "notFinite",
      layer: o.name,
      message: `the parameter ${name} holds ${wrong}`,
      advice: "go back to parameters from before, and train with a lower learning rate or with " +
        "clipByGlobalNorm",
      params: [name],
    };
  }
  return undefined;
}

/** Finds weights that are too small, too large or all alike. */
export async function judgeWeights(o: Observation): Promise<Finding[]> {
  const isLateral = partsOf(o.layer) !== undefined;
  if (!isLateral && o.layer.kind !== "linear") return [];
  const findings: Finding[] = [];
  for (const [name, value] of namedLeaves(o.params, o.path)) {
    if (value.shape.length < 2) continue;
    const data = await value.data();
    const fanIn = value.shape[value.shape.length - 1];
    const scale = Math.sqrt(fanIn * data.reduce((sum, w) => sum + w * w, 0) / data.length);
    const add = (kind: Finding["kind"], message: string, advice: string) =>
      findings.push({ kind, layer: o.name, message: `${name} ${message}`, advice, params: [name] });
    const isEqual = data.every((w, i) => w === data[i % fanIn]);
    const ratio = scale * Math.sqrt(3);
    // A connection of a group may be weak, or absent.
    if (scale === 0 && !isLateral) {
      add("zeroWeights", "holds only zeros, so that no gradient passes through it", draw);
    } else if (scale > largest) {
      add(
        "weightScale",
        `is ${showNumber(ratio)} times as large as ${usual} (±1/√${fanIn})`,
        `divide it by about ${showNumber(ratio)}, or ${draw}; if it grew in training, lower the ` +
          "learning rate",
      );
    } else if (scale < smallest && !isLateral) {
      add(
        "weightScale",
        `is only ${showNumber(ratio)} times as large as ${usual} (±1/√${fanIn})`,
        `multiply it by about ${showNumber(1 / ratio)}, or ${draw}`,
      );
    } else if (!isLateral && value.shape[0] > 1 && isEqual) {
      add("equalWeights", "is the same for all units, so that all do and learn the same", draw);
    }
  }
  return findings;
}

/** Finds parameters that get no gradient. */
export async function judgeGradients(
  observations: readonly Observation[],
  judgements: readonly Judgement[],
  zeroWeights: ReadonlySet<string>,
  grads: Tree,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [i, o] of observations.entries()) {
    const own = o.path.reduce((tree, name) => (tree as Record<string, Tree>)[name], grads);
    const none: string[] = [];
    for (const [name, gradient] of namedLeaves(own, o.path)) {
      const data = await gradient.data();
      const wrong = data.find((x) => !Number.isFinite(x));
      if (wrong !== undefined) {
        findings.push({
          kind: "notFinite",
          layer: o.name,
          message: `the gradient of ${name} holds ${wrong}, though all values are finite`,
          advice:
            "clip gradients by clipByGlobalNorm, run fewer steps at once (detach the state), " +
            "or take a surrogate of less height",
          params: [name],
        });
      } else if (data.length > 0 && data.every((x) => x === 0)) {
        none.push(name);
      }
    }
    if (none.length === 0) continue;
    const [cause, advice] = causeOf(i, none, observations, judgements, zeroWeights);
    findings.push({
      kind: "noGradient",
      layer: o.name,
      message: `${none.join(" and ")} ${none.length > 1 ? "get" : "gets"} no gradient${cause}`,
      advice,
      params: none,
    });
  }
  return findings;
}

/** Says why parameters of layer i get no gradient, and what to do. */
function causeOf(
  i: number,
  params: readonly string[],
  observations: readonly Observation[],
  judgements: readonly Judgement[],
  zeroWeights: ReadonlySet<string>,
): [cause: string, advice: string] {
  const o = observations[i];
  const isLateral = partsOf(o.layer) !== undefined;
  if (isLateral && o.x.shape[0] === 1) {
    return [": spikes arrive one step later, and there is one step", "run more steps"];
  }
  const dead = observations.find((other, j) =>
    judgements[j].activity.dead === 1 && (j === i || comesAfter(other, o, observations))
  );
  if (dead !== undefined) {
    return [`: the slope of the surrogate of ${dead.name} is 0 throughout`, `mend ${dead.name}`];
  }
  const zero = observations.find(({ name }) => zeroWeights.has(name));
  if (zero !== undefined && comesAfter(zero, o, observations)) {
    return [`: the weights of ${zero.name} are 0`, `mend ${zero.name}`];
  }
  if (judgements[i].hasNoInput && params.every((name) => !name.endsWith("bias"))) {
    const source = o.source ?? "the input";
    return [`: ${source} sends only zeros to it`, `mend ${source}`];
  }
  if (isLateral && judgements[i].activity.silent === 1) {
    return [": no spike passes through the connection", `mend ${o.name}, which is silent`];
  }
  return [
    "",
    "look for detach, stopGradient or greater between it and the loss, and for a loss that leaves " +
    "out a part of the output",
  ];
}

/** Whether the output of `first` reaches `last`. */
function comesAfter(
  last: Observation,
  first: Observation,
  observations: readonly Observation[],
): boolean {
  const isIn = (o: Observation, name: string) => o.name === name || o.name.startsWith(`${name}.`);
  let { source } = last;
  while (source !== undefined) {
    const name: string = source;
    if (isIn(first, name)) return true;
    source = observations.find((o) => isIn(o, name))?.source;
  }
  return false;
}
