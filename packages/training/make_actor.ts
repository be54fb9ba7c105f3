import {
  type Actor,
  type ActorSpaces,
  ilcSan,
  type ILCSanOptions,
  mlpActor,
} from "@spikeloop/actor";
import { checkOptions, didYouMean, fail, isRecord, refuse, takeText } from "@spikeloop/errors";
import { neighbours, noSelf, selfOnly } from "@spikeloop/functional";
import { cubaLif, integrateAndFire, lif, type Neuron, tauLif } from "@spikeloop/neuron";
import { surrogate } from "@spikeloop/surrogate";
import { nameDifferences } from "./name_differences.ts";

/** Plain data by name, as JSON has it. */
export type Plain = Readonly<Record<string, unknown>>;

/** The neurons by the names of their exports. */
const neurons: Readonly<Record<string, Neuron>> = { cubaLif, lif, integrateAndFire, tauLif };

const masks = { noSelf, selfOnly, neighbours: neighbours(1) };
const connections: Readonly<Record<string, unknown>> = {
  none: "none",
  ...Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, { mask }])),
};

/** The kinds of actors by name. */
const kinds: Readonly<Record<string, (options: Plain) => Actor>> = {
  "ilc-san": (options) => ilcSan(spikingOptions(options) as ILCSanOptions),
  "mlp": (options) => mlpActor(options as unknown as ActorSpaces),
};

/** The names of the kinds of actors. */
export const actorNames: readonly string[] = Object.keys(kinds);

/**
 * Makes an actor of plain data: its kind, and its options with neuron, surrogate and mask by name.
 *
 * @throws {TypeError} if the kind, or an option, is unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function makeActor(spaces: ActorSpaces, { kind = "ilc-san", ...options }: Plain): Actor {
  return byName("the actor", kinds, kind)({ ...spaces, ...options });
}

/**
 * Makes an actor again of what its `toJSON` has returned.
 *
 * @throws {TypeError} if it is none of `ilcSan` or `mlpActor`, or has code of the user's own.
 */
export function remakeActor(plain: Plain): Actor {
  if (plain.kind !== "mlp") return makeActor({}, plain);
  // These follow from the options, unless `actorFrom` has made an actor of that name.
  const { timeSteps: _steps, shapes: _shapes, ...options } = plain;
  const actor = makeActor({}, options);
  const differences = nameDifferences(plain, actor.toJSON());
  return differences === "" ? actor : fail("make mlpActor again", differences);
}

/** Puts objects in the place of names. */
function spikingOptions({ neuron, surrogate: slope, connection, ...rest }: Plain): Plain {
  return {
    ...rest,
    ...neuron !== undefined && { neuron: byName("the neuron", neuronsByName, neuron) },
    ...slope !== undefined && { surrogate: surrogateOf(slope) },
    ...connection !== undefined && { connection: connectionOf(connection) },
  };
}

/** By these names, and by their own ones, which files have. */
const neuronsByName: Readonly<Record<string, Neuron>> = {
  ...neurons,
  ...Object.fromEntries(Object.values(neurons).map((neuron) => [neuron.name, neuron])),
};

function surrogateOf(value: unknown) {
  const action = "make the actor, surrogate";
  if (!isRecord(value)) return surrogate(takeText(action, "its name", value));
  checkOptions(action, value, ["name", "params", "spiking"]);
  const name = takeText(action, "name", value.name);
  const isSmooth = value.spiking === false && { spiking: false };
  return surrogate(name, { ...value.params as Record<string, number> | undefined, ...isSmooth });
}

/**
 * `none`, the name of a mask, or a record as `ilc` takes it, with a mask by name or as numbers, row
 * by row.
 */
function connectionOf(value: unknown): unknown {
  if (typeof value === "string") return byName("the connection", connections, value);
  if (!isRecord(value)) return value;
  const { mask } = value;
  if (typeof mask === "string") return { ...value, mask: byName("the mask", masks, mask) };
  const isFlat = Array.isArray(mask) && mask.every((x) => typeof x === "number");
  return isFlat ? { ...value, mask: Float32Array.from(mask) } : value;
}

/**
 * Returns the value of a name in a table.
 *
 * @throws {TypeError} if there is none; the message suggests close names.
 */
export function byName<T>(what: string, table: Readonly<Record<string, T>>, name: unknown): T {
  if (typeof name === "string" && Object.hasOwn(table, name)) return table[name];
  const names = Object.keys(table);
  if (typeof name !== "string") {
    return refuse(`find ${what}`, "its name", name, `one of ${names.join(", ")}`);
  }
  const hint = didYouMean(name, names);
  return fail(`find ${what}`, `there is no ${name}, only ${names.join(", ")}${hint}`);
}
