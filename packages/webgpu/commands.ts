import type { GpuStorage, PooledBuffer } from "./buffers.ts";
import { bufferUsage } from "./constants.ts";
import { commandError, errorOf, limitError } from "./gpu_errors.ts";

/** The number of dispatches that are submitted together. */
const batchSize = 64;

/** Uniforms of different dispatches start at multiples of this many bytes. */
const uniformAlignment = 256;

/** The bytes of uniforms that every device binds: `maxUniformBufferBindingSize` is not smaller. */
const mostUniformBytes = 65536;

/** The most workgroups along one axis that every device accepts. */
export const mostWorkgroups = 65535;

/** The most bind groups in the cache. */
const mostBindGroups = 4096;

/** Compiled WGSL with the layout of its bindings. */
export interface Pipeline {
  /** Its number, for the keys of bind groups. */
  readonly id: number;
  readonly compute: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** A bind group, and what it binds. */
interface Binding {
  readonly group: GPUBindGroup;
  readonly pipeline: Pipeline;
  readonly buffers: readonly PooledBuffer[];
  readonly uniformBytes: number;
  /** The last two that followed it: in a loop one of them most often does so again. */
  next: Binding | undefined;
  nextBefore: Binding | undefined;
}

/** Bind groups by pipeline and size of uniforms, then by the numbers of their buffers. */
interface BindGroupNode {
  binding: Binding | undefined;
  readonly next: Map<number, BindGroupNode>;
}

const newNode = (): BindGroupNode => ({ binding: undefined, next: new Map() });

function nodeAfter({ next }: BindGroupNode, key: number): BindGroupNode {
  let node = next.get(key);
  if (node === undefined) next.set(key, node = newNode());
  return node;
}

/** Whether a bind group is the one for these buffers. */
function binds(
  binding: Binding,
  pipeline: Pipeline,
  buffers: readonly PooledBuffer[],
  uniformBytes: number,
): boolean {
  if (binding.pipeline !== pipeline || binding.uniformBytes !== uniformBytes) return false;
  // A pipeline has as many buffers each time.
  for (let i = 0; i < buffers.length; i++) if (binding.buffers[i] !== buffers[i]) return false;
  return true;
}

/** Spreads any number of workgroups over two axes: workgroup (x, y) is number y · row + x. */
export function spread(count: number): { workgroups: [number, number]; row: number } {
  if (count <= mostWorkgroups) return { workgroups: [count, 1], row: count };
  const row = Math.ceil(Math.sqrt(count));
  return { workgroups: [row, Math.ceil(count / row)], row };
}

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The bits of a float32, to pass it as an unsigned uniform. */
export function floatBits(value: number): number {
  floats[0] = value;
  return bits[0];
}

/**
 * Records commands and submits them in batches. All uniforms of a batch are written at once, just
 * before it is submitted, so small arguments never stall the device.
 */
export class Commands {
  readonly #device: GPUDevice;
  readonly #watch: (check: Promise<Error | undefined>) => void;
  readonly #bindGroups = newNode();
  #bindGroupCount = 0;
  /** The one that was used last. */
  #binding: Binding | undefined;
  /** Typed: some runtimes take half of the time for it that they take for a list. */
  readonly #dynamicOffset = new Uint32Array(1);
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #uniformBuffer: GPUBuffer | undefined;
  readonly #uniforms = new Uint32Array(mostUniformBytes / 4);
  #uniformBytes = 0;
  #pending = 0;
  #batch = 0;
  #dispatches = 0;

  /** Makes the commands of a device; `watch` gets a promise of each batch's error, if any. */
  constructor(device: GPUDevice, watch: (check: Promise<Error | undefined>) => void) {
    this.#device = device;
    this.#watch = watch;
  }

