import type { CompleteBackend, Shape, Storage } from "@spikeloop/backend";
import { type NestedNumbers, Tensor, tensor } from "@spikeloop/tensor";
import { DeviceContext, lostError } from "./device.ts";
import { fill, map } from "./map.ts";
import { matmul } from "./matmul.ts";
import { gather, scatter } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { paramGradient, weightGradient } from "./lateral_gradient.ts";
import { scan } from "./scan_forward.ts";
import { scanBackward } from "./scan_backward.ts";

/** What a GPU is and has done. */
export interface GpuInfo {
  /** What the driver says it is. */
  readonly description: string;
  /** Its maker, as the driver says. */
  readonly vendor: string;
  /** What it can hold and run at once. */
  readonly limits: GPUSupportedLimits;
  /** Bytes that tensors hold now. */
  readonly bytesInUse: number;
  /** Bytes of all buffers, those kept for reuse included. */
  readonly bytesHeld: number;
  /** Compute dispatches so far. */
  readonly dispatches: number;
  /** Different compiled shaders so far. */
  readonly pipelines: number;
}

/** A GPU as a backend: tensors made with it stay on it, and every function of tensors works on them. */
export interface WebGpu extends CompleteBackend, Disposable {
  /** A tensor of nested numbers, or of a Float32Array with a shape, on this GPU. */
  tensor(values: NestedNumbers | Float32Array, shape?: Shape): Tensor;
  /** A copy of a tensor on this GPU; a tensor that is here already is returned as it is. */
  from(x: Tensor): Promise<Tensor>;
  /** What it is and has done; read anew at each access. */
  readonly info: GpuInfo;
  /** The device, for interoperation. */
  readonly device: GPUDevice;
  /** Destroys buffers that are kept for reuse. */
  trim(): void;
  /** Gives back everything; tensors on this GPU cannot be used afterwards. */
  dispose(): void;
}

let made = 0;

/** A backend over a device. */
function backendOf(device: GPUDevice, adapter: GPUAdapter): WebGpu {
  const context = new DeviceContext(device);
  const name = made++ === 0 ? "webgpu" : `webgpu ${made}`;
  const dispose = () => context.close();
  device.lost.then(({ message, reason }) => context.end(lostError(message, reason)));
  const own = (s: Storage) => context.own(s);
  const self: WebGpu = {
    name,
    device,
    upload: (data) => {
      const [storage] = context.allocate([data.length]);
      context.commands.write(storage, data);
      return storage;
    },
    fill: (length, value) => fill(context, length, value),
    read: async (storage) => await context.read(own(storage)),
    release: (storage) => context.release(own(storage)),
    openScope: () => context.openScope(),
    closeScope: (keep) => context.closeScope(keep),
    keep: (storage) => context.keep(own(storage)),
    map: (kernel, operands, shape) => map(context, kernel, operands, shape),
    reduce: (op, x, outer, axis, inner) => reduce(context, op, own(x), outer, axis, inner),
    matmul: (spec, a, b) => matmul(context, spec, own(a), own(b)),
    gather: ({ storage, ...window }) => gather(context, own(storage), window),
    scatter: (length, parts) =>
      scatter(context, length, parts.map(({ data, into }) => ({ data: own(data), into }))),
    scan: (kernel, args, trace) => scan(context, kernel, args, trace),
    scanBackward: (kernel, args, out, cotangents, wants) =>
      scanBackward(context, kernel, args, own(out), cotangents, wants),
    lateralGradient: (records, extents) =>
      weightGradient(
        context,
        records.map((r) => ({ lateral: own(r.lateral), out: own(r.out) })),
        extents,
      ),
    paramGradient: (rows, batch, units) => paramGradient(context, rows.map(own), batch, units),
    tensor: (values, shape) => tensor(values, shape, { backend: self }),
    from: async (x) => {
      if (x.backend === self) return x;
      const storage = self.upload(await x.data());
      return new Tensor(self, storage, x.shape, { binary: x.binary });
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
      };
    },
    trim: () => {
      context.commands.flush();
      context.pool.trim();
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
  return self;
}

/** What `webgpu` takes. */
export interface WebGpuOptions {
  /** Which GPU to take where there are two. */
  readonly powerPreference?: "low-power" | "high-performance";
  /** An entry point other than `navigator.gpu`, such as that of the npm package "webgpu" in Node. */
  readonly gpu?: GPU;
}

/** The limits that a device may have raised above the guaranteed ones, where the adapter allows. */
const raised = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/** Entry points in use. Node's implementation ends, with a crash, when nobody refers to it any more. */
const entryPoints = new WeakMap<GPUDevice, GPU>();

const entryPoint = ({ gpu }: WebGpuOptions): GPU | undefined =>
  gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;

async function findAdapter(options: WebGpuOptions): Promise<GPUAdapter | null> {
  const { powerPreference } = options;
  return await entryPoint(options)?.requestAdapter({ powerPreference }) ?? null;
}

async function create(options: WebGpuOptions = {}): Promise<WebGpu> {
  const adapter = await findAdapter(options);
  if (adapter === null) {
    throw new Error(
      "Cannot use a GPU: this runtime offers no WebGPU adapter. In Node pass the npm package webgpu as " +
        '"gpu"; on Linux without a GPU install a software Vulkan driver (mesa-vulkan-drivers). ' +
        "Everything works on the CPU as well.",
    );
  }
  const requiredLimits = Object.fromEntries(raised.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  const entry = entryPoint(options);
  if (entry !== undefined) entryPoints.set(device, entry);
  return backendOf(device, adapter);
}

/** The function `webgpu`, with the question whether it can work here. */
export interface WebGpuFactory {
  /**
   * Opens a GPU. Each call opens another one: their tensors do not mix.
   *
   * @throws {Error} if there is no adapter.
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
  /** Whether there is an adapter. */
  isSupported(options?: WebGpuOptions): Promise<boolean>;
}

/** Opens a GPU: see `WebGpuFactory`. */
export const webgpu: WebGpuFactory = /* @__PURE__ */ Object.assign(create, {
  isSupported: async (options: WebGpuOptions = {}) => await findAdapter(options) !== null,
});
