import type { CompleteBackend, Shape, Storage } from "@spikeloop/backend";
import { checkOptions, refuse, takeFlag, takeOneOf } from "@spikeloop/errors";
import {
  checkTensor,
  type NestedNumbers,
  type NumberArray,
  Tensor,
  tensor,
} from "@spikeloop/tensor";
import { denoVersion, whyNotDeno } from "./deno_version.ts";
import { DeviceContext } from "./device.ts";
import { raisedLimits } from "./device_limits.ts";
import { gpuFill, releaseFills } from "./fill.ts";
import { gpuLateralGradient, gpuParamGradient } from "./lateral_gradient.ts";
import { gpuMap } from "./map.ts";
import { gpuMapTogether } from "./map_together.ts";
import { gpuAffine, gpuAffineBackward, gpuMatmul } from "./matmul.ts";
import { gpuGather, gpuScatter } from "./movement.ts";
import { recomputesExactly } from "./recomputation.ts";
import { gpuReduce } from "./reduce.ts";
import { gpuScan } from "./scan.ts";
import { gpuScanBackward } from "./scan_backward.ts";
import { gpuScatterAdd, gpuTake } from "./take.ts";

/** Facts and counts of a GPU. */
export interface GpuInfo {
  /** The driver's description of the GPU. */
  readonly description: string;
  /** Its maker, from the driver. */
  readonly vendor: string;
  /** The limits of the device. */
  readonly limits: GPUSupportedLimits;
  /** The bytes of tensors. */
  readonly bytesInUse: number;
  /** The bytes of all buffers, free ones included. */
  readonly bytesHeld: number;
  /** The number of dispatches so far. */
  readonly dispatches: number;
  /** The number of compiled shaders. */
  readonly pipelines: number;
  /** Whether backward passes compute the steps of neurons again: see `WebGpuOptions`. */
  readonly recomputes: boolean;
}

/**
 * A GPU as a backend: tensors made with it stay on it, and every function of tensors works on them.
 */
export interface WebGpu extends CompleteBackend, Disposable {
  /** Makes a tensor of nested numbers, or of a typed array with a shape, on this GPU. */
  tensor(values: NestedNumbers | NumberArray, shape?: Shape): Tensor;
  /** Copies a tensor to this GPU; returns a tensor that is there already as it is. */
  from(x: Tensor): Promise<Tensor>;
  /** Facts and counts, as of now. */
  readonly info: GpuInfo;
  /** The device, for other code that uses WebGPU. */
  readonly device: GPUDevice;
  /** Destroys the free buffers. */
  trim(): void;
  /** Destroys the device with all its memory; its tensors cannot be used afterwards. */
  dispose(): void;
}

/** The number of GPUs that were opened, for their names. */
let opened = 0;

