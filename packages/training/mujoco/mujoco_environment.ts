import { type Box, takeBox } from "@spikeloop/actor";
import {
  checkOptions,
  fail,
  isVector,
  refuse,
  takeCount,
  takeFunction,
  takeText,
} from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { guard } from "../guard_environment.ts";
import { takeObject } from "../take_object.ts";
import { takeVector } from "../take_vector.ts";
import type { Mujoco, MujocoData, MujocoModel } from "./mujoco.ts";
import { Physics } from "./physics.ts";

/** A first state of a simulation, as what is added to the start of the model. */
export interface Offsets {
  /** Added to positions, [nq]. */
  readonly qpos: ArrayLike<number>;
  /** Added to velocities, [nv]. */
  readonly qvel: ArrayLike<number>;
}

/** The rules of a task around a model of MuJoCo, for `mujocoEnvironment`. */
export interface MujocoTask {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The model, as text in the format MJCF. */
  readonly xml: string;
  /** How many time steps of the model one step has. */
  readonly frameSkip: number;
  /** The most steps of an episode; Infinity for no limit. */
  readonly maxSteps: number;
  /** The bounds of observations. */
  readonly observationSpace: Box;
  /** Draws a first state for a model of `nq` positions and `nv` velocities. */
  start(key: Key, nq: number, nv: number): Offsets;
  /** The observation of a simulation. */
  observe(physics: Physics): readonly number[];
  /**
   * Judges a step; `truncated: true` cuts the episode there.
   *
   * @param physics The simulation after the step.
   * @param action The action, within the ranges of the actuators.
   * @param before The positions before the step.
   */
  judge(
    physics: Physics,
    action: readonly number[],
    before: Float64Array,
  ): { reward: number; terminated: boolean; truncated?: boolean };
}

/** An environment that holds memory of MuJoCo. `using env = hopper(mujoco)` frees it. */
export interface MujocoEnvironment extends Environment {
  /** Returns a copy of the whole state of the physics; undefined before the first `reset`. */
  snapshot(): unknown;
  /**
   * Goes on from a snapshot to the same bits.
   *
   * @throws {TypeError} if the snapshot is of another task.
   */
  restore(snapshot: unknown): void;
  /** Frees the memory of model and simulation. Nothing may be called afterwards. */
  [Symbol.dispose](): void;
}

const taskNames: readonly (keyof MujocoTask)[] = [
  "name",
  "xml",
  "frameSkip",
  "maxSteps",
  "observationSpace",
  "start",
  "observe",
  "judge",
];

/**
 * Makes an environment around a model of MuJoCo. Its actions are the controls of the actuators, in
 * the space of `ctrlrange`.
 *
 * A model takes 13 MB unless its XML holds `<size memory="1M"/>`.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if the module is none, or a part of the task is unknown, missing or of the
 * wrong kind.
 * @throws {RangeError} if a number is out of range, or an actuator has no range.
 * @throws {SyntaxError} if MuJoCo refuses the model.
 *
 * @example
 * ```ts ignore
 * import loadMujoco from "npm:@mujoco/mujoco@3.14.0";
 * import { mujocoEnvironment } from "@spikeloop/training/mujoco";
 * import { box } from "@spikeloop/training";
 *
 * // Hold a falling ball at the height 1.
 * using env = mujocoEnvironment(await loadMujoco(), {
 *   name: "Ball",
 *   xml: `<mujoco><size memory="1M"/><worldbody><body pos="0 0 1">
 *     <joint name="z" type="slide" axis="0 0 1"/><geom size="0.1" mass="1"/></body></worldbody>
 *     <actuator><motor joint="z" ctrllimited="true" ctrlrange="0 20"/></actuator></mujoco>`,
 *   frameSkip: 5,
 *   maxSteps: 200,
 *   observationSpace: box(2),
 *   start: () => ({ qpos: [0], qvel: [0] }),
 *   observe: ({ qpos, qvel }) => [qpos[0], qvel[0]],
 *   judge: ({ qpos }) => ({ reward: -Math.abs(qpos[0]), terminated: false }),
 * });
 * ```
 */
