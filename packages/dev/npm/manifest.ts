import { posix } from "node:path";
import type { Member } from "../members.ts";
import { repository } from "../repository.ts";

/** An entry point of the npm package. */
export interface Entry {
  /**
   * The subpath: `"."` is the facade, `"./neuron"` a package, `"./expr/wasm"` another entry point
   * of one.
   */
  readonly subpath: string;
  /** The module from the root of the repository. */
  readonly path: string;
}

/** The entry points of every published package; the facade is the npm package itself. */
export function entriesOf(members: readonly Member[]): Entry[] {
  return members.filter(({ isPublished }) => isPublished).flatMap(({ name, exports }) =>
    Object.entries(exports).map(([subpath, path]) => ({
      subpath: name === "spikeloop" ? subpath : `./${posix.join(name, subpath)}`,
      path: posix.join("packages", name, path),
    }))
  ).sort((a, b) => a.subpath < b.subpath ? -1 : 1);
}

/**
 * The package.json of the npm package.
 *
 * @param address The address of the repository; while it is empty, package.json names none.
 */
export function manifest(
  version: string,
  entries: readonly Entry[],
  address: string = repository,
): Record<string, unknown> {
  const exports = entries.map(({ subpath, path }) => {
    const file = `./${posix.relative("packages", path).replace(/\.ts$/, "")}`;
    return [subpath, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
  return {
    name: "spikeloop",
    version,
    description: "Spiking neural networks with intra-layer connections: write a neuron once as " +
      "equations, run and train it on WebAssembly SIMD and WebGPU",
    keywords: [
      "spiking neural network",
      "snn",
      "neuromorphic",
      "reinforcement learning",
      "surrogate gradient",
      "webgpu",
      "webassembly",
    ],
    license: "MIT",
    ...(address === "" ? {} : {
      repository: { type: "git", url: `git+${address}.git` },
      homepage: `${address}#readme`,
      bugs: `${address}/issues`,
    }),
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    ...entries.some(({ subpath }) => subpath === "./cli") && {
      bin: { spikeloop: "spikeloop/cli.js" },
    },
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
  };
}