/** Makes the backend of a device. */
function backendOf(context: DeviceContext, adapter: GPUAdapter): WebGpu {
  const { device } = context;
  const name = opened++ === 0 ? "webgpu" : `webgpu ${opened}`;
  const dispose = () => context.close();
  const own = (s: Storage) => context.own(s);
  const self: WebGpu = {
    name,
    device,
    upload: (data) => {
      const [storage] = context.allocate([data.length]);
      context.commands.write(storage, data);
      return storage;
    },
    fill: (length, value) => gpuFill(context, length, value),
    read: async (storage) => await context.read(own(storage)),
    release: (storage) => context.release(context.take(storage)),
    openScope: () => context.openScope(),
    closeScope: (keep) => context.closeScope(keep),
    keep: (storage) => context.keep(context.take(storage)),
    map: (kernel, operands, shape) => gpuMap(context, kernel, operands, shape),
    reduce: (op, x, outer, axis, inner) =>
      gpuReduce(context, op, context.take(x), outer, axis, inner),
    mean: (x) => gpuReduce(context, "mean", context.take(x), 1, x.length, 1),
    mapTogether: (kernel, sets, lengths) => gpuMapTogether(context, kernel, sets, lengths),
    matmul: (spec, a, b) => gpuMatmul(context, spec, own(a), own(b)),
    affine: (spec, a, b, bias, relu) => gpuAffine(context, spec, own(a), own(b), own(bias), relu),
    affineBackward: (spec, args, wants) => gpuAffineBackward(context, spec, args, wants),
    gather: (view) => gpuGather(context, view),
    scatter: (length, parts) => gpuScatter(context, length, parts),
    take: (x, indices, ...extents) => gpuTake(context, own(x), own(indices), ...extents),
    scatterAdd: (slices, indices, ...extents) =>
      gpuScatterAdd(context, own(slices), own(indices), ...extents),
    scan: (kernel, args, trace) => gpuScan(context, kernel, args, trace),
    scanBackward: (kernel, args, out, cotangents, wants) =>
      gpuScanBackward(context, kernel, args, own(out), cotangents, wants),
    lateralGradient: (records, extents) => gpuLateralGradient(context, records, extents),
    paramGradient: (rows, batch, units) => gpuParamGradient(context, rows, batch, units),
    tensor: (values, shape) => tensor(values, shape, { backend: self }),
    from: async (x) => {
      checkTensor("gpu.from", "x", x);
      if (x.backend === self) return x;
      const storage = self.upload(await x.data());
      return new Tensor(self, storage, x.shape, x.binary);
    },
    get info() {
      return {
        description: adapter.info?.description ?? "",
        vendor: adapter.info?.vendor ?? "",
        limits: device.limits,
        bytesInUse: context.pool.bytesInUse,
        bytesHeld: context.pool.bytesHeld,
        dispatches: context.commands.dispatches,
        pipelines: context.pipelines.count,
        recomputes: context.recomputes,
      };
    },
    trim: () => {
      releaseFills(context);
      context.pool.trim();
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
  return self;
}

/** Options of `webgpu`. */
export interface WebGpuOptions {
  /** Selects one of several GPUs. */
  readonly powerPreference?: "low-power" | "high-performance";
  /** An entry point other than `navigator.gpu`, such as the npm package "webgpu" in Node. */
  readonly gpu?: GPU;
  /**
   * Whether backward passes compute the steps of neurons again (true), or forward passes that are
   * recorded leave what gradients need (false). If missing, a short run finds out, once per adapter
   * and process, whether the driver computes the same bits in both passes; it leaves values where
   * not.
   */
  readonly recompute?: boolean;
}

/** Entry points in use. Node's implementation crashes when nothing refers to it any more. */
const entryPoints = new WeakMap<GPUDevice, GPU>();

const builtIn = (): GPU | undefined => (globalThis.navigator as Navigator | undefined)?.gpu;

const entryPoint = ({ gpu }: WebGpuOptions): GPU | undefined => gpu ?? builtIn();

/** Why the entry point must not be used, if so: it is built into an old Deno. */
const whyNot = (options: WebGpuOptions): string | undefined =>
  entryPoint(options) === builtIn() ? whyNotDeno(denoVersion()) : undefined;

async function findAdapter(options: WebGpuOptions): Promise<GPUAdapter | null> {
  const action = "open a GPU";
  checkOptions(action, options, ["powerPreference", "gpu", "recompute"]);
  const { powerPreference, gpu, recompute } = options;
  if (powerPreference !== undefined) {
    takeOneOf(action, "powerPreference", powerPreference, ["low-power", "high-performance"]);
  }
  if (gpu !== undefined && typeof gpu?.requestAdapter !== "function") {
    refuse(action, "gpu", gpu, "an entry point such as navigator.gpu");
  }
  if (recompute !== undefined) takeFlag(action, "recompute", recompute);
  if (whyNot(options) !== undefined) return null;
  return await entryPoint(options)?.requestAdapter({ powerPreference }) ?? null;
}

async function create(options: WebGpuOptions = {}): Promise<WebGpu> {
  const adapter = await findAdapter(options);
  if (adapter === null) {
    throw new Error(
      whyNot(options) ??
        "Cannot use a GPU: this runtime offers no WebGPU adapter. In Node pass the npm package webgpu as " +
          '"gpu"; on Linux without a GPU install a software Vulkan driver (mesa-vulkan-drivers). ' +
          "Everything works on the CPU as well.",
    );
  }
  const requiredLimits = Object.fromEntries(
    raisedLimits.flatMap((name) => {
      const limit = adapter.limits[name];
      return limit === undefined ? [] : [[name, limit]];
    }),
  );
  const device = await adapter.requestDevice({ requiredLimits });
  const entry = entryPoint(options);
  if (entry !== undefined) entryPoints.set(device, entry);
  const agent = (globalThis.navigator as Navigator | undefined)?.userAgent ?? "";
  const context = new DeviceContext(device, agent.includes("Firefox/"));
  const gpu = backendOf(context, adapter);
  const { vendor, architecture, device: card, description } = adapter.info ?? {};
  context.recomputes = options.recompute ??
    await recomputesExactly(gpu, `${[vendor, architecture, card, description]}`);
  return gpu;
}

/** The type of `webgpu`. */
export interface WebGpuFactory {
  /**
   * Opens a GPU. Each call opens another device, and tensors of two devices do not mix.
   *
   * @throws {Error} if there is no adapter, or Deno is older than 2.6.9.
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if `powerPreference` is another word.
   *
   * @example
   * ```ts
   * import { add } from "@spikeloop/tensor";
   * import { webgpu } from "@spikeloop/webgpu";
   * import { assert } from "@std/assert";
   *
   * if (await webgpu.isSupported()) {
   *   using gpu = await webgpu();
   *   const x = gpu.tensor([[1, 2]]);
   *   assert((await add(x, x).data())[1] === 4);
   * }
   * ```
   */
  (options?: WebGpuOptions): Promise<WebGpu>;
  /** Returns whether there is an adapter, and Deno, if it is that, is not older than 2.6.9. */
  isSupported(options?: WebGpuOptions): Promise<boolean>;
}

/** Opens a GPU: see `WebGpuFactory`. */
export const webgpu: WebGpuFactory = /* @__PURE__ */ Object.assign(create, {
  isSupported: async (options: WebGpuOptions = {}) => await findAdapter(options) !== null,
});
