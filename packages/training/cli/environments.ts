import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Space } from "@spikeloop/actor";
import { didYouMean, fail, refuse, takeFunction } from "@spikeloop/errors";
import { isPromise } from "../after.ts";
import { checkEnvironment } from "../check_environment.ts";
import type { AsyncEnvironment, Environment } from "../environment.ts";
import { cartPole } from "../environments/cart_pole.ts";
import { cartPoleSwingUp } from "../environments/cart_pole_swing_up.ts";
import { lunarLander, lunarLanderDiscrete } from "../environments/lunar_lander.ts";
import { mountainCarContinuous } from "../environments/mountain_car.ts";
import { pendulum } from "../environments/pendulum.ts";
import { reacher } from "../environments/reacher.ts";
import { codeOf } from "../files/code_of.ts";
import { byName } from "../make_actor.ts";
import { messageOf } from "../message_of.ts";
import type { Mujoco } from "../mujoco/mujoco.ts";

/** A function that makes an environment. */
export type MakeEnvironment = () => AsyncEnvironment<Space>;

/** The tasks of this package by their names on the command line. */
const own: Readonly<Record<string, () => Environment<Space>>> = {
  "pendulum": pendulum,
  "mountain-car": mountainCarContinuous,
  "cart-pole": cartPole,
  "cart-pole-swing-up": cartPoleSwingUp,
  "reacher": reacher,
  "lunar-lander": lunarLander,
  "lunar-lander-discrete": lunarLanderDiscrete,
};

/** The functions that make the tasks of MuJoCo, by the names of these. */
const ofMujoco = {
  "mujoco:inverted-pendulum": "invertedPendulum",
  "mujoco:inverted-double-pendulum": "invertedDoublePendulum",
  "mujoco:hopper": "hopper",
  "mujoco:half-cheetah": "halfCheetah",
  "mujoco:walker2d": "walker2d",
} as const;

/** The names of all tasks. */
export const environmentNames: readonly string[] = [
  ...Object.keys(own),
  ...Object.keys(ofMujoco),
];

/**
 * Returns the function that makes a task, by the task's name or by the path of a module, whose
 * default export is a function that returns an environment.
 *
 * @throws {TypeError} if there is no such task, or the module has no such function.
 * @throws {Error} if the module, or MuJoCo, cannot be loaded.
 */
export async function loadEnvironment(env: string): Promise<MakeEnvironment> {
  if (Object.hasOwn(own, env)) return own[env];
  if (env.startsWith("mujoco:")) return await mujocoEnvironment(env);
  if (/\.[cm]?[jt]s$/.test(env)) return await environmentOfFile(env);
  return fail(
    "find the environment",
    `there is no ${env}, only ${environmentNames.join(", ")}, and files such as ./my_env.ts` +
      didYouMean(env, environmentNames),
  );
}

async function mujocoEnvironment(env: string): Promise<MakeEnvironment> {
  const name = byName("the environment", ofMujoco, env);
  const { [name]: make } = await import("../mujoco/mod.ts");
  const mujoco = await loadMujoco();
  return () => make(mujoco);
}

/** The npm package of the simulator, and its version for Deno, which loads it by itself. */
const simulator = { name: "@mujoco/mujoco", version: "3.14.0" };

/** Loads MuJoCo: out of the folder in SPIKELOOP_MUJOCO, the working folder, or Deno's cache. */
async function loadMujoco(): Promise<Mujoco> {
  const folder = process.env.SPIKELOOP_MUJOCO ?? ".";
  let failure: unknown;
  const places = [
    () => pathToFileURL(createRequire(resolve(folder, "x.js")).resolve(simulator.name)).href,
    () => "Deno" in globalThis ? `npm:${simulator.name}@${simulator.version}` : simulator.name,
  ];
  for (const place of places) {
    try {
      const { default: load } = await import(place());
      return await load();
    } catch (error) {
      failure ??= error;
    }
  }
  throw new Error(
    `Cannot load MuJoCo: there is no npm package ${simulator.name}; install it with ` +
      `\`npm install ${simulator.name}@${simulator.version}\` in the working folder, or name the ` +
      "folder of its node_modules in SPIKELOOP_MUJOCO",
    { cause: failure },
  );
}

async function environmentOfFile(path: string): Promise<MakeEnvironment> {
  const action = `load the environment ${path}`;
  const file = resolve(path);
  if (!existsSync(file)) fail(action, `there is no ${file}; paths count from the working folder`);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    const hint = codeOf(error) === "ERR_UNKNOWN_FILE_EXTENSION"
      ? "; this version of Node reads no TypeScript: use Node 22.18 or later, Deno or Bun, or compile it"
      : "";
    throw new Error(`Cannot ${action}: ${messageOf(error)}${hint}`, { cause: error });
  }
  const expected = "a function that returns an environment";
  const make = takeFunction(
    action,
    "its default export",
    module.default as () => unknown,
    expected,
  );
  return () => {
    let environment: unknown;
    try {
      environment = make();
    } catch (cause) {
      const problem = `its function throws: ${messageOf(cause)}`;
      fail(action, problem, Error, { cause });
    }
    if (isPromise(environment)) {
      fail(action, "its function returns a promise; await what it needs at the top of the module");
    }
    // An instance of a class is one too.
    const isObject = typeof environment === "object" && environment !== null;
    if (isObject && !Array.isArray(environment)) return environment as AsyncEnvironment<Space>;
    return refuse(action, "the result of its function", environment, "an environment");
  };
}

/**
 * Checks an environment of a user's own.
 *
 * @throws {TypeError} if it breaks a promise; the message lists all that it breaks.
 */
export async function checkOwnEnvironment(env: string, make: MakeEnvironment): Promise<void> {
  if (Object.hasOwn(own, env) || env.startsWith("mujoco:")) return;
  // A simulator may start with its first episode.
  const faults = await checkEnvironment(make(), { seconds: 600 });
  if (faults.length === 0) return;
  const list = faults.map((fault) => `\n  - ${fault}`).join("");
  throw new TypeError(`Cannot train on ${env}: it breaks promises of an environment:${list}`);
}
