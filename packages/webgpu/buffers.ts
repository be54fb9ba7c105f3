import type { Storage } from "@spikeloop/backend";
import { bufferUsage } from "./constants.ts";

/** A GPU buffer that one or more storages lie in. */
export interface Block {
  /** Its number, for the keys of caches. */
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  /** How many storages lie in it. */
  users: number;
  /** The batch of commands that used it last. */
  batch: number;
}

/** Numbers in a part of a block. */
export class GpuStorage implements Storage {
  /** How many numbers. */
  readonly length: number;
  /** The buffer it lies in. */
  readonly block: Block;
  /** Where it starts, in numbers. */
  readonly offset: number;
  /** Its memory was given back. */
  released = false;

  /** Storage in a block; made by `BufferPool`. */
  constructor(block: Block, offset: number, length: number) {
    this.block = block;
    this.offset = offset;
    this.length = length;
  }
}

const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;

/** Storages of one block start at multiples of this many numbers, as bindings must. */
const alignment = 64;

/** The next size of the pool's ladder: powers of two and the steps half-way between. */
function sizeClass(bytes: number): number {
  const power = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
  return bytes <= power * 0.75 ? power * 0.75 : power;
}

/**
 * Buffers that are kept for reuse. Commands run in the order in which they are recorded, so a buffer may serve a new
 * tensor as soon as the old one is gone, whatever the device is still doing.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #free = new Map<number, Block[]>();
  readonly #onDestroy: (block: Block) => void;
  readonly #watch: (check: Promise<Error | undefined>) => void;
  readonly #finalizers: FinalizationRegistry<Block>;
  #made = 0;
  #bytesInUse = 0;
  #bytesHeld = 0;
  #closed = false;

  /**
   * A pool for a device; `onDestroy` hears of every block that ceases to exist, `watch` gets a promise for what went
   * wrong with each new one, if anything.
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

  /** Bytes that tensors hold now. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** Bytes of all buffers, those waiting for reuse included. */
  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  /**
   * One storage per length, side by side in one buffer.
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
    const bytes = Math.min(sizeClass(wanted), maxStorageBufferBindingSize, maxBufferSize);
    const waiting = this.#free.get(bytes)?.pop();
    const block = waiting ?? this.#make(bytes);
    this.#bytesInUse += block.bytes;
    return block;
  }

  #make(bytes: number): Block {
    this.#device.pushErrorScope("out-of-memory");
    const buffer = this.#device.createBuffer({ size: bytes, usage });
    this.#watch(
      this.#device.popErrorScope().then((error) =>
        error === null ? undefined : new Error(
          `The GPU is out of memory: it refused ${bytes} bytes, ${this.#bytesHeld} are held already. ${error.message}`,
        )
      ),
    );
    this.#bytesHeld += bytes;
    return { id: this.#made++, buffer, bytes, users: 0, batch: -1 };
  }

  /** Gives a storage's memory back. */
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
    // The oldest block last, where it is taken from: a loop then gets the same blocks again, and so the same bind groups.
    const younger = list.findIndex((b) => b.id < block.id);
    list.splice(younger < 0 ? list.length : younger, 0, block);
    this.#free.set(block.bytes, list);
  }

  /** Destroys the buffers that wait for reuse. */
  trim(): void {
    for (const block of [...this.#free.values()].flat()) {
      this.#bytesHeld -= block.bytes;
      this.#onDestroy(block);
      block.buffer.destroy();
    }
    this.#free.clear();
  }

  /** Ends the pool; destroying the device frees what is still held. */
  close(): void {
    this.trim();
    this.#closed = true;
    this.#bytesInUse = 0;
    this.#bytesHeld = 0;
  }
}