  /** The number of dispatches so far. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /**
   * Records one dispatch of a pipeline, whose uniforms are the offsets of its inputs, those of its
   * outputs, and `uniforms`.
   *
   * @param buffers The bound buffers, from binding 1 on; binding 0 holds the uniforms. The list is
   * kept.
   * @throws {RangeError} if it has more workgroups or uniforms than a device must accept.
   */
  dispatch(
    label: string,
    pipeline: Pipeline,
    buffers: readonly PooledBuffer[],
    inputs: readonly GpuStorage[],
    outputs: readonly GpuStorage[],
    uniforms: readonly number[],
    workgroups: readonly [number, number?, number?],
  ): void {
    const [x] = workgroups;
    const y = workgroups[1] ?? 1;
    const z = workgroups[2] ?? 1;
    if (x === 0 || y === 0 || z === 0) return;
    const count = inputs.length + outputs.length + uniforms.length;
    const bytes = Math.ceil(count * 4 / uniformAlignment) * uniformAlignment;
    if (x > mostWorkgroups || y > mostWorkgroups || z > mostWorkgroups) {
      const [most, name] = [Math.max(x, y, z), "maxComputeWorkgroupsPerDimension"];
      throw limitError(label, most, "workgroups along one axis", name, mostWorkgroups);
    }
    if (bytes > mostUniformBytes) {
      const name = "maxUniformBufferBindingSize";
      throw limitError(label, bytes, "bytes of arguments", name, mostUniformBytes);
    }
    if (this.#uniformBytes + bytes > mostUniformBytes) this.flush();
    const start = this.#uniformBytes;
    const values = this.#uniforms;
    let at = start / 4;
    for (let i = 0; i < inputs.length; i++) values[at++] = inputs[i].offset;
    for (let i = 0; i < outputs.length; i++) values[at++] = outputs[i].offset;
    for (let i = 0; i < uniforms.length; i++) values[at++] = uniforms[i];
    this.#uniformBytes += bytes;
    const pass = this.#pass ??= this.#encoding().beginComputePass();
    pass.setPipeline(pipeline.compute);
    this.#dynamicOffset[0] = start;
    pass.setBindGroup(0, this.#bindGroup(pipeline, buffers, bytes), this.#dynamicOffset, 0, 1);
    pass.dispatchWorkgroups(x, y, z);
    for (let i = 0; i < buffers.length; i++) buffers[i].batch = this.#batch;
    this.#dispatches++;
    if (++this.#pending >= batchSize) this.flush();
  }

  #encoding(): GPUCommandEncoder {
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  #bindGroup(
    pipeline: Pipeline,
    buffers: readonly PooledBuffer[],
    uniformBytes: number,
  ): GPUBindGroup {
    const last = this.#binding;
    let binding = last?.next;
    if (binding === undefined || !binds(binding, pipeline, buffers, uniformBytes)) {
      binding = last?.nextBefore;
      if (binding === undefined || !binds(binding, pipeline, buffers, uniformBytes)) {
        binding = this.#findBinding(pipeline, buffers, uniformBytes);
      }
      if (last !== undefined) {
        last.nextBefore = last.next;
        last.next = binding;
      }
    }
    this.#binding = binding;
    return binding.group;
  }

  #findBinding(
    pipeline: Pipeline,
    buffers: readonly PooledBuffer[],
    uniformBytes: number,
  ): Binding {
    let node = nodeAfter(
      this.#bindGroups,
      pipeline.id * (mostUniformBytes / uniformAlignment + 1) + uniformBytes / uniformAlignment,
    );
    for (let i = 0; i < buffers.length; i++) node = nodeAfter(node, buffers[i].id);
    return node.binding ??= this.#makeBinding(pipeline, buffers, uniformBytes);
  }

  #makeBinding(
    pipeline: Pipeline,
    buffers: readonly PooledBuffer[],
    uniformBytes: number,
  ): Binding {
    this.#uniformBuffer ??= this.#device.createBuffer({
      size: mostUniformBytes,
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    if (++this.#bindGroupCount > mostBindGroups) this.forget();
    const group = this.#device.createBindGroup({
      layout: pipeline.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniformBuffer, offset: 0, size: uniformBytes } },
        ...buffers.map((b, i) => ({ binding: i + 1, resource: { buffer: b.gpuBuffer } })),
      ],
    });
    return { group, pipeline, buffers, uniformBytes, next: undefined, nextBefore: undefined };
  }

  /** Forgets all bind groups, so that none holds on to a buffer that was destroyed. */
  forget(): void {
    this.#bindGroups.next.clear();
    this.#bindGroupCount = 0;
    this.#binding = undefined;
  }

  /** Records a copy between storages. */
  copy(from: GpuStorage, to: GpuStorage, toOffset = 0): void {
    if (from.length === 0) return;
    this.#endPass();
    this.#encoding().copyBufferToBuffer(
      from.buffer.gpuBuffer,
      from.offset * 4,
      to.buffer.gpuBuffer,
      (to.offset + toOffset) * 4,
      from.length * 4,
    );
    from.buffer.batch = to.buffer.batch = this.#batch;
  }

  /** Records that a storage is filled with zeros. */
  clear(storage: GpuStorage): void {
    if (storage.length === 0) return;
    this.#endPass();
    this.#encoding().clearBuffer(storage.buffer.gpuBuffer, storage.offset * 4, storage.length * 4);
    storage.buffer.batch = this.#batch;
  }

  /** Writes numbers into a storage, after everything recorded before. */
  write(storage: GpuStorage, data: Float32Array): void {
    if (data.length === 0) return;
    if (storage.buffer.batch === this.#batch) this.flush();
    this.#device.queue.writeBuffer(
      storage.buffer.gpuBuffer,
      storage.offset * 4,
      new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
    );
  }

  /** Records copies, one after another, into a buffer that can be mapped, and submits. */
  readInto(storages: readonly GpuStorage[], target: GPUBuffer): void {
    this.#endPass();
    let at = 0;
    for (const { buffer, offset, length } of storages) {
      this.#encoding().copyBufferToBuffer(buffer.gpuBuffer, offset * 4, target, at * 4, length * 4);
      at += length;
    }
    this.flush();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  /** Submits everything recorded to the device. */
  flush(): void {
    if (this.#encoder === undefined) return;
    this.#endPass();
    // An error in one command makes all of them do nothing. So they are watched together, and a
    // read waits for the verdict.
    this.#device.pushErrorScope("validation");
    if (this.#uniformBytes > 0 && this.#uniformBuffer !== undefined) {
      // A part in bytes: some implementations took the size of other parts in bytes too.
      const bytes = new Uint8Array(this.#uniforms.buffer, 0, this.#uniformBytes);
      this.#device.queue.writeBuffer(this.#uniformBuffer, 0, bytes);
    }
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#watch(errorOf(this.#device, commandError));
    this.#encoder = undefined;
    this.#uniformBytes = 0;
    this.#pending = 0;
    this.#batch++;
  }

  /** Forgets commands that were not submitted, and frees the uniforms. */
  close(): void {
    this.#encoder = undefined;
    this.#pass = undefined;
    this.forget();
    this.#uniformBuffer?.destroy();
  }
}
