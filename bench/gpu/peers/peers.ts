// The libraries that multiply matrices on a GPU in a browser. They are loaded from the folder of
// packages that the page serves; their used parts are typed here.
import { matmul } from "@spikeloop/tensor";
import { webgpu } from "@spikeloop/webgpu";
import { onnxMatmul } from "./onnx_matmul.ts";

/** Products of two given matrices. */
export interface Product {
  /** Starts one. */
  run(): void | Promise<void>;
  /** Waits for all that were started; returns the last one's numbers if they are wanted. */
  settle(wantsNumbers?: boolean): Promise<ArrayLike<number> | undefined>;
}

/** Extents of a product, and its factors [m, k] and [k, n]. */
export interface Factors {
  readonly extents: readonly [m: number, k: number, n: number];
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A library. */
export interface Peer {
  /** Puts factors on the GPU. */
  prepare(factors: Factors): Promise<Product>;
}

/** The address of a file of a package. */
const file = (path: string) => `/peers/${path}`;

async function spikeloop(): Promise<Peer> {
  const gpu = await webgpu({ powerPreference: "high-performance" });
  return {
    prepare: ({ extents: [m, k, n], a, b }) => {
      const [x, y] = [gpu.tensor(a, [m, k]), gpu.tensor(b, [k, n])];
      const last = gpu.tensor([0]);
      const settle = async (wantsNumbers = false) =>
        wantsNumbers ? await matmul(x, y).data() : void await last.data();
      return Promise.resolve({ run: () => gpu.release?.(matmul(x, y).storage), settle });
    },
  };
}

/** The used part of jax-js. An array is given away where it is used, but for `ref`. */
interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): void;
  blockUntilReady(arrays: readonly JaxArray[]): Promise<unknown>;
  readonly numpy: {
    array(numbers: Float32Array): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
  };
}

async function jax(): Promise<Peer> {
  const jax: Jax = await import(file("@jax-js/jax/dist/index.js"));
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const np = jax.numpy;
  return {
    prepare: async ({ extents: [m, k, n], a, b }) => {
      const [x, y] = [np.array(a).reshape([m, k]), np.array(b).reshape([k, n])];
      await jax.blockUntilReady([x.ref, y.ref]);
      const started: JaxArray[] = [];
      return {
        run: () => void started.push(np.matmul(x.ref, y.ref)),
        settle: async (wantsNumbers = false) => {
          if (wantsNumbers) return await np.matmul(x.ref, y.ref).data();
          await jax.blockUntilReady(started);
          for (const array of started) array.dispose();
          started.length = 0;
          return undefined;
        },
      };
    },
  };
}

/** The used part of tfjs. */
interface TfTensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor2d(numbers: Float32Array, shape: readonly number[]): TfTensor;
  tensor1d(numbers: readonly number[]): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  neg(x: TfTensor): TfTensor;
}

async function tfjs(): Promise<Peer> {
  await import(file("@tensorflow/tfjs/dist/tf.min.js"));
  await import(file("@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js"));
  const { tf } = globalThis as unknown as { tf: Tf };
  await tf.setBackend("webgpu");
  await tf.ready();
  return {
    prepare: ({ extents: [m, k, n], a, b }) => {
      const [x, y] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
      const one = tf.tensor1d([1]);
      return Promise.resolve({
        run: () => tf.matMul(x, y).dispose(),
        settle: async (wantsNumbers = false) => {
          const last = wantsNumbers ? tf.matMul(x, y) : tf.neg(one);
          const numbers = await last.data();
          last.dispose();
          return numbers;
        },
      });
    },
  };
}

/** The used part of ONNX Runtime Web. */
interface OrtTensor {
  getData(): Promise<Float32Array>;
  dispose(): void;
}
interface Ort {
  readonly env: {
    readonly wasm: { wasmPaths: string; numThreads: number };
    readonly webgpu: { powerPreference?: string; readonly device: Promise<GPUDevice> | GPUDevice };
  };
  readonly Tensor: {
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: string; dims: number[] }): OrtTensor;
  };
  readonly InferenceSession: {
    create(model: Uint8Array, options: unknown): Promise<{
      run(feeds: Readonly<Record<string, OrtTensor>>): Promise<{ readonly c: OrtTensor }>;
    }>;
  };
}

async function ort(): Promise<Peer> {
  const ort: Ort = await import(file("onnxruntime-web/dist/ort.webgpu.min.mjs"));
  ort.env.wasm.wasmPaths = file("onnxruntime-web/dist/");
  ort.env.wasm.numThreads = 1;
  ort.env.webgpu.powerPreference = "high-performance";
  return {
    prepare: async ({ extents: [m, k, n], a, b }) => {
      const session = await ort.InferenceSession.create(onnxMatmul(m, k, n), {
        executionProviders: ["webgpu"],
        preferredOutputLocation: "gpu-buffer",
      });
      const device = await ort.env.webgpu.device;
      const put = (numbers: Float32Array, dims: number[]) => {
        const size = Math.ceil(numbers.byteLength / 16) * 16;
        const buffer = device.createBuffer({ size, usage: 0x8c });
        device.queue.writeBuffer(buffer, 0, new Uint8Array(numbers.slice().buffer));
        return ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims });
      };
      const feeds = { a: put(a, [m, k]), b: put(b, [k, n]) };
      return {
        run: async () => (await session.run(feeds)).c.dispose(),
        settle: async (wantsNumbers = false) => {
          if (wantsNumbers) return await (await session.run(feeds)).c.getData();
          await device.queue.onSubmittedWorkDone();
          return undefined;
        },
      };
    },
  };
}

/** All libraries; loading one that is not installed rejects. */
export const peers: Readonly<Record<string, () => Promise<Peer>>> = {
  "Spikeloop": spikeloop,
  "jax-js": jax,
  "tfjs": tfjs,
  "ONNX Runtime Web": ort,
};
