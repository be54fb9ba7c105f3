import type { Storage } from "@spikeloop/backend";
import { BufferPool, GpuStorage, type Plan } from "./buffers.ts";
import { Commands } from "./commands.ts";
import { type DeviceLimits, readLimits } from "./device_limits.ts";
import { fitBuffers } from "./fit_buffers.ts";
import { commandError, lostError } from "./gpu_errors.ts";
import type { Job } from "./job.ts";
import { Reader } from "./reader.ts";
import { bind, maxStorageBuffers, Pipelines } from "./shader.ts";

/** The most storages outside scopes, and in all, that wait to be computed. */
const mostLate = 16;
const mostLateInScopes = 1024;

const none: readonly GpuStorage[] = [];

/**
 * A device with its memory, pipelines and commands, which runs the skeletons' jobs. The uniforms of
 * every job start with the offsets of its inputs, then of its outputs.
 */
export class DeviceContext {
  /** The device. */
  readonly device: GPUDevice;
  /** Its memory. */
  readonly pool: BufferPool;
  /** Its compiled shaders. */
  readonly pipelines: Pipelines;
  /** Its commands. */
  readonly commands: Commands;
  /** Its limits. */
  readonly limits: DeviceLimits;
  /** Storage that is kept, with the same number everywhere, by the number. */
  readonly constants = new Map<number, GpuStorage>();
  /** Whether a backward pass computes the forward pass's values again, to the bit. */
  recomputes = true;
  readonly #scopes: Set<GpuStorage>[] = [];
  /** Storages that are not computed yet, oldest first. */
  readonly #late = new Set<GpuStorage>();
  readonly #checks = new Set<Promise<void>>();
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #reader: Reader;
  #failure: Error | undefined;

  /**
   * Makes the context of a device.
   *
   * @param waitsLong The runtime reports that work is done only when more work is submitted.
   */
  constructor(device: GPUDevice, waitsLong = false) {
    const watch = (check: Promise<Error | undefined>) => this.watch(check);
    this.device = device;
    this.limits = readLimits(device);
    this.commands = new Commands(device, watch);
    this.pipelines = new Pipelines(device, watch);
    this.pool = new BufferPool(device, this.limits, () => {
      this.commands.flush();
      this.commands.forget();
    }, watch);
    this.#reader = new Reader(this, waitsLong);
    // Errors outside every scope. Not the property `onuncapturederror`: not every engine has it.
    device.addEventListener(
      "uncapturederror",
      (event) => this.fail(commandError((event as GPUUncapturedErrorEvent).error)),
    );
    device.lost.then(({ message, reason }) => this.end(lostError(message, reason)));
  }

  /** Keeps the first error of all checks. */
  watch(check: Promise<Error | undefined>): void {
    const settled = check.then((error) => this.fail(error), () => {});
    const done = settled.then(() => {
      this.#checks.delete(done);
    });
    this.#checks.add(done);
  }

  /** Keeps an error; from now on every use of the device throws it. */
  fail(error: Error | undefined): void {
    this.#failure ??= error;
  }

  /**
   * Checks that the device has not failed.
   *
   * @throws {Error} the first failure.
   */
  check(): void {
    const failure = this.#failure;
    if (failure !== undefined) throw failure;
  }

