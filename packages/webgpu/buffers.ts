import type { Storage } from "@spikeloop/backend";
import { bufferUsage } from "./constants.ts";
import type { DeviceLimits } from "./device_limits.ts";
import { errorOf, memoryError } from "./gpu_errors.ts";

/** A GPU buffer that one or more storages lie in, of the pool. */
export interface PooledBuffer {
  /** Its number, for the keys of caches. */
  readonly id: number;
  readonly gpuBuffer: GPUBuffer;
  readonly bytes: number;
  /** The number of storages in it. */
  users: number;
  /** The last batch of commands that used it. */
  batch: number;
  /** Whether the garbage collector frees what lies in it. */
  collected: boolean;
  /** The last assignment of bindings that it was part of, and its binding there. */
  assignment: number;
  binding: number;
}

function pooled(id: number, gpuBuffer: GPUBuffer, bytes: number): PooledBuffer {
  return { id, gpuBuffer, bytes, users: 0, batch: -1, collected: false, assignment: 0, binding: 0 };
}

/** How storage is computed later. */
export interface LateWork {
  /** The numbers that it computes. */
  readonly size: number;
  /** The storages that it reads. */
  readonly arrays: readonly GpuStorage[];
  /** Computes them into storage that has memory by now. */
  compute(storage: GpuStorage): void;
}

/** A part of a buffer of the pool. */
export class GpuStorage implements Storage {
  /** The number of float32 numbers. */
  readonly length: number;
  /** The buffer that holds it, once it is computed. */
  buffer: PooledBuffer;
  /** The index of its first number in the buffer. */
  readonly offset: number;
  /** Whether its memory was released. */
  released = false;
  /** How it is computed, as long as it is not. */
  work: LateWork | undefined;
  /** Whether other late work computes it along with its own results. */
  fused = false;
  /** The number of late works that read it. */
  readers = 0;
  /** Its neighbours among the storages that are not computed yet. */
  earlier: GpuStorage | undefined;
  later: GpuStorage | undefined;
  /** The scope that releases it, if any. */
  scope: readonly GpuStorage[] | undefined;
  /** Storages of one allocation refer to the same object: its end is the end of all of them. */
  readonly life: object;

  /** Wraps a part of a buffer; `BufferPool` calls it. */
  constructor(buffer: PooledBuffer, offset: number, length: number, life?: object) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.life = life ?? this;
  }
}

/** The buffer of storage that is not computed yet. */
const nowhere = /* @__PURE__ */ pooled(-1, undefined as unknown as GPUBuffer, 0);

const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;

/** Storages of a buffer start at multiples of this many numbers, as bindings must. */
export const alignment = 64;

/** The numbers that a storage takes of its buffer. */
export const alignedLength = (n: number): number => Math.ceil(n / alignment) * alignment;

/** Buffers from this many bytes on are rounded up by less than `largeStep`. */
const largeBuffer = 64 * 2 ** 20;
const largeStep = 16 * 2 ** 20;

/**
 * The next larger size of buffers: powers of two and the sizes halfway between, and for large ones
 * multiples of 16 MiB.
 */
function sizeClass(bytes: number): number {
  if (bytes > largeBuffer) return Math.ceil(bytes / largeStep) * largeStep;
  if (bytes <= 256) return 256;
  const power = 2 ** (32 - Math.clz32(bytes - 1));
  return bytes <= power * 0.75 ? power * 0.75 : power;
}

