import type { Block, GpuStorage } from "./buffers.ts";
import type { Kernel } from "./commands.ts";
import { computeStage } from "./constants.ts";
import { wgslHelpers } from "./wgsl.ts";

/** How many storage buffers a shader may bind within the limits that every WebGPU device has. */
export const maxStorageBuffers = 8;

/**
 * Bindings for a dispatch. Storages that lie in the same block share a binding, so what a shader needs is not the
 * storage but a binding's number and an offset into it.
 */
export interface Bindings {
  /** Blocks, in the order of their bindings. */
  readonly blocks: readonly Block[];
  /** For each storage the index of its block. */
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

/** The declarations of `count` read-only buffers b0, b1, ... and one writable buffer `result` after them. */
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

/** Makes pipelines and keeps them. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #byKey = new Map<string, Kernel>();
  readonly #byCode = new Map<string, Kernel>();
  readonly #watch: (check: Promise<Error | undefined>) => void;

  /** Pipelines for a device; `watch` gets a promise for what is wrong with each new shader, if anything. */
  constructor(device: GPUDevice, watch: (check: Promise<Error | undefined>) => void) {
    this.#device = device;
    this.#watch = watch;
  }

  /** How many different pipelines were made. */
  get count(): number {
    return this.#byCode.size;
  }

  /**
   * The kernel known by `key`, made from its text the first time: `inputs` read-only buffers, then a writable one.
   * Definitions of the same formula have different keys but the same text, and so the same pipeline.
   */
  kernel(key: string, label: string, inputs: number, makeText: () => string): Kernel {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const text = makeText();
    const code = [wgslHelpers(text), text].filter((part) => part !== "").join("\n");
    const made = this.#byCode.get(code) ?? this.#compile(label, code, inputs);
    this.#byKey.set(key, made);
    this.#byCode.set(code, made);
    return made;
  }

  #compile(label: string, code: string, inputs: number): Kernel {
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
    const pipeline = device.createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ label, code }), entryPoint: "main" },
    });
    this.#watch(
      device.popErrorScope().then((error) =>
        error === null
          ? undefined
          : new Error(`Cannot compile the GPU kernel "${label}": ${error.message}\n${code}`)
      ),
    );
    return { id: this.#byCode.size, pipeline, layout };
  }
}
