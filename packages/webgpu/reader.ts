import type { BufferPool, GpuStorage } from "./buffers.ts";
import type { Commands } from "./commands.ts";
import { bufferUsage, mapForReading } from "./constants.ts";
import type { DeviceLimits } from "./device_limits.ts";
import type { Failures } from "./failures.ts";

/** The parts of a device that reads need: see `DeviceContext`. */
interface ReaderHost {
  readonly device: GPUDevice;
  readonly limits: DeviceLimits;
  readonly pool: BufferPool;
  readonly commands: Commands;
}

/** Reads that share a mapping. */
interface Reads {
  readonly storages: GpuStorage[];
  /** The numbers of all storages. */
  length: number;
  /** Their contents, one after another. */
  numbers: Promise<Float32Array>;
}

/** The size of the buffers that stay for small reads. */
const stagingBytes = 2 ** 16;

/** Reads storages back. One mapping serves all reads that are asked for before the caller waits. */
export class Reader {
  readonly #host: ReaderHost;
  readonly #failures: Failures;
  readonly #waitsLong: boolean;
  #reads: Reads | undefined;
  /** Buffers for small reads that are not in use. */
  readonly #staging: GPUBuffer[] = [];

  /**
   * Makes the reader of a device.
   *
   * @param waitsLong The runtime reports that work is done only when more work is submitted.
   */
  constructor(host: ReaderHost, failures: Failures, waitsLong: boolean) {
    this.#host = host;
    this.#failures = failures;
    this.#waitsLong = waitsLong;
  }

  /**
   * Reads a storage back.
   *
   * @throws {Error} if the device has failed.
   */
  async read(storage: GpuStorage): Promise<Float32Array> {
    const { length } = storage;
    if (length === 0) return new Float32Array(0);
    const open = this.#reads;
    const fits = open !== undefined &&
      (open.length + length) * 4 <= this.#host.limits.maxBufferSize;
    const reads = fits ? open : this.#openReads();
    const from = reads.length;
    reads.length += length;
    // It may be released before it is copied.
    reads.storages.push(this.#host.pool.share(storage, length));
    const numbers = await reads.numbers;
    return reads.storages.length === 1 ? numbers : numbers.slice(from, from + length);
  }

  #openReads(): Reads {
    const storages: GpuStorage[] = [];
    const reads: Reads = { storages, length: 0, numbers: Promise.resolve(new Float32Array(0)) };
    reads.numbers = reads.numbers.then(() => {
      if (this.#reads === reads) this.#reads = undefined;
      return this.#readAll(storages, reads.length * 4);
    });
    return this.#reads = reads;
  }

  async #readAll(storages: readonly GpuStorage[], bytes: number): Promise<Float32Array> {
    this.#failures.check();
    const isSmall = bytes <= stagingBytes;
    const target = isSmall && this.#staging.pop() || this.#makeStaging(bytes);
    let isWhole = false;
    try {
      this.#host.commands.readInto(storages, target);
      for (const storage of storages) this.#host.pool.release(storage);
      const mapped = this.#failures.unlessGone(target.mapAsync(mapForReading));
      await (this.#waitsLong ? this.#hurry(mapped) : mapped);
      await this.#failures.unlessGone(this.#failures.settle());
      const numbers = new Float32Array(target.getMappedRange(0, bytes)).slice();
      isWhole = isSmall;
      return numbers;
    } catch (cause) {
      this.#failures.check();
      await this.#failures.unlessGone(this.#failures.settle());
      // A mapping may be refused a moment before the loss of the device is reported.
      await new Promise((later) => setTimeout(later));
      this.#failures.check();
      throw new Error(`Cannot read ${bytes} bytes from the GPU`, { cause });
    } finally {
      if (isWhole) {
        target.unmap();
        this.#staging.push(target);
      } else target.destroy();
    }
  }

  #makeStaging(bytes: number): GPUBuffer {
    const size = Math.max(bytes, Math.min(stagingBytes, this.#host.limits.maxBufferSize));
    const usage = bufferUsage.mapRead | bufferUsage.copyTarget;
    return this.#host.pool.createBuffer(size, usage, bytes);
  }

  /** Submits nothing again and again until a mapping is there: Firefox looks for it only then. */
  async #hurry(mapped: Promise<void>): Promise<void> {
    let isWaiting = true;
    const end = () => void (isWaiting = false);
    mapped.then(end, end);
    while (isWaiting) {
      this.#host.device.queue.submit([]);
      await new Promise((later) => setTimeout(later));
    }
    await mapped;
  }

  /** Destroys the buffers that are not in use. */
  close(): void {
    for (const buffer of this.#staging) buffer.destroy();
    this.#staging.length = 0;
  }
}
