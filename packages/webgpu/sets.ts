// The parts of shaders that run over several sets of storages, such as the tensors of all layers.
import { spread } from "./commands.ts";

/** Several sets in one grid of workgroups of 64 threads. */
export interface SetGrid {
  /** The number of workgroups along each axis. */
  readonly workgroups: readonly [number, number];
  /** Workgroups per row of the grid, then each set's first workgroup and length. */
  readonly uniforms: readonly number[];
}

/** The grid of sets of these lengths. */
export function setGrid(lengths: readonly number[]): SetGrid {
  let first = 0;
  const places: number[] = [];
  for (const length of lengths) {
    places.push(first, length);
    first += Math.ceil(length / 64);
  }
  const { workgroups, row } = spread(first);
  return { workgroups, uniforms: [row, ...places] };
}

/** Statements that declare `part`, the set of this thread, and `i`, its element there. */
export function findSet(sets: number, from: number): string {
  return `let number = group.y * u(${from}u) + group.x;
  var part = 0u;
  while (part + 1u < ${sets}u && number >= u(${from + 3}u + 2u * part)) { part++; }
  let i = (number - u(${from + 1}u + 2u * part)) * 64u + lane;
  if (i >= u(${from + 2}u + 2u * part)) { return; }`;
}

/** Statements that declare `name`: element `at` of the buffer of this thread's set. */
export function readFromSet(name: string, places: readonly string[], at: string): string {
  const buffers = [...new Set(places)];
  if (buffers.length === 1) return `let ${name} = ${buffers[0]}[${at}];`;
  const cases = buffers.slice(1).map((buffer) => {
    const sets = places.flatMap((p, set) => p === buffer ? [`${set}u`] : []);
    return `case ${sets.join(", ")}: { ${name} = ${buffer}[${at}]; }`;
  });
  return `var ${name} = 0.0;
  switch part { ${cases.join(" ")} default: { ${name} = ${buffers[0]}[${at}]; } }`;
}

/**
 * Cuts sets into runs, of which each fits into a shader: it reads no more than `most` blocks.
 *
 * @param blocksOf The blocks that a set reads.
 */
export function cutSets<S, B>(
  sets: readonly S[],
  most: number,
  blocksOf: (set: S) => readonly B[],
): S[][] {
  const runs: S[][] = [];
  const blocks = new Set<B>();
  for (const set of sets) {
    const run = runs.at(-1);
    const own = blocksOf(set);
    let count = blocks.size;
    own.forEach((block, i) => {
      if (!blocks.has(block) && own.indexOf(block) === i) count++;
    });
    if (run !== undefined && count <= most && run.length < mostSets) run.push(set);
    else {
      runs.push([set]);
      blocks.clear();
    }
    for (const block of own) blocks.add(block);
  }
  return runs;
}

/** The most sets of a shader. */
const mostSets = 64;
