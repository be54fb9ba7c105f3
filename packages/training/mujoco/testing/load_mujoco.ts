import type { Mujoco } from "../mujoco.ts";

/** The folder in which `.ci/run` installs the npm package "@mujoco/mujoco". */
const entry = new URL(
  "../../../../dist/tools/node_modules/@mujoco/mujoco/mujoco.js",
  import.meta.url,
);

/** MuJoCo, or the reason why tests with it cannot run here. */
export async function loadMujoco(): Promise<Mujoco | string> {
  const isInstalled = await Deno.stat(entry).then(() => true, () => false);
  if (!isInstalled) return "no npm package @mujoco/mujoco in dist/tools: .ci/run installs it";
  const { default: load } = await import(entry.href);
  return await load();
}
