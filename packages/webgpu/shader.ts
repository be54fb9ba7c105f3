import { RecentMap } from "@spikeloop/backend";
import type { Block, GpuStorage } from "./buffers.ts";
import type { Pipeline } from "./commands.ts";
import { computeStage } from "./constants.ts";
import { errorOf } from "./gpu_errors.ts";
import { wgslHelpers } from "./wgsl_helpers.ts";

/** The most storage buffers that a shader may bind on every WebGPU device. */
export const maxStorageBuffers = 8;

/**
 * Bindings for a dispatch. Storages in the same block share a binding, so a shader finds a storage
 * by the number of its binding and an offset.
 */
export interface Bindings {
  /** Blocks, in the order of their bindings. */
  readonly blocks: Block[];
  /** Per storage: the index of its block. */
  readonly index: readonly number[];
}

/** Assigns bindings to storages. */
export function bind(storages: readonly GpuStorage[]): Bindings {
  const blocks: Block[] = [];
  const index = storages.map(({ block }) => {
    const known = blocks.indexOf(block);
    return known >= 0 ? known : blocks.push(block) - 1;
  });
  return { blocks, index };
}

/**
 * The declarations of `count` read-only buffers b0, b1, ... and one writable buffer `result` after
 * them.
 */
export function declareBuffers(count: number): string {
  const inputs = Array.from(
    { length: count },
    (_, i) => `@group(0) @binding(${i + 1}) var<storage, read> b${i}: array<f32>;`,
  );
  return [
    ...inputs,
    `@group(0) @binding(${count + 1}) var<storage, read_write> result: array<f32>;`,
  ].join("\n");
}

/** The declaration of `count` unsigned uniforms, read as `u(i)`. */
export function declareUniforms(count: number): string {
  const vectors = Math.max(1, Math.ceil(count / 4));
  return `@group(0) @binding(0) var<uniform> uniforms: array<vec4<u32>, ${vectors}>;
fn u(i: u32) -> u32 { return uniforms[i / 4u][i % 4u]; }
fn uf(i: u32) -> f32 { return bitcast<f32>(u(i)); }`;
}

const numbersOfKernels = new WeakMap<object, number>();
let kernelCount = 0;

/** A number for a definition, for the keys of pipelines. */
export function kernelNumber(kernel: object): number {
  let n = numbersOfKernels.get(kernel);
  if (n === undefined) numbersOfKernels.set(kernel, n = kernelCount++);
  return n;
}

/**
 * Pipelines that are kept at least: the last used ones, so that a program may define ever new
 * kernels.
 */
const keptPipelines = 512;

/** Compiles shaders, and keeps the pipelines that were used last. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #byKey = new RecentMap<Pipeline>(keptPipelines);
  readonly #byCode = new RecentMap<Pipeline>(keptPipelines);
  #count = 0;
  readonly #watch: (check: Promise<Error | undefined>) => void;

  /** Makes the pipelines of a device; `watch` gets a promise of each new shader's error, if any. */
  constructor(device: GPUDevice, watch: (check: Promise<Error | undefined>) => void) {
    this.#device = device;
    this.#watch = watch;
  }

  /** The number of compiled shaders. */
  get count(): number {
    return this.#count;
  }

  /**
   * The pipeline of `key`; the first call compiles it from its text. It binds `inputs` read-only
   * buffers, then a writable one. Equal formulas have different keys but the same text, and share a
   * pipeline.
   */
  get(key: string, label: string, inputs: number, makeText: () => string): Pipeline {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const text = makeText();
    const code = [wgslHelpers(text), text].filter((part) => part !== "").join("\n");
    const pipeline = this.#byCode.get(code) ?? this.#compile(label, code, inputs);
    this.#byKey.set(key, pipeline);
    this.#byCode.set(code, pipeline);
    return pipeline;
  }

  #compile(label: string, code: string, inputs: number): Pipeline {
    const device = this.#device;
    const buffers = Array.from({ length: inputs + 1 }, (_, i): GPUBindGroupLayoutEntry => ({
      binding: i + 1,
      visibility: computeStage,
      buffer: { type: i === inputs ? "storage" : "read-only-storage" },
    }));
    device.pushErrorScope("validation");
    const layout = device.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: computeStage,
          buffer: { type: "uniform", hasDynamicOffset: true },
        },
        ...buffers,
      ],
    });
    const compute = device.createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ label, code }), entryPoint: "main" },
    });
    this.#watch(
      errorOf(
        device,
        ({ message }) => new Error(`Cannot compile the GPU kernel "${label}": ${message}\n${code}`),
      ),
    );
    return { id: this.#count++, compute, layout };
  }
}
