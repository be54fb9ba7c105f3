// The baseline: one TD3 update of an ILC-SAN actor and two critics as plain TypeScript loops. It
// updates its arguments in place.
import {
  type PlainActor,
  plainActorBackward,
  plainActorForward,
  type PlainParams,
} from "./plain_actor.ts";
import { plainLinear, plainLinearBackward } from "./plain_layers.ts";

/** A network's parameters, their targets and the moments of Adam. */
export interface PlainLearner {
  readonly params: PlainParams;
  readonly target: PlainParams;
  readonly mean: PlainParams;
  readonly meanSquare: PlainParams;
}

/** The actor, the critics and how many updates there have been. */
export interface PlainAgent {
  readonly actor: PlainLearner;
  readonly critics: readonly PlainLearner[];
  readonly steps: { actor: number; critics: number };
}

/** Experiences side by side, and the noise on the target's actions. */
export interface PlainBatch {
  readonly observation: Float32Array;
  readonly action: Float32Array;
  readonly reward: Float32Array;
  readonly nextObservation: Float32Array;
  readonly done: Float32Array;
  readonly noise: Float32Array;
}

const copyOf = (p: PlainParams): PlainParams =>
  Object.fromEntries(Object.entries(p).map(([name, x]) => [name, x.slice()]));
const zerosLike = (p: PlainParams): PlainParams =>
  Object.fromEntries(Object.entries(p).map(([name, x]) => [name, new Float32Array(x.length)]));

/** A learner that starts from these parameters. */
export function plainLearner(params: PlainParams): PlainLearner {
  return {
    params: copyOf(params),
    target: copyOf(params),
    mean: zerosLike(params),
    meanSquare: zerosLike(params),
  };
}

function concatRows(a: Float32Array, b: Float32Array, rows: number): Float32Array {
  const [m, n] = [a.length / rows, b.length / rows];
  const both = new Float32Array(a.length + b.length);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < m; i++) both[r * (m + n) + i] = a[r * m + i];
    for (let i = 0; i < n; i++) both[r * (m + n) + m + i] = b[r * n + i];
  }
  return both;
}

/** A critic's layers in order: `q.0`, `q.2`, ... */
const criticNames = (p: PlainParams) =>
  Object.keys(p).filter((n) => n.endsWith("weight")).map((n) => n.slice(0, -7));

/** The input of each layer, and last the values. */
function criticForward(p: PlainParams, x: Float32Array, rows: number): Float32Array[] {
  const names = criticNames(p);
  const course = [x];
  names.forEach((name, i) => {
    const y = plainLinear(course[i], p[`${name}.weight`], p[`${name}.bias`], rows);
    if (i < names.length - 1) { for (let j = 0; j < y.length; j++) y[j] = Math.max(y[j], 0); }
    course.push(y);
  });
  return course;
}

function criticBackward(
  p: PlainParams,
  course: readonly Float32Array[],
  gValue: Float32Array,
  rows: number,
): { gx: Float32Array; grads: PlainParams } {
  const grads: PlainParams = {};
  const names = criticNames(p);
  let g = gValue;
  for (let i = names.length - 1; i >= 0; i--) {
    const x = course[i];
    const back = plainLinearBackward(x, p[`${names[i]}.weight`], g, rows);
    grads[`${names[i]}.weight`] = back.gWeight;
    grads[`${names[i]}.bias`] = back.gBias;
    g = back.gx;
    for (let j = 0; i > 0 && j < g.length; j++) if (x[j] <= 0) g[j] = 0;
  }
  return { gx: g, grads };
}

/** One step of Adam. */
export function plainAdam(
  learner: Omit<PlainLearner, "target">,
  grads: PlainParams,
  step: number,
  rate: number,
): void {
  const stepSize = rate / (1 - 0.9 ** step);
  const correction = Math.sqrt(1 - 0.999 ** step);
  for (const [name, p] of Object.entries(learner.params)) {
    const [g, m, s] = [grads[name], learner.mean[name], learner.meanSquare[name]];
    for (let i = 0; i < p.length; i++) {
      m[i] += 0.1 * (g[i] - m[i]);
      s[i] = 0.999 * s[i] + 0.001 * g[i] * g[i];
      p[i] -= stepSize * m[i] / (Math.sqrt(s[i]) / correction + 1e-8);
    }
  }
}

function follow({ params, target }: PlainLearner): void {
  for (const [name, t] of Object.entries(target)) {
    const p = params[name];
    for (let i = 0; i < t.length; i++) t[i] = 0.995 * t[i] + 0.005 * p[i];
  }
}

const clip = (x: number, bound: number) => Math.max(Math.min(x, bound), -bound);

/** One update: the critics learn, and where `policy` the actor too and the targets follow. */
export function plainTd3Update(
  extents: PlainActor,
  agent: PlainAgent,
  batch: PlainBatch,
  policy: boolean,
): void {
  const { observation, nextObservation, reward, done, noise } = batch;
  const rows = reward.length;
  const planned = plainActorForward(extents, agent.actor.target, nextObservation).action;
  const next = planned.map((a, i) => clip(a + clip(0.2 * noise[i], 0.5), 1));
  const seen = concatRows(nextObservation, next, rows);
  const [a, b] = agent.critics.map((c) => criticForward(c.target, seen, rows).at(-1) ?? seen);
  const wanted = reward.map((r, i) => r + 0.99 * (1 - done[i]) * Math.min(a[i], b[i]));
  const x = concatRows(observation, batch.action, rows);
  agent.steps.critics++;
  for (const critic of agent.critics) {
    const course = criticForward(critic.params, x, rows);
    const values = course[course.length - 1];
    const g = values.map((v, i) => 2 * (v - wanted[i]) / rows);
    const { grads } = criticBackward(critic.params, course, g, rows);
    plainAdam(critic, grads, agent.steps.critics, 1e-3);
  }
  if (!policy) return;
  const [q1] = agent.critics;
  const pass = plainActorForward(extents, agent.actor.params, observation);
  const course = criticForward(q1.params, concatRows(observation, pass.action, rows), rows);
  const g = new Float32Array(rows).fill(-1 / rows);
  const { gx } = criticBackward(q1.params, course, g, rows);
  const { obsDim, actDim } = extents;
  const gAction = new Float32Array(rows * actDim);
  for (let i = 0; i < gAction.length; i++) {
    const row = Math.floor(i / actDim);
    gAction[i] = gx[row * (obsDim + actDim) + obsDim + i % actDim];
  }
  const grads = plainActorBackward(extents, agent.actor.params, observation, pass, gAction);
  agent.steps.actor++;
  plainAdam(agent.actor, grads, agent.steps.actor, 1e-4);
  for (const learner of [agent.actor, ...agent.critics]) follow(learner);
}
