import type { Storage } from "@spikeloop/backend";
import { BufferPool, GpuStorage, type LateWork, type PooledBuffer } from "./buffers.ts";
import { Commands, type Pipeline } from "./commands.ts";
import { type DeviceLimits, readLimits } from "./device_limits.ts";
import { Failures } from "./failures.ts";
import { fitBuffers } from "./fit_buffers.ts";
import { commandError, lostError } from "./gpu_errors.ts";
import type { Dispatch } from "./dispatch.ts";
import { LateList } from "./late_list.ts";
import { Reader } from "./reader.ts";
import { bind, maxStorageBuffers, Pipelines } from "./shader.ts";

/** The most storages outside scopes, and in all, that wait to be computed. */
const mostLate = 16;
const mostLateInScopes = 1024;

const none: readonly GpuStorage[] = [];

/** The bindings of inputs that have one each. */
const inOrder = Array.from({ length: maxStorageBuffers }, (_, i) => i);

/**
 * A device with its memory, pipelines and commands, which runs the dispatches of skeletons. The
 * uniforms of every dispatch start with the offsets of its inputs, then of its outputs.
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
  /** Storage that stays, with the same number everywhere, by the number. */
  readonly constants = new Map<number, GpuStorage>();
  /** Whether a backward pass computes the forward pass's values again, to the bit. */
  recomputes = true;
  /** The storages made in each open scope; those that left it have another scope, or none. */
  readonly #scopes: GpuStorage[][] = [];
  /** Storages that are not computed yet, oldest first. */
  readonly #late = new LateList();
  readonly #failures = new Failures();
  readonly #reader: Reader;

  /**
   * Makes the context of a device.
   *
   * @param waitsLong The runtime reports that work is done only when more work is submitted.
   */
  constructor(device: GPUDevice, waitsLong = false) {
    const watch = (check: Promise<Error | undefined>) => this.#failures.watch(check);
    this.device = device;
    this.limits = readLimits(device);
    this.commands = new Commands(device, watch);
    this.pipelines = new Pipelines(device, watch);
    this.pool = new BufferPool(device, this.limits, () => {
      this.commands.flush();
      this.commands.forget();
    }, watch);
    this.#reader = new Reader(this, this.#failures, waitsLong);
    // Errors outside every scope. Not the property `onuncapturederror`: not every engine has it.
    device.addEventListener(
      "uncapturederror",
      (event) => this.#failures.fail(commandError((event as GPUUncapturedErrorEvent).error)),
    );
    device.lost.then(({ message, reason }) => this.#failures.end(lostError(message, reason)));
  }

  /** Destroys the device with all its memory. */
  close(): void {
    this.#failures.close(new Error("Cannot use this GPU any more: it was disposed"));
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
    if (own.work !== undefined) this.#compute(own);
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
    this.#failures.check();
    const storages = this.pool.allocate(lengths);
    this.#enter(storages);
    return storages;
  }

  /** Makes another storage of a part of one. */
  share(storage: GpuStorage, length: number, from = 0): GpuStorage {
    this.#failures.check();
    const shared = this.pool.share(storage, length, from);
    this.#scope?.push(shared);
    shared.scope = this.#scope;
    return shared;
  }

  /** The innermost scope. */
  get #scope(): GpuStorage[] | undefined {
    return this.#scopes[this.#scopes.length - 1];
  }

  /** Puts new storages into the innermost scope, or leaves them to the garbage collector. */
  #enter(storages: readonly GpuStorage[]): void {
    const scope = this.#scope;
    for (let i = 0; i < storages.length; i++) {
      const storage = storages[i];
      storage.scope = scope;
      if (scope === undefined) this.pool.collect(storage);
      else scope.push(storage);
    }
  }

  /** Makes storage that is computed when something reads it, unless that computes it itself. */
  late(work: LateWork): GpuStorage {
    this.#failures.check();
    this.pool.check(work.size);
    const storage = this.pool.late(work);
    const { arrays } = work;
    for (let i = 0; i < arrays.length; i++) arrays[i].readers++;
    this.#late.add(storage);
    const scope = this.#scope;
    storage.scope = scope;
    scope?.push(storage);
    // Outside scopes nobody may ever release it.
    if (this.#late.size > (scope === undefined ? mostLate : mostLateInScopes)) {
      const oldest = this.#late.first;
      if (oldest !== undefined) this.#compute(oldest);
    }
    return storage;
  }

  #compute(storage: GpuStorage): void {
    const { work } = storage;
    if (work === undefined) return;
    this.#failures.check();
    this.pool.provide(storage);
    if (storage.scope === undefined) this.pool.collect(storage);
    this.#settleLate(storage, work);
    work.compute(storage);
  }

  /** Forgets how storage is computed. */
  #settleLate(storage: GpuStorage, work: LateWork): void {
    storage.work = undefined;
    this.#late.delete(storage);
    const { arrays } = work;
    for (let i = 0; i < arrays.length; i++) arrays[i].readers--;
  }

  /** Frees the memory of a storage. */
  release(storage: GpuStorage): void {
    storage.scope = undefined;
    this.#free(storage);
  }

  #free(storage: GpuStorage): void {
    const { work } = storage;
    if (work !== undefined) {
      storage.released = true;
      this.#settleLate(storage, work);
      return;
    }
    if (storage.readers > 0) {
      for (let late = this.#late.first; late !== undefined;) {
        const { later } = late;
        if (late.work?.arrays.includes(storage)) this.#compute(late);
        late = later;
      }
    }
    this.pool.release(storage);
  }

  /** Opens a scope. */
  openScope(): void {
    this.#scopes.push([]);
  }

  /**
   * Closes the innermost scope: releases its storages, except those in `keep`, and returns these.
   */
  closeScope(keep: Iterable<Storage>): GpuStorage[] {
    const scope = this.#scopes.pop() ?? [];
    const survivors: GpuStorage[] = [];
    for (const storage of keep) {
      if (!(storage instanceof GpuStorage) || storage.scope !== scope) continue;
      this.#compute(storage);
      storage.scope = undefined;
      survivors.push(storage);
    }
    this.#enter(survivors);
    // First those that nobody has to compute any more.
    for (let i = 0; i < scope.length; i++) {
      const storage = scope[i];
      if (storage.scope === scope && storage.work !== undefined) this.release(storage);
    }
    for (let i = 0; i < scope.length; i++) {
      const storage = scope[i];
      if (storage.scope === scope) this.release(storage);
    }
    return survivors;
  }

  /** Takes storage out of all open scopes. */
  keep(storage: GpuStorage): void {
    storage.scope = undefined;
    this.pool.collect(storage);
  }

  /** Runs a dispatch, and returns its outputs. */
  run(dispatch: Dispatch): GpuStorage[] {
    const outputs = this.allocate(dispatch.outputs);
    for (let i = 0; i < outputs.length; i++) {
      if (outputs[i].length === 0) continue;
      this.runInto(outputs, dispatch);
      break;
    }
    return outputs;
  }

  /** Runs a dispatch that writes into new storages. */
  runInto(outputs: readonly GpuStorage[], dispatch: Omit<Dispatch, "outputs">): void {
    const { label, workgroups, uniforms } = dispatch;
    let { inputs, variant } = dispatch;
    let temporary = none;
    let index: readonly number[] = inOrder;
    const written: PooledBuffer[] = [outputs[0].buffer];
    for (let i = 1; i < outputs.length; i++) {
      const { buffer } = outputs[i];
      if (buffer !== outputs[i - 1].buffer) written.push(buffer);
    }
    const room = maxStorageBuffers - written.length;
    let read = inputs.length;
    let buffers: PooledBuffer[];
    if (read <= room) {
      buffers = new Array<PooledBuffer>(read + written.length);
      for (let i = 0; i < read; i++) buffers[i] = inputs[i].buffer;
    } else {
      ({ buffers, index } = bind(inputs));
      if (buffers.length > room) {
        [inputs, temporary] = fitBuffers(this, inputs, room);
        ({ buffers, index } = bind(inputs));
      }
      read = buffers.length;
      variant = variant.atDigits(index);
    }
    for (let i = 0; i < written.length; i++) buffers[read + i] = written[i];
    if (written.length > 1) {
      variant = variant.atDigits(outputs.map((s) => written.indexOf(s.buffer)));
    }
    const pipeline = variant.pipeline ??= this.#compile(dispatch, index, read, outputs, written);
    this.commands.dispatch(label, pipeline, buffers, inputs, outputs, uniforms, workgroups);
    for (let i = 0; i < temporary.length; i++) this.release(temporary[i]);
  }

  /** Compiles the shader of a dispatch, whose inputs have these bindings in `read` buffers. */
  #compile(
    dispatch: Omit<Dispatch, "outputs">,
    index: readonly number[],
    read: number,
    outputs: readonly GpuStorage[],
    written: readonly PooledBuffer[],
  ): Pipeline {
    const sources = dispatch.inputs.map((_, i) => `b${index[i]}`);
    const results = outputs.map((s) =>
      written.length === 1 ? "result" : `result${written.indexOf(s.buffer)}`
    );
    const { label } = dispatch;
    return this.pipelines.compile(
      label,
      dispatch.shader(sources, read, results),
      read,
      written.length,
    );
  }

  /**
   * Reads a storage back.
   *
   * @throws {Error} if the device has failed.
   */
  async read(storage: GpuStorage): Promise<Float32Array> {
    this.#failures.check();
    return await this.#reader.read(storage);
  }
}