export function mujocoEnvironment(mujoco: Mujoco, task: MujocoTask): MujocoEnvironment {
  const doing = "make an environment of MuJoCo";
  checkOptions(doing, task, taskNames, "part");
  const { name, observationSpace, maxSteps } = task;
  const action = `make ${takeText(doing, "name", name)}`;
  const frameSkip = takeCount(action, "frameSkip", task.frameSkip);
  takeBox(action, "observationSpace", observationSpace);
  for (const part of ["start", "observe", "judge"] as const) {
    takeFunction(action, part, task[part]);
  }
  const { model, data, actionSpace } = simulate(action, takeMujoco(action, mujoco), task);
  const physics = new Physics(data);
  const parts = mujoco.mjtState.mjSTATE_INTEGRATION.value;
  const stateSize = mujoco.mj_stateSize(model, parts);
  const { nq, nv } = model;
  const before = new Float64Array(nq);
  let isFree = false;
  const enter = (doing: string) => {
    if (isFree) fail(`${doing} ${name}`, "its memory was freed", RangeError);
  };
  const environment: MujocoEnvironment = {
    name,
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key) => {
      enter("reset");
      const { qpos, qvel } = takeOffsets(`reset ${name}`, task.start(key, nq, nv), nq, nv);
      mujoco.mj_resetData(model, data);
      physics.qpos.forEach((x, i, all) => all[i] = x + qpos[i]);
      physics.qvel.forEach((x, i, all) => all[i] = x + qvel[i]);
      mujoco.mj_forward(model, data);
      return task.observe(physics);
    },
    step: (move) => {
      enter("step");
      before.set(physics.qpos);
      physics.ctrl.set(move);
      for (let k = 0; k < frameSkip; k++) mujoco.mj_step(model, data);
      const { reward, terminated, truncated = false } = takeObject(
        `step ${name}`,
        "the result of judge",
        task.judge(physics, move as readonly number[], before),
        "{ reward, terminated }",
      );
      return { observation: task.observe(physics), reward, terminated, truncated };
    },
    snapshot: () => {
      enter("take a snapshot of");
      // MuJoCo writes into buffers of its own only.
      const buffer = new mujoco.DoubleBuffer(stateSize);
      mujoco.mj_getState(model, data, buffer, parts);
      const state = buffer.GetView().slice();
      buffer.delete();
      return state;
    },
    restore: (snapshot) => {
      enter("restore");
      const state = takeState(`restore ${name}`, snapshot, stateSize);
      mujoco.mj_setState(model, data, state, parts);
    },
    [Symbol.dispose]: () => {
      if (isFree) return;
      isFree = true;
      memory.unregister(environment);
      free({ model, data });
    },
  };
  memory.register(environment, { model, data }, environment);
  return guard(action, environment) as MujocoEnvironment;
}

interface Simulation {
  readonly model: MujocoModel;
  readonly data: MujocoData;
}

function free({ model, data }: Simulation): void {
  data.delete();
  model.delete();
}

/** Frees the memory of environments that nobody has freed and nobody can reach. */
const memory = /* @__PURE__ */ new FinalizationRegistry(free);

function takeMujoco(action: string, value: Mujoco): Mujoco {
  const isModule = typeof value?.MjModel?.from_xml_string === "function" &&
    typeof value.mj_step === "function";
  if (isModule) return value;
  return refuse(action, "mujoco", value, "the loaded module: await loadMujoco()");
}

/** Compiles the model and makes a simulation of it. */
function simulate(
  action: string,
  mujoco: Mujoco,
  { xml }: MujocoTask,
): Simulation & { actionSpace: Box } {
  takeText(action, "xml", xml);
  let model: MujocoModel;
  try {
    model = mujoco.MjModel.from_xml_string(xml);
  } catch (error) {
    const problem = error instanceof Error ? error.message.trim() : String(error);
    return fail(action, `MuJoCo refuses the model: ${problem}`, SyntaxError, { cause: error });
  }
  try {
    const actionSpace = controlSpace(action, model);
    return { model, data: new mujoco.MjData(model as never), actionSpace };
  } catch (error) {
    model.delete();
    throw error;
  }
}

/** The ranges of the actuators. */
function controlSpace(action: string, { nu, actuator_ctrlrange: range }: MujocoModel): Box {
  const bounds = (side: number) => Array.from({ length: nu }, (_, i) => range[2 * i + side]);
  return takeBox(action, "ctrlrange", { low: bounds(0), high: bounds(1) });
}

function takeOffsets(action: string, value: unknown, nq: number, nv: number): Offsets {
  const { qpos, qvel } = takeObject(
    action,
    "the result of start",
    value as Offsets,
    "{ qpos, qvel }",
  );
  return {
    qpos: takeVector(action, "qpos", qpos, nq),
    qvel: takeVector(action, "qvel", qvel, nv),
  };
}

/** Checks a state, and copies it. Its numbers may be of any size. */
function takeState(action: string, value: unknown, size: number): number[] {
  const state = isVector(value) && value.length === size ? Array.from(value) : undefined;
  return state?.every((x) => typeof x === "number")
    ? state
    : refuse(action, "the state", value, `an array of ${size} numbers`);
}
