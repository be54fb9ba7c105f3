import { RecentMap } from "@spikeloop/backend";
import type { GpuStorage, PooledBuffer } from "./buffers.ts";
import type { Pipeline } from "./commands.ts";
import { computeStage } from "./constants.ts";
import { errorOf } from "./gpu_errors.ts";
import { Variant } from "./variant.ts";
import { wgslHelpers } from "./wgsl_helpers.ts";

/** The most storage buffers that a shader may bind on every WebGPU device. */
export const maxStorageBuffers = 8;

/** Buffers, in the order of their bindings, and the index among them of every storage's buffer. */
export interface Bindings {
  readonly buffers: PooledBuffer[];
  readonly index: number[];
}

let assignments = 0;

/** The number of a new assignment: buffers remember the last one that they were part of. */
export const nextAssignment = (): number => ++assignments;

/**
 * Assigns bindings to storages. Those in one buffer share a binding, so a shader finds a storage by
 * the number of its binding and an offset.
 */
export function bind(storages: readonly GpuStorage[]): Bindings {
  const assignment = nextAssignment();
  const buffers: PooledBuffer[] = [];
  const index = new Array<number>(storages.length);
  for (let i = 0; i < storages.length; i++) {
    const { buffer } = storages[i];
    if (buffer.assignment !== assignment) {
      buffer.assignment = assignment;
      buffer.binding = buffers.push(buffer) - 1;
    }
    index[i] = buffer.binding;
  }
  return { buffers, index };
}

/**
 * The declarations of `count` read-only buffers b0, b1, ... and after them of the writable ones in
 * `results`, which may be named several times.
 *
 * @param types The types of elements, in the order of bindings; numbers where they are missing.
 */
export function declareBuffers(
  count: number,
  results: readonly string[] = ["result"],
  types: readonly string[] = [],
): string {
  const declare = (name: string, access: string, at: number) =>
    `@group(0) @binding(${at}) var<storage, ${access}> ${name}: array<${types[at - 1] ?? "f32"}>;`;
  return [
    ...Array.from({ length: count }, (_, i) => declare(`b${i}`, "read", i + 1)),
    ...[...new Set(results)].map((name, i) => declare(name, "read_write", count + 1 + i)),
  ].join("\n");
}

/** The declaration of `count` unsigned uniforms, read as `u(i)`. */
export function declareUniforms(count: number): string {
  const vectors = Math.max(1, Math.ceil(count / 4));
  return `@group(0) @binding(0) var<uniform> uniforms: array<vec4<u32>, ${vectors}>;
fn u(i: u32) -> u32 { return uniforms[i / 4u][i % 4u]; }
fn uf(i: u32) -> f32 { return bitcast<f32>(u(i)); }`;
}

/** Pipelines whose text is remembered at least: those that were asked for last. */
const rememberedTexts = 512;

/** Compiles shaders, and keeps them as long as their definitions. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #byDefinition = new WeakMap<object, Variant>();
  readonly #byCode = new RecentMap<Pipeline>(rememberedTexts);
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

  /** The shaders of a definition: a kernel, or a function that prints them. */
  of(definition: object): Variant {
    let variant = this.#byDefinition.get(definition);
    if (variant === undefined) {
      this.#byDefinition.set(definition, variant = new Variant(definition));
    }
    return variant;
  }

  /**
   * Compiles a text that binds `inputs` read-only buffers, then `outputs` writable ones. Equal
   * formulas print the same text, and share a pipeline.
   */
  compile(label: string, text: string, inputs: number, outputs: number): Pipeline {
    const code = [wgslHelpers(text), text].filter((part) => part !== "").join("\n");
    return this.#byCode.get(code) ??
      this.#byCode.set(code, this.#compile(label, code, inputs, outputs));
  }

  #compile(label: string, code: string, inputs: number, outputs: number): Pipeline {
    const device = this.#device;
    const buffers = Array.from({ length: inputs + outputs }, (_, i): GPUBindGroupLayoutEntry => ({
      binding: i + 1,
      visibility: computeStage,
      buffer: { type: i >= inputs ? "storage" : "read-only-storage" },
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
