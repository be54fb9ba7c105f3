/**
 * The processor's time that JavaScript takes per update of TD3 on a GPU, and per dispatch, measured
 * on a stand-in that executes nothing: in all, and inside the functions of the backend.
 *
 *     deno run -A bench/gpu/host_cost.ts
 *     deno run -A bench/gpu/host_cost.ts --before ../checkout
 *
 * `--before` names a checkout of another commit, which is measured in turn with this one.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { WebGpu } from "@spikeloop/webgpu";
import { fakeGpu } from "../../packages/dev/testing/fake_gpu.ts";

/** Least times of an update in µs, and its dispatches. */
interface Cost {
  readonly all: number;
  readonly inside: number;
  readonly dispatches: number;
}

/** Updates in a round, short enough to pass undisturbed on a busy machine, and rounds. */
const [updates, rounds] = [10, 300];

/** The backend, whose functions add up their own time. */
function timed(gpu: WebGpu): { readonly backend: WebGpu; readonly time: { inside: number } } {
  const time = { inside: 0 };
  const backend = Object.create(gpu);
  let depth = 0;
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(gpu))) {
    if (typeof value !== "function") continue;
    backend[name] = (...args: unknown[]) => {
      if (depth > 0) return value(...args);
      depth++;
      const start = performance.now();
      try {
        return value(...args);
      } finally {
        time.inside += performance.now() - start;
        depth--;
      }
    };
  }
  return { backend, time };
}

/** Measures the packages of the configuration that this program runs under. */
async function measure(): Promise<Cost> {
  const { webgpu } = await import("@spikeloop/webgpu");
  const { td3Updates } = await import("../../packages/training/testing/td3_updates.ts");
  const { gpu, device, dispatches, writes } = fakeGpu();
  const { popErrorScope } = device as unknown as GPUDevice;
  Object.assign(device, { popErrorScope: () => Promise.resolve(popErrorScope()) });
  using real = await webgpu({ gpu, recompute: true });
  const roundsOf = (backend: WebGpu, after: () => void) => {
    const { first, update } = td3Updates(backend);
    let state = first;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < updates; i++) {
        state = update(state, i);
        dispatches.length = writes.length = 0;
      }
      after();
    }
  };
  let [all, inside, start] = [Infinity, Infinity, performance.now()];
  roundsOf(real, () => {
    const now = performance.now();
    all = Math.min(all, now - start);
    start = now;
  });
  const before = real.info.dispatches;
  const { backend, time } = timed(real);
  roundsOf(backend, () => {
    inside = Math.min(inside, time.inside);
    time.inside = 0;
  });
  const perUpdate = 1000 / updates;
  return {
    all: all * perUpdate,
    inside: inside * perUpdate,
    dispatches: (real.info.dispatches - before) / (rounds * updates),
  };
}

/** Measures a checkout in a process of its own. */
async function measureApart(checkout: string): Promise<Cost> {
  const args = ["run", "-A", "--config", `${checkout}/deno.json`, import.meta.filename ?? ""];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: [...args, "--json"] })
    .output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

function show(name: string, { all, inside, dispatches }: Cost): void {
  const each = (micros: number) =>
    `${micros.toFixed(0)} µs per update, ${(micros / dispatches).toFixed(2)} µs per dispatch`;
  console.log(`${name}: ${dispatches.toFixed(1)} dispatches per update
  in all: ${each(all)}
  inside the backend: ${each(inside)}`);
}

const { values } = parseArgs({
  args: Deno.args,
  options: { before: { type: "string" }, json: { type: "boolean", default: false } },
});
if (values.json) console.log(JSON.stringify(await measure()));
else if (values.before === undefined) show("this commit", await measure());
else {
  const here = new URL("../..", import.meta.url).pathname;
  const least = async (checkout: string, known?: Cost): Promise<Cost> => {
    const cost = await measureApart(checkout);
    const { all, inside } = known ?? cost;
    return { ...cost, all: Math.min(all, cost.all), inside: Math.min(inside, cost.inside) };
  };
  let before: Cost | undefined;
  let now: Cost | undefined;
  for (let turn = 0; turn < 3; turn++) {
    before = await least(values.before, before);
    now = await least(here, now);
    if (turn < 2) continue;
    show("before", before);
    show("this commit", now);
  }
}
