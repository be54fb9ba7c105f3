import type { Storage } from "@spikeloop/backend";
import { bufferUsage } from "./constants.ts";
import type { DeviceLimits } from "./device_limits.ts";
import { errorOf, memoryError } from "./gpu_errors.ts";

/** A GPU buffer that one or more storages lie in. */
export interface Block {
  /** Its number, for the keys of caches. */
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  /** The number of storages in it. */
  users: number;
  /** The last batch of commands that used it. */
  batch: number;
}

/** How storage is computed later. */
export interface Plan {
  /** The numbers that it computes. */
  readonly size: number;
  /** The storages that it reads. */
  readonly arrays: readonly GpuStorage[];
  /** Computes them into storage that has memory by now. */
  compute(storage: GpuStorage): void;
}

/** A part of a block. */
export class GpuStorage implements Storage {
  /** The number of float32 numbers. */
  readonly length: number;
  /** The buffer that holds it, once it is computed. */
  block: Block;
  /** The place of its first number in the buffer. */
  readonly offset: number;
  /** Whether its memory was released. */
  released = false;
  /** How it is computed, as long as it is not. */
  plan: Plan | undefined;
  /** Whether another plan computes it along with its own results. */
  fused = false;
  /** The number of plans that read it. */
  readers = 0;
  /** Storages of one allocation refer to the same object: its end is the end of all of them. */
  readonly life: object;

  /** Wraps a part of a block; `BufferPool` calls it. */
  constructor(block: Block, offset: number, length: number, life?: object) {
    this.block = block;
    this.offset = offset;
    this.length = length;
    this.life = life ?? this;
  }
}

/** The block of storage that is not computed yet. */
const nowhere: Block = {
  id: -1,
  buffer: undefined as unknown as GPUBuffer,
  bytes: 0,
  users: 0,
  batch: -1,
};

const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;

/** Storages of a block start at multiples of this many numbers, as bindings must. */
const alignment = 64;

const alignedLength = (n: number): number => Math.ceil(n / alignment) * alignment;

/** Blocks from this many bytes on are rounded up by less than `largeStep`. */
const largeBlock = 64 * 2 ** 20;
const largeStep = 16 * 2 ** 20;

/**
 * The next larger size of buffers: powers of two and the sizes halfway between, and for large ones
 * multiples of 16 MiB.
 */
function sizeClass(bytes: number): number {
  if (bytes > largeBlock) return Math.ceil(bytes / largeStep) * largeStep;
  const power = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
  return bytes <= power * 0.75 ? power * 0.75 : power;
}

/**
 * Buffers, reused. Commands run in the order in which they are recorded, so a buffer may serve a
 * new tensor as soon as the old one is released, whatever the device is still doing.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #free = new Map<number, Block[]>();
  readonly #beforeDestroy: () => void;
  readonly #limits: DeviceLimits;
  readonly #watch: (check: Promise<Error | undefined>) => void;
  readonly #finalizers: FinalizationRegistry<Block>;
  #blocks = 0;
  #bytesInUse = 0;
  #bytesHeld = 0;
  #closed = false;

  /**
   * Makes the pool of a device. `beforeDestroy` is called before blocks are destroyed; `watch` gets
   * a promise of each new block's error, if any.
   */
  constructor(
    device: GPUDevice,
    limits: DeviceLimits,
    beforeDestroy: () => void,
    watch: (check: Promise<Error | undefined>) => void,
  ) {
    this.#device = device;
    this.#limits = limits;
    this.#beforeDestroy = beforeDestroy;
    this.#watch = watch;
    this.#finalizers = new FinalizationRegistry((block) => {
      block.users = 1;
      this.#leave(block);
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

  /** Makes storage that has no memory until `place` gives it some. */
  late(plan: Plan): GpuStorage {
    const storage = new GpuStorage(nowhere, 0, plan.size);
    storage.plan = plan;
    return storage;
  }

  /** Takes memory for late storage. */
  place(storage: GpuStorage): void {
    storage.block = this.#take(Math.max(alignedLength(storage.length), alignment) * 4);
    storage.block.users = 1;
    this.#finalizers.register(storage, storage.block, storage);
  }

  /**
   * Makes one storage per length, side by side in one buffer.
   *
   * @throws {RangeError} if the device cannot hold that much in one buffer.
   */
  allocate(lengths: readonly number[]): GpuStorage[] {
    let total = 0;
    for (const n of lengths) total += alignedLength(n);
    const block = this.#take(Math.max(total, alignment) * 4);
    block.users = lengths.length;
    if (lengths.length === 1) {
      const storage = new GpuStorage(block, 0, lengths[0]);
      this.#finalizers.register(storage, block, storage);
      return [storage];
    }
    const life = {};
    this.#finalizers.register(life, block, life);
    let at = 0;
    return lengths.map((length) => {
      const storage = new GpuStorage(block, at, length, life);
      at += alignedLength(length);
      return storage;
    });
  }

  /** Makes another storage of a part of one. */
  share({ block, offset, life }: GpuStorage, length: number, from = 0): GpuStorage {
    block.users++;
    return new GpuStorage(block, offset + from, length, life);
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
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (wanted > most) {
      const name = wanted > maxBufferSize ? "maxBufferSize" : "maxStorageBufferBindingSize";
      throw new RangeError(
        `Cannot hold ${wanted} bytes in one GPU buffer: this device's ${name} is ${
          this.#limits[name]
        }; split the tensor, for example along its batch axis`,
      );
    }
    // A limit need not be a multiple of 4, as sizes must be.
    return Math.min(sizeClass(wanted), Math.floor(most / 256) * 256);
  }

  #take(wanted: number): Block {
    const bytes = this.#bytesFor(wanted);
    const block = this.#free.get(bytes)?.pop() ?? this.#create(bytes);
    this.#bytesInUse += block.bytes;
    return block;
  }

  #create(bytes: number): Block {
    // Free blocks of other sizes would stay beside a large new one.
    if (bytes >= largeBlock) this.trim();
    this.#device.pushErrorScope("out-of-memory");
    const buffer = this.#device.createBuffer({ size: bytes, usage });
    this.#watch(
      errorOf(this.#device, ({ message }) => memoryError(bytes, this.#bytesHeld, message)),
    );
    this.#bytesHeld += bytes;
    return { id: this.#blocks++, buffer, bytes, users: 0, batch: -1 };
  }

  /** Frees the memory of a storage. */
  release(storage: GpuStorage): void {
    if (storage.released) return;
    storage.released = true;
    if (storage.block.users === 1) this.#finalizers.unregister(storage.life);
    this.#leave(storage.block);
  }

  #leave(block: Block): void {
    if (this.#closed || --block.users > 0) return;
    this.#bytesInUse -= block.bytes;
    let list = this.#free.get(block.bytes);
    if (list === undefined) this.#free.set(block.bytes, list = []);
    // The oldest block comes last and is taken first. So a loop gets the same blocks again, and
    // with them the same bind groups.
    const younger = list.findIndex((b) => b.id < block.id);
    if (younger < 0) list.push(block);
    else list.splice(younger, 0, block);
  }

  /** Destroys the free buffers. */
  trim(): void {
    if (this.#free.size === 0) return;
    this.#beforeDestroy();
    for (const list of this.#free.values()) {
      for (const block of list) {
        this.#bytesHeld -= block.bytes;
        block.buffer.destroy();
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
