/** The resources of one processor of a GPU. */
export interface Processor {
  /** Warps: 32 threads each. */
  readonly warps: number;
  readonly workgroups: number;
  readonly registers: number;
  /** Bytes of workgroup memory. */
  readonly bytes: number;
}

/** Two kinds of NVIDIA's: of consumer cards (8.6), and of data centres (9.0). */
export const processors: readonly Processor[] = [
  { warps: 48, workgroups: 16, registers: 65536, bytes: 102400 },
  { warps: 64, workgroups: 32, registers: 65536, bytes: 233472 },
];

/** The resources that a workgroup takes. */
export interface WorkgroupNeeds {
  readonly threads: number;
  /** Registers per thread. */
  readonly registers: number;
  /** Bytes of workgroup memory. */
  readonly bytes: number;
}

/** The bytes that a processor takes of its workgroup memory for itself, per workgroup. */
const ownBytes = 1024;

/**
 * The share of a processor's warps that can be there at a time: the more, the better it hides the
 * memory's latency. Registers go to warps by 256.
 */
export function occupancy(processor: Processor, needs: WorkgroupNeeds): number {
  const warps = Math.ceil(needs.threads / 32);
  const registersPerWarp = Math.ceil(needs.registers * 32 / 256) * 256;
  const workgroups = Math.min(
    processor.workgroups,
    Math.floor(processor.warps / warps),
    Math.floor(Math.floor(processor.registers / registersPerWarp) / warps),
    Math.floor(processor.bytes / (needs.bytes + ownBytes)),
  );
  return workgroups * warps / processor.warps;
}
