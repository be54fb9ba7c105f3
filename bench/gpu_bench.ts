/**
 * The GPU beside the CPU, per shape: a population that is wired to itself, forward, and forward and backward, and a
 * copy of as many bytes in the device's memory. Every run ends when its result is there, which costs some time
 * whatever the shape; `deno task bench:gpu` measures without that, at larger shapes.
 *
 * @module
 */
import { cpu } from "@spikeloop/tensor";
import { webgpu } from "@spikeloop/webgpu";
import { describeAdapter } from "./gpu/describe_adapter.ts";
import { deviceCopy } from "./gpu/device_copy.ts";
import { forwardBytes, parseExtents, showExtents } from "./gpu/extents.ts";
import { populationWorkload, type Workload } from "./gpu/workload.ts";

const shapes = ["5,1,8,10", "5,256,8,10", "16,1024,8,10"].map(parseExtents);

const gpu = await webgpu.isSupported() ? await webgpu() : undefined;
console.error(
  gpu === undefined
    ? "The GPU is not measured: this runtime offers no WebGPU adapter"
    : await describeAdapter(gpu),
);

for (const extents of shapes) {
  const at = showExtents(extents);
  const onCpu = populationWorkload("ILC-CUBA-LIF", extents, cpu);
  const spikes = await onCpu.spikes();
  const rate = spikes.reduce((n, s) => n + s, 0) / spikes.length;
  console.error(`${at}: ${(100 * rate).toFixed(1)} % spikes`);
  const onGpu = gpu && populationWorkload("ILC-CUBA-LIF", extents, gpu);
  const copy = gpu && await deviceCopy(gpu.device, forwardBytes(extents));
  for (const pass of ["forward", "both"] as const) {
    const title = pass === "forward" ? "forward" : "forward and backward";
    const group = `${title} ${at}`;
    const bench = (name: string, workload: Workload | undefined, baseline = false) =>
      Deno.bench({
        name: `${name} ${title} ${at}`,
        group,
        baseline,
        ignore: workload === undefined,
        n: 10,
        warmup: 2,
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
