/**
 * The GPU beside the CPU at each shape: a population with its lateral connection, forward, and
 * forward and backward, and a copy of as many bytes in the device's memory. Every run waits for its
 * result, which costs some time at any shape; `deno task bench:gpu` measures without that, at
 * larger shapes.
 *
 * @module
 */
import { cpu } from "@spikeloop/cpu";
import { webgpu } from "@spikeloop/webgpu";
import { describeAdapter } from "./gpu/describe_adapter.ts";
import { deviceCopy } from "./gpu/device_copy.ts";
import { forwardBytes } from "./gpu/extents.ts";
import { populationWorkload, type Workload } from "./gpu/workload.ts";
import { extents, percent, shapeName } from "./shapes.ts";

const shapes = [extents(5, 1, 8, 10), extents(5, 256, 8, 10), extents(16, 1024, 8, 10)];

const gpu = await webgpu.isSupported() ? await webgpu() : undefined;
console.error(
  gpu === undefined
    ? "The GPU is not measured: this runtime offers no WebGPU adapter"
    : describeAdapter(gpu),
);

for (const shape of shapes) {
  const at = shapeName(shape);
  const onCpu = populationWorkload("ILC-CUBA-LIF", shape, cpu);
  const spikes = await onCpu.spikes();
  const rate = spikes.reduce((n, s) => n + s, 0) / spikes.length;
  console.error(`${at}: ${percent(rate)} spikes`);
  const onGpu = gpu && populationWorkload("ILC-CUBA-LIF", shape, gpu);
  const copy = gpu && await deviceCopy(gpu.device, forwardBytes(shape), "shader");
  for (const pass of ["forward", "both"] as const) {
    const title = pass === "forward" ? "forward" : "forward and backward";
    const group = `${title}, ${at}`;
    const bench = (name: string, workload: Workload | undefined, baseline = false) =>
      Deno.bench({
        name: `${name}: ${title}, ${at}`,
        group,
        baseline,
        ignore: workload === undefined,
        n: 10,
        fn: async () => {
          workload?.run();
          await workload?.settle();
        },
      });
    bench("CPU", onCpu[pass], true);
    bench("GPU", onGpu?.[pass]);
    if (pass === "forward") bench("GPU copy", copy);
  }
}
