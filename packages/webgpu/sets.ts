// The parts of shaders that run over several sets of storages, such as the tensors of all layers.
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import { nextAssignment } from "./shader.ts";

/** Several sets in one grid of workgroups of 64 threads. */
export interface SetGrid {
  /** The number of workgroups along each axis. */
  readonly workgroups: readonly [number, number];
  /** Workgroups per row of the grid, then each set's first workgroup and length. */
  readonly uniforms: number[];
}

/** The grid of sets of these lengths. */
export function setGrid(lengths: readonly number[]): SetGrid {
  let first = 0;
  const uniforms = [0];
  for (let i = 0; i < lengths.length; i++) {
    uniforms.push(first, lengths[i]);
    first += Math.ceil(lengths[i] / 64);
  }
  const { workgroups, row } = spread(first);
  uniforms[0] = row;
  return { workgroups, uniforms };
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
export function readFromSet(name: string, sources: readonly string[], at: string): string {
  const buffers = [...new Set(sources)];
  if (buffers.length === 1) return `let ${name} = ${buffers[0]}[${at}];`;
  const cases = buffers.slice(1).map((buffer) => {
    const sets = sources.flatMap((p, set) => p === buffer ? [`${set}u`] : []);
    return `case ${sets.join(", ")}: { ${name} = ${buffer}[${at}]; }`;
  });
  return `var ${name} = 0.0;
  switch part { ${cases.join(" ")} default: { ${name} = ${buffers[0]}[${at}]; } }`;
}

/** The most sets of a shader. */
const mostSets = 64;

/**
 * Cuts sets of storages into runs, of which each fits into a shader: it reads no more than `most`
 * buffers.
 *
 * @param storages Those of all sets, one set after another, as many of each.
 * @returns The number of the set after each run.
 */
export function cutSets(storages: readonly GpuStorage[], sets: number, most: number): number[] {
  const ends: number[] = [];
  const each = storages.length / sets;
  let [first, count, assignment] = [0, 0, nextAssignment()];
  const add = (set: number) => {
    for (let i = set * each; i < (set + 1) * each; i++) {
      const { buffer } = storages[i];
      if (buffer.assignment === assignment) continue;
      buffer.assignment = assignment;
      count++;
    }
  };
  for (let set = 0; set < sets; set++) {
    add(set);
    if (set === first || count <= most && set - first < mostSets) continue;
    ends.push(set);
    [first, count, assignment] = [set, 0, nextAssignment()];
    add(set);
  }
  if (sets > 0) ends.push(sets);
  return ends;
}
