import { describe, fail, isRecord, takeCount, takeRecord, takeText } from "@spikeloop/errors";
import type { Layer } from "./layer.ts";
import type { Layers } from "./network.ts";

/** The functions that make a layer. */
const functionsOfLayer = ["init", "initialState", "bind", "multiStep"] as const;

/**
 * Checks that a value is a layer.
 *
 * @throws {TypeError} if it is not.
 * @throws {RangeError} if a size is no positive integer.
 */
export function takeLayer(action: string, name: string, value: unknown): Layer {
  const missing = functionsOfLayer.find((f) =>
    typeof value !== "object" || value === null || typeof Reflect.get(value, f) !== "function"
  );
  if (missing !== undefined) {
    const problem = isRecord(value) ? `has no function ${missing}` : `is ${describe(value)}`;
    fail(action, `${name} ${problem}, expected a layer such as linear({ ... }) or plain(lif, ...)`);
  }
  const layer = value as Layer;
  const { kind, inFeatures, outFeatures } = layer;
  if (kind !== undefined) takeText(action, `the kind of ${name}`, kind);
  if (inFeatures !== undefined) takeCount(action, `inFeatures of ${name}`, inFeatures);
  if (outFeatures !== undefined && outFeatures !== "same") {
    takeCount(action, `outFeatures of ${name}`, outFeatures);
  }
  return layer;
}

/**
 * Checks a record of layers.
 *
 * @throws {TypeError} if one is not a layer, or there are none.
 * @throws {RangeError} if a name is empty, an integer, which JavaScript would move to the front, or
 * has a dot, which divides names in files.
 */
export function takeLayers(action: string, layers: Layers): Layers {
  const expected = "layers by name, { hidden: plain(...), ... }";
  takeRecord(action, "the record of layers", layers, expected);
  if (typeof layers.multiStep === "function") fail(action, `it got a layer, expected ${expected}`);
  const names = Object.keys(layers);
  if (names.length === 0) fail(action, "it has no layers, expected at least one");
  for (const name of names) {
    if (/^\d*$|\.|^__proto__$/.test(name)) {
      const expected = "expected a word such as hidden1, neither a number nor with a dot";
      fail(action, `a layer has the name ${describe(name)}, ${expected}`, RangeError);
    }
    takeLayer(action, `layer ${name}`, layers[name]);
  }
  return Object.freeze({ ...layers });
}

/** Says in messages which layer it is. */
export const showLayer = (name: string, { kind }: Layer): string =>
  kind === undefined ? name : `${name} (${kind})`;
