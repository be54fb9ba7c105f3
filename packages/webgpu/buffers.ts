import type { Storage } from "@spikeloop/backend";
import { bufferUsage } from "./constants.ts";
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

/** A part of a block. */
export class GpuStorage implements Storage {
  /** The number of float32 numbers. */
  readonly length: number;
  /** The buffer that holds it. */
  readonly block: Block;
  /** The place of its first number in the buffer. */
  readonly offset: number;
  /** Whether its memory was released. */
  released = false;

  /** Wraps a part of a block; `BufferPool.allocate` calls it. */
  constructor(block: Block, offset: number, length: number) {
    this.block = block;
    this.offset = offset;
    this.length = length;
  }
}

const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;

/** Storages of a block start at multiples of this many numbers, as bindings must. */
const alignment = 64;

/** The next larger size of buffers: powers of two, and the sizes halfway between. */
function sizeClass(bytes: number): number {
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
  readonly #onDestroy: (block: Block) => void;
  readonly #watch: (check: Promise<Error | undefined>) => void;
  readonly #finalizers: FinalizationRegistry<Block>;
  #blocks = 0;
  #bytesInUse = 0;
  #bytesHeld = 0;
  #closed = false;

  /**
   * Makes the pool of a device. `onDestroy` gets every block that is destroyed, `watch` a promise
   * of each new block's error, if any.
   */
  constructor(
    device: GPUDevice,
    onDestroy: (block: Block) => void,
    watch: (check: Promise<Error | undefined>) => void,
  ) {
    this.#device = device;
    this.#onDestroy = onDestroy;
    this.#watch = watch;
    this.#finalizers = new FinalizationRegistry((block) => this.#leave(block));
  }

  /** The bytes of tensors. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** The bytes of all buffers, free ones included. */
  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  /**
   * Makes one storage per length, side by side in one buffer.
   *
   * @throws {RangeError} if the device cannot hold that much in one buffer.
   */
  allocate(lengths: readonly number[]): GpuStorage[] {
    let total = 0;
    const offsets = lengths.map((n) => {
      const at = total;
      total += Math.ceil(n / alignment) * alignment;
      return at;
    });
    const block = this.#take(Math.max(total, alignment) * 4);
    return lengths.map((length, i) => {
      block.users++;
      const storage = new GpuStorage(block, offsets[i], length);
      this.#finalizers.register(storage, block, storage);
      return storage;
    });
  }

  #take(wanted: number): Block {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const names = { maxBufferSize, maxStorageBufferBindingSize };
    for (const [name, limit] of Object.entries(names)) {
      if (wanted > limit) {
        throw new RangeError(
          `Cannot hold ${wanted} bytes in one GPU buffer: this device's ${name} is ${limit}; ` +
            "split the tensor, for example along its batch axis",
        );
      }
    }
    // A limit need not be a multiple of 4, as sizes must be.
    const most = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / 256) * 256;
    const bytes = Math.min(sizeClass(wanted), most);
    const block = this.#free.get(bytes)?.pop() ?? this.#create(bytes);
    this.#bytesInUse += block.bytes;
    return block;
  }

  #create(bytes: number): Block {
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
    this.#finalizers.unregister(storage);
    this.#leave(storage.block);
  }

  #leave(block: Block): void {
    if (this.#closed || --block.users > 0) return;
    this.#bytesInUse -= block.bytes;
    const list = this.#free.get(block.bytes) ?? [];
    // The oldest block comes last and is taken first. So a loop gets the same blocks again, and
    // with them the same bind groups.
    const younger = list.findIndex((b) => b.id < block.id);
    list.splice(younger < 0 ? list.length : younger, 0, block);
    this.#free.set(block.bytes, list);
  }

  /** Destroys the free buffers. */
  trim(): void {
    for (const block of [...this.#free.values()].flat()) {
      this.#bytesHeld -= block.bytes;
      this.#onDestroy(block);
      block.buffer.destroy();
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
