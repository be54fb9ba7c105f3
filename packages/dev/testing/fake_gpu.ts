/** A record of the work that a fake GPU was asked to do. */
export interface FakeGpu {
  /** For `webgpu({ gpu, recompute: true })`. */
  readonly gpu: GPU;
  /** Its device. */
  readonly device: EventTarget;
  /** The workgroups along each axis, by the label of the shader. */
  readonly dispatches: { readonly label: string; readonly workgroups: readonly number[] }[];
  /** How many objects were made that a steady loop should not make. */
  readonly counts: { bindGroups: number; buffers: number; mappings: number; pipelines: number };
  /** The arguments of every `writeBuffer`. */
  readonly writes: unknown[][];
  /** The error that the next error scopes report, by filter. */
  readonly errors: Partial<Record<GPUErrorFilter, string>>;
}

/**
 * A GPU that executes nothing and remembers everything. Reads return zeros.
 *
 * @param options The most threads of a workgroup that its adapter allows; 256 if missing. A device
 * allows more than 256 only where they were asked for.
 */
export function fakeGpu({ invocations = 256 }: { readonly invocations?: number } = {}): FakeGpu {
  const dispatches: FakeGpu["dispatches"] = [];
  const writes: unknown[][] = [];
  const counts = { bindGroups: 0, buffers: 0, mappings: 0, pipelines: 0 };
  const errors: FakeGpu["errors"] = {};
  const scopes: GPUErrorFilter[] = [];
  const limits = {
    maxBufferSize: 2 ** 40,
    maxStorageBufferBindingSize: 2 ** 40,
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupStorageSize: 16384,
  };
  const nothing = () => {};
  const pass = () => {
    let label = "";
    return {
      setPipeline: (pipeline: { label: string }) => label = pipeline.label,
      setBindGroup: nothing,
      dispatchWorkgroups: (...workgroups: number[]) => dispatches.push({ label, workgroups }),
      end: nothing,
    };
  };
  const device = Object.assign(new EventTarget(), {
    limits,
    lost: new Promise(nothing),
    pushErrorScope: (filter: GPUErrorFilter) => void scopes.push(filter),
    popErrorScope: () => {
      const message = errors[scopes.pop() ?? "internal"];
      // As Deno 2.6.9: no promise where there is no error.
      return message === undefined ? null : Promise.resolve({ message });
    },
    createBuffer: ({ size }: { size: number }) => {
      counts.buffers++;
      return {
        destroy: nothing,
        unmap: nothing,
        mapAsync: () => {
          counts.mappings++;
          return Promise.resolve();
        },
        getMappedRange: (_ = 0, bytes = size) => new ArrayBuffer(bytes),
      };
    },
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: () => ({}),
    createComputePipeline: ({ label }: { label: string }) => {
      counts.pipelines++;
      return { label };
    },
    createBindGroup: () => {
      counts.bindGroups++;
      return {};
    },
    createCommandEncoder: () => ({
      beginComputePass: pass,
      copyBufferToBuffer: nothing,
      clearBuffer: nothing,
      finish: () => ({}),
    }),
    destroy: nothing,
    queue: { submit: nothing, writeBuffer: (...args: unknown[]) => void writes.push(args) },
  });
  const most = {
    maxComputeInvocationsPerWorkgroup: invocations,
    maxComputeWorkgroupSizeX: invocations,
  };
  const adapter = {
    limits: { ...limits, ...most },
    info: {},
    requestDevice: ({ requiredLimits }: GPUDeviceDescriptor = {}) => {
      Object.assign(limits, requiredLimits);
      return Promise.resolve(device);
    },
  };
  const gpu = { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;
  return { gpu, device, dispatches, counts, writes, errors };
}
