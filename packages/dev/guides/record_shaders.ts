import { type WebGpu, webgpu } from "@spikeloop/webgpu";

/**
 * Returns the WGSL that a program has a GPU compile, in order. It runs on a stand-in that accepts
 * everything and computes nothing, so no GPU is needed and nothing can be read back.
 */
export async function recordShaders(program: (gpu: WebGpu) => void): Promise<string[]> {
  const shaders: string[] = [];
  const gpu = await webgpu({ gpu: standIn(shaders), recompute: true });
  program(gpu);
  return shaders;
}

const limits = new Proxy({}, { get: () => 2 ** 28 });
const never = new Promise<never>(() => {});

/** An object all of whose methods give such an object again. */
function anything(known: Readonly<Record<string, unknown>> = {}): unknown {
  return new Proxy(known, {
    get: (_, name) => {
      if (Object.hasOwn(known, name)) return known[String(name)];
      // A promise would be asked for this.
      return name === "then" ? undefined : () => anything();
    },
  });
}

function standIn(shaders: string[]): GPU {
  const createShaderModule = ({ code }: GPUShaderModuleDescriptor) => {
    shaders.push(code);
    return anything({ getCompilationInfo: () => never });
  };
  const popErrorScope = () => Promise.resolve(null);
  const queue = anything();
  const device = anything({ limits, lost: never, queue, createShaderModule, popErrorScope });
  const requestDevice = () => Promise.resolve(device);
  const adapter = anything({ limits, info: {}, features: new Set(), requestDevice });
  return anything({ requestAdapter: () => Promise.resolve(adapter) }) as GPU;
}
