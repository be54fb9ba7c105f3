import type { Block, GpuStorage } from "./buffers.ts";
import { bufferUsage } from "./constants.ts";

/** How many dispatches are recorded before they are handed to the device. */
const batchSize = 64;

/** Uniforms of different dispatches start at multiples of this many bytes. */
const uniformAlignment = 256;

/** How many bind groups are kept. */
const mostBindGroups = 4096;

/** A compute pipeline with what its dispatches have in common. */
export interface Kernel {
  /** For the key of bind groups. */
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** One dispatch of a kernel. */
export interface Dispatch {
  readonly kernel: Kernel;
  /** The bound blocks, from binding 1 on; binding 0 holds the uniforms. */
  readonly blocks: readonly Block[];
  /** Unsigned integers, or floats through `floatBits`. */
  readonly uniforms: readonly number[];
  /** Number of workgroups. */
  readonly groups: readonly [number, number?, number?];
}

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The bits of a float32, to be passed among unsigned uniforms. */
export function floatBits(value: number): number {
  floats[0] = value;
  return bits[0];
}

/**
 * Records commands and submits them in batches. All uniforms of a batch are written in one piece just before it is
 * submitted, so small arguments never stall the device.
 */
export class Commands {
  readonly #device: GPUDevice;
  readonly #bindGroups = new Map<string, GPUBindGroup>();
  readonly #groupsOfBlock = new Map<number, Set<string>>();
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #uniformBuffer: GPUBuffer | undefined;
  #uniforms = new Uint32Array(batchSize * 2 * uniformAlignment / 4);
  #uniformBytes = 0;
  #pending = 0;
  #batch = 0;
  #dispatches = 0;

  /** Commands for a device. */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** How many dispatches were recorded so far. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /** Records one dispatch. */
  dispatch({ kernel, blocks, uniforms, groups }: Dispatch): void {
    if (groups.some((n) => n === 0)) return;
    const bytes = Math.ceil(uniforms.length * 4 / uniformAlignment) * uniformAlignment;
    if (this.#uniformBytes + bytes > this.#uniforms.byteLength) this.flush();
    const at = this.#uniformBytes;
    this.#uniforms.set(uniforms, at / 4);
    this.#uniformBytes += bytes;
    const pass = this.#pass ??= this.#encoding().beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, this.#bindGroup(kernel, blocks, bytes), [at]);
    pass.dispatchWorkgroups(...groups);
    for (const block of blocks) block.batch = this.#batch;
    this.#dispatches++;
    if (++this.#pending >= batchSize) this.flush();
  }

  #encoding(): GPUCommandEncoder {
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  #bindGroup(kernel: Kernel, blocks: readonly Block[], uniformSize: number): GPUBindGroup {
    const key = `${kernel.id}/${uniformSize}/${blocks.map((b) => b.id).join("/")}`;
    const known = this.#bindGroups.get(key);
    if (known !== undefined) return known;
    this.#uniformBuffer ??= this.#device.createBuffer({
      size: this.#uniforms.byteLength,
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    if (this.#bindGroups.size >= mostBindGroups) this.#forgetAll();
    const made = this.#device.createBindGroup({
      layout: kernel.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniformBuffer, offset: 0, size: uniformSize } },
        ...blocks.map((b, i) => ({ binding: i + 1, resource: { buffer: b.buffer } })),
      ],
    });
    this.#bindGroups.set(key, made);
    for (const b of blocks) {
      const keys = this.#groupsOfBlock.get(b.id) ?? new Set();
      this.#groupsOfBlock.set(b.id, keys.add(key));
    }
    return made;
  }

  /** Forgets the bind groups of a block that is gone. */
  forget(block: Block): void {
    for (const key of this.#groupsOfBlock.get(block.id) ?? []) this.#bindGroups.delete(key);
    this.#groupsOfBlock.delete(block.id);
  }

  #forgetAll(): void {
    this.#bindGroups.clear();
    this.#groupsOfBlock.clear();
  }

  /** Records a copy between storages. */
  copy(from: GpuStorage, to: GpuStorage, toOffset = 0): void {
    if (from.length === 0) return;
    this.#endPass();
    this.#encoding().copyBufferToBuffer(
      from.block.buffer,
      from.offset * 4,
      to.block.buffer,
      (to.offset + toOffset) * 4,
      from.length * 4,
    );
    from.block.batch = to.block.batch = this.#batch;
  }

  /** Records filling a storage with zeros. */
  clear(storage: GpuStorage): void {
    if (storage.length === 0) return;
    this.#endPass();
    this.#encoding().clearBuffer(storage.block.buffer, storage.offset * 4, storage.length * 4);
    storage.block.batch = this.#batch;
  }

  /** Writes numbers into a storage, after all that was recorded before. */
  write(storage: GpuStorage, data: Float32Array): void {
    if (data.length === 0) return;
    if (storage.block.batch === this.#batch) this.flush();
    this.#device.queue.writeBuffer(
      storage.block.buffer,
      storage.offset * 4,
      data as Float32Array<ArrayBuffer>,
    );
  }

  /** Records a copy into a buffer that can be mapped, and submits. */
  readInto(storage: GpuStorage, target: GPUBuffer): void {
    this.#endPass();
    this.#encoding().copyBufferToBuffer(
      storage.block.buffer,
      storage.offset * 4,
      target,
      0,
      storage.length * 4,
    );
    this.flush();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  /** Hands everything recorded to the device. */
  flush(): void {
    if (this.#encoder === undefined) return;
    this.#endPass();
    if (this.#uniformBytes > 0 && this.#uniformBuffer !== undefined) {
      this.#device.queue.writeBuffer(
        this.#uniformBuffer,
        0,
        this.#uniforms,
        0,
        this.#uniformBytes / 4,
      );
    }
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    this.#uniformBytes = 0;
    this.#pending = 0;
    this.#batch++;
  }

  /** Forgets what was not submitted, and frees the uniforms. */
  close(): void {
    this.#encoder = undefined;
    this.#pass = undefined;
    this.#forgetAll();
    this.#uniformBuffer?.destroy();
  }
}