  /**
   * Waits for the pending checks.
   *
   * @throws {Error} the first failure.
   */
  async settle(): Promise<void> {
    await Promise.all(this.#checks);
    this.check();
  }

  /** Marks the device as gone, and rejects all pending reads. */
  end(error: Error): void {
    this.fail(error);
    for (const reject of this.#waiting) reject(error);
  }

  /** Waits for `work`, or rejects when the device is gone: then `work` may never settle. */
  async unlessGone<T>(work: Promise<T>): Promise<T> {
    let reject: (error: Error) => void = () => {};
    const gone = new Promise<never>((_, r) => reject = r);
    this.#waiting.add(reject);
    try {
      return await Promise.race([work, gone]);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  /** Destroys the device with all its memory. */
  close(): void {
    this.#failure = undefined;
    this.end(new Error("Cannot use this GPU any more: it was disposed"));
    this.#late.clear();
    this.#reader.close();
    this.commands.close();
    this.pool.close();
    this.device.destroy();
  }

  /**
   * Checks that a storage is on the GPU, and computes it if that is left to do.
   *
   * @throws {TypeError} if it is on the CPU.
   * @throws {Error} if it was released.
   */
  own(storage: Storage): GpuStorage {
    const own = this.take(storage);
    if (own.plan !== undefined) this.#compute(own);
    return own;
  }

  /**
   * Checks that a storage is on the GPU.
   *
   * @throws {TypeError} if it is on the CPU.
   * @throws {Error} if it was released.
   */
  take(storage: Storage): GpuStorage {
    if (!(storage instanceof GpuStorage)) {
      throw new TypeError(
        "Cannot use storage of the CPU on the GPU: copy the tensor with gpu.from(x)",
      );
    }
    if (storage.released) {
      throw new Error(
        "Cannot use a GPU tensor after its memory was released: it was disposed, or made inside a grad() that did not return it",
      );
    }
    return storage;
  }

  /** Makes storages side by side in one buffer. */
  allocate(lengths: readonly number[]): GpuStorage[] {
    this.check();
    const storages = this.pool.allocate(lengths);
    const scope = this.#scopes.at(-1);
    if (scope !== undefined) { for (const s of storages) scope.add(s); }
    return storages;
  }

  /** Makes another storage of a part of one. */
  share(storage: GpuStorage, length: number, from = 0): GpuStorage {
    this.check();
    const shared = this.pool.share(storage, length, from);
    this.#scopes.at(-1)?.add(shared);
    return shared;
  }

  /** Frees the constants. */
  releaseConstants(): void {
    for (const storage of this.constants.values()) this.release(storage);
    this.constants.clear();
  }

  /** Makes storage that is computed when something reads it, unless that computes it itself. */
  defer(plan: Plan): GpuStorage {
    this.check();
    this.pool.check(plan.size);
    const storage = this.pool.late(plan);
    for (const array of plan.arrays) array.readers++;
    this.#late.add(storage);
    const scope = this.#scopes.at(-1);
    scope?.add(storage);
    // Outside scopes nobody may ever release it.
    if (this.#late.size > (scope === undefined ? mostLate : mostLateInScopes)) {
      const [oldest] = this.#late;
      this.#compute(oldest);
    }
    return storage;
  }

  #compute(storage: GpuStorage): void {
    const { plan } = storage;
    if (plan === undefined) return;
    this.check();
    this.pool.place(storage);
    this.#settleLate(storage, plan);
    plan.compute(storage);
  }

  /** Forgets how storage is computed. */
  #settleLate(storage: GpuStorage, plan: Plan): void {
    storage.plan = undefined;
    this.#late.delete(storage);
    for (const array of plan.arrays) array.readers--;
  }

  /** Frees the memory of a storage. */
  release(storage: GpuStorage): void {
    for (const scope of this.#scopes) scope.delete(storage);
    this.#free(storage);
  }

  #free(storage: GpuStorage): void {
    const { plan } = storage;
    if (plan !== undefined) {
      storage.released = true;
      this.#settleLate(storage, plan);
      return;
    }
    if (storage.readers > 0) {
      for (const late of this.#late) if (late.plan?.arrays.includes(storage)) this.#compute(late);
    }
    this.pool.release(storage);
  }

  /** Opens a scope. */
  openScope(): void {
    this.#scopes.push(new Set());
  }

  /**
   * Closes the innermost scope: releases its storages, except those in `keep`, and returns these.
   */
  closeScope(keep: Iterable<Storage>): GpuStorage[] {
    const scope = [...this.#scopes.pop() ?? []];
    const outer = this.#scopes.at(-1);
    const wanted = new Set(keep);
    const survivors = scope.filter((storage) => wanted.has(storage));
    for (const storage of survivors) {
      outer?.add(storage);
      this.#compute(storage);
    }
    const rest = scope.filter((storage) => !wanted.has(storage));
    // First those that nobody has to compute any more.
    for (const storage of rest) if (storage.plan !== undefined) this.#free(storage);
    for (const storage of rest) this.#free(storage);
    return survivors;
  }

  /** Takes storage out of all open scopes. */
  keep(storage: GpuStorage): void {
    for (const scope of this.#scopes) scope.delete(storage);
  }

  /** Runs a job, and returns its outputs. */
  run(job: Job): GpuStorage[] {
    const outputs = this.allocate(job.outputs);
    if (job.outputs.some((n) => n > 0)) this.runInto(outputs, job);
    return outputs;
  }

  /** Runs a job that writes into new storages, which lie in one buffer. */
  runInto(outputs: readonly GpuStorage[], job: Omit<Job, "outputs">): void {
    const { label, workgroups, uniforms } = job;
    const isMany = job.inputs.length >= maxStorageBuffers;
    const [inputs, temporary] = isMany ? fitBuffers(this, job.inputs) : [job.inputs, none];
    const { blocks, index } = bind(inputs);
    const read = blocks.length;
    const pipeline = this.pipelines.get(
      `${label}/${job.key}/${index}`,
      label,
      read,
      () => job.shader(index.map((i) => `b${i}`), read),
    );
    blocks.push(outputs[0].block);
    this.commands.dispatch({ label, pipeline, blocks, inputs, outputs, uniforms, workgroups });
    for (const storage of temporary) this.release(storage);
  }

  /**
   * Reads a storage back.
   *
   * @throws {Error} if the device has failed.
   */
  async read(storage: GpuStorage): Promise<Float32Array> {
    this.check();
    return await this.#reader.read(storage);
  }
}
