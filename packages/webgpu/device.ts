import type { Storage } from "@spikeloop/backend";
import { type Block, BufferPool, GpuStorage, type Plan } from "./buffers.ts";
import { Commands, type Dispatch } from "./commands.ts";
import { bufferUsage, mapForReading } from "./constants.ts";
import { type DeviceLimits, readLimits } from "./device_limits.ts";
import { commandError, errorOf, lostError, memoryError } from "./gpu_errors.ts";
import { bind, maxStorageBuffers, Pipelines } from "./shader.ts";

/** A shader with its inputs and outputs. */
export interface Job extends Pick<Dispatch, "uniforms" | "workgroups"> {
  /** For messages of the driver. */
  readonly label: string;
  /** Distinguishes the shader from others with the same label, apart from the inputs' buffers. */
  readonly key: string;
  /** The storages that the shader reads. */
  readonly inputs: readonly GpuStorage[];
  /** The lengths of the storages that it writes, all in one buffer. */
  readonly outputs: readonly number[];
  /** Prints the shader, given the name of every input's buffer and the number of buffers. */
  shader(places: readonly string[], buffers: number): string;
}

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
  readonly #scopes: Set<GpuStorage>[] = [];
  /** Storages that are not computed yet, oldest first. */
  readonly #late = new Set<GpuStorage>();
  readonly #checks = new Set<Promise<void>>();
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | undefined;

  /** Makes the context of a device. */
  constructor(device: GPUDevice) {
    const watch = (check: Promise<Error | undefined>) => this.#watch(check);
    this.device = device;
    this.limits = readLimits(device);
    this.commands = new Commands(device, watch);
    this.pipelines = new Pipelines(device, watch);
    this.pool = new BufferPool(device, this.limits, () => {
      this.commands.flush();
      this.commands.forget();
    }, watch);
    // Errors outside every scope. Not the property `onuncapturederror`: not every engine has it.
    device.addEventListener(
      "uncapturederror",
      (event) => this.fail(commandError((event as GPUUncapturedErrorEvent).error)),
    );
    device.lost.then(({ message, reason }) => this.end(lostError(message, reason)));
  }

  /** Keeps the first error of all checks. */
  #watch(check: Promise<Error | undefined>): void {
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
  async #unlessGone<T>(work: Promise<T>): Promise<T> {
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

  /** Makes another storage of the first numbers of one. */
  share(storage: GpuStorage, length: number): GpuStorage {
    this.check();
    const shared = this.pool.share(storage, length);
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
      for (const oldest of this.#late) return this.#compute(oldest), storage;
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
    if (job.outputs.some((n) => n > 0)) this.#dispatch(job, outputs);
    return outputs;
  }

  /** Runs a job that writes into new storages, which lie in one buffer. */
  runInto(targets: readonly GpuStorage[], job: Omit<Job, "outputs">): void {
    this.#dispatch(job, targets);
  }

  #dispatch(job: Omit<Job, "outputs">, outputs: readonly GpuStorage[]): void {
    const { label, workgroups, uniforms } = job;
    const isMany = job.inputs.length >= maxStorageBuffers;
    const [inputs, temporary] = isMany ? this.#fit(job.inputs) : [job.inputs, none];
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
   * The inputs, in no more buffers than a shader may bind: the smallest are copied side by side.
   *
   * @returns The inputs, and those of them that are copies.
   */
  #fit(inputs: readonly GpuStorage[]): [GpuStorage[], GpuStorage[]] {
    const limit = maxStorageBuffers - 1;
    const blocks = [...new Set(inputs.map((s) => s.block))];
    if (blocks.length <= limit) return [[...inputs], []];
    const sizeOf = (block: Block) =>
      inputs.reduce((n, s) => s.block === block ? n + s.length : n, 0);
    const small = new Set(
      blocks.sort((a, b) => sizeOf(a) - sizeOf(b)).slice(0, blocks.length - limit + 1),
    );
    const moved = inputs.filter((s, i) => small.has(s.block) && inputs.indexOf(s) === i);
    const copies = this.allocate(moved.map((s) => s.length));
    moved.forEach((s, i) => this.commands.copy(s, copies[i]));
    return [inputs.map((s) => small.has(s.block) ? copies[moved.indexOf(s)] : s), copies];
  }

  /**
   * Reads a storage back.
   *
   * @throws {Error} if the device has failed.
   */
  async read(storage: GpuStorage): Promise<Float32Array> {
    this.check();
    const bytes = storage.length * 4;
    if (bytes === 0) return new Float32Array(0);
    const usage = bufferUsage.mapRead | bufferUsage.copyTarget;
    this.device.pushErrorScope("out-of-memory");
    const target = this.device.createBuffer({ size: bytes, usage });
    this.#watch(
      errorOf(this.device, ({ message }) => memoryError(bytes, this.pool.bytesHeld, message)),
    );
    try {
      this.commands.readInto(storage, target);
      await this.#unlessGone(target.mapAsync(mapForReading));
      await this.#unlessGone(this.settle());
      return new Float32Array(target.getMappedRange()).slice();
    } catch (cause) {
      this.check();
      await this.#unlessGone(this.settle());
      // A mapping may be refused a moment before the loss of the device is reported.
      await new Promise((later) => setTimeout(later));
      this.check();
      throw new Error(`Cannot read ${bytes} bytes from the GPU`, { cause });
    } finally {
      target.destroy();
    }
  }
}