/**
 * Buffers, reused. Commands run in the order in which they are recorded, so a buffer may serve a
 * new tensor as soon as the old one is released, whatever the device is still doing.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #free = new Map<number, PooledBuffer[]>();
  readonly #beforeDestroy: () => void;
  readonly #limits: DeviceLimits;
  readonly #watch: (check: Promise<Error | undefined>) => void;
  readonly #finalizers: FinalizationRegistry<PooledBuffer>;
  /** The most bytes of a buffer. A limit need not be a multiple of 4, as sizes must be. */
  readonly #mostBytes: number;
  #made = 0;
  #bytesInUse = 0;
  #bytesHeld = 0;
  #closed = false;

  /**
   * Makes the pool of a device. `beforeDestroy` is called before buffers are destroyed; `watch`
   * gets a promise of each new buffer's error, if any.
   */
  constructor(
    device: GPUDevice,
    limits: DeviceLimits,
    beforeDestroy: () => void,
    watch: (check: Promise<Error | undefined>) => void,
  ) {
    this.#device = device;
    this.#limits = limits;
    const { maxBufferSize, maxStorageBufferBindingSize } = limits;
    this.#mostBytes = Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 256) * 256;
    this.#beforeDestroy = beforeDestroy;
    this.#watch = watch;
    this.#finalizers = new FinalizationRegistry((buffer) => {
      buffer.users = 1;
      this.#leave(buffer);
    });
  }

  /** The bytes of tensors. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** The bytes of all buffers, free ones included. */
  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  /** Makes storage that has no memory until `provide` gives it some. */
  late(work: LateWork): GpuStorage {
    const storage = new GpuStorage(nowhere, 0, work.size);
    storage.work = work;
    return storage;
  }

  /** Takes memory for late storage. */
  provide(storage: GpuStorage): void {
    storage.buffer = this.#takeFor(storage.length, 1);
  }

  /** From now on the garbage collector frees the memory of a storage and those beside it. */
  collect({ buffer, life }: GpuStorage): void {
    if (buffer.collected || buffer === nowhere) return;
    buffer.collected = true;
    this.#finalizers.register(life, buffer, life);
  }

  /**
   * Makes one storage per length, side by side in one buffer, or in several where a binding cannot
   * hold them all.
   *
   * @throws {RangeError} if the device cannot hold one of them in a buffer.
   */
  allocate(lengths: readonly number[]): GpuStorage[] {
    if (lengths.length === 1) return [new GpuStorage(this.#takeFor(lengths[0], 1), 0, lengths[0])];
    const storages = new Array<GpuStorage>(lengths.length);
    for (let from = 0, to = 0; from < lengths.length; from = to) {
      let total = alignedLength(lengths[to++]);
      for (; to < lengths.length; to++) {
        const more = total + alignedLength(lengths[to]);
        if (more * 4 > this.#mostBytes) break;
        total = more;
      }
      // None is taken before all are known to fit.
      if (from === 0 && to < lengths.length) { for (const length of lengths) this.check(length); }
      const buffer = this.#takeFor(total, to - from);
      const life = {};
      for (let i = from, at = 0; i < to; i++) {
        storages[i] = new GpuStorage(buffer, at, lengths[i], life);
        at += alignedLength(lengths[i]);
      }
    }
    return storages;
  }

  /** Makes another storage of a part of one. */
  share({ buffer, offset, life }: GpuStorage, length: number, from = 0): GpuStorage {
    buffer.users++;
    return new GpuStorage(buffer, offset + from, length, life);
  }

  /**
   * Checks that one buffer can hold so many numbers.
   *
   * @throws {RangeError} if it cannot.
   */
  check(length: number): void {
    this.#bytesFor(Math.max(length, alignment) * 4);
  }

  /** The size of the buffer for so many bytes. */
  #bytesFor(wanted: number): number {
    if (wanted > this.#mostBytes) {
      const { maxBufferSize } = this.#limits;
      const name = wanted > maxBufferSize ? "maxBufferSize" : "maxStorageBufferBindingSize";
      throw new RangeError(
        `Cannot hold ${wanted} bytes in one GPU buffer: this device's ${name} is ${
          this.#limits[name]
        }; split the tensor, for example along its batch axis`,
      );
    }
    return Math.min(sizeClass(wanted), this.#mostBytes);
  }

  /** A buffer for so many numbers of so many storages. */
  #takeFor(length: number, users: number): PooledBuffer {
    const bytes = this.#bytesFor(Math.max(alignedLength(length), alignment) * 4);
    const buffer = this.#free.get(bytes)?.pop() ?? this.#makeBuffer(bytes);
    this.#bytesInUse += buffer.bytes;
    buffer.users = users;
    return buffer;
  }

  #makeBuffer(bytes: number): PooledBuffer {
    // Free buffers of other sizes would stay beside a large new one.
    if (bytes >= largeBuffer) this.trim();
    const gpuBuffer = this.createBuffer(bytes, usage);
    this.#bytesHeld += bytes;
    return pooled(this.#made++, gpuBuffer, bytes);
  }

  /** Makes a buffer outside of the pool, of which `wanted` bytes were asked for. */
  createBuffer(size: number, usage: number, wanted = size): GPUBuffer {
    this.#device.pushErrorScope("out-of-memory");
    const buffer = this.#device.createBuffer({ size, usage });
    this.#watch(
      errorOf(this.#device, ({ message }) => memoryError(wanted, this.#bytesHeld, message)),
    );
    return buffer;
  }

  /** Frees the memory of a storage. */
  release(storage: GpuStorage): void {
    if (storage.released) return;
    storage.released = true;
    const { buffer } = storage;
    if (buffer.users === 1 && buffer.collected) this.#finalizers.unregister(storage.life);
    this.#leave(buffer);
  }

  #leave(buffer: PooledBuffer): void {
    if (this.#closed || --buffer.users > 0) return;
    this.#bytesInUse -= buffer.bytes;
    buffer.collected = false;
    let list = this.#free.get(buffer.bytes);
    if (list === undefined) this.#free.set(buffer.bytes, list = []);
    // The oldest buffer comes last and is taken first. So a loop gets the same buffers again, and
    // with them the same bind groups.
    let at = list.length;
    for (; at > 0 && list[at - 1].id < buffer.id; at--) list[at] = list[at - 1];
    list[at] = buffer;
  }

  /** Destroys the free buffers. */
  trim(): void {
    if (this.#free.size === 0) return;
    this.#beforeDestroy();
    for (const list of this.#free.values()) {
      for (const buffer of list) {
        this.#bytesHeld -= buffer.bytes;
        buffer.gpuBuffer.destroy();
      }
    }
    this.#free.clear();
  }

  /** Ends the pool; destroying the device frees buffers in use. */
  close(): void {
    this.trim();
    this.#closed = true;
    this.#bytesInUse = 0;
    this.#bytesHeld = 0;
  }
}
