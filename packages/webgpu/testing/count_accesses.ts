// Counts the accesses to memory of a shader from its text. Integers are computed as they stand in
// the text, in every thread of a workgroup; everything else is skipped, so indices may depend on
// nothing but uniforms and the place of a thread.

/** The accesses of a workgroup to memory. */
export interface Accesses {
  /** The numbers that are read from storage buffers. */
  numbers: number;
  /** The instructions that read them, of all threads. */
  loads: number;
  /** The accesses to workgroup memory, of 32 threads each. */
  shared: number;
  /** The times that such an access waits for another part of itself, at the same bank. */
  conflicts: number;
}

/** The place of an access in the text, and the index in every thread of its n-th execution. */
interface Access {
  readonly buffer: string;
  readonly indices: Map<number, number>;
}

/** The threads that run in step, and the banks of workgroup memory. */
const [warp, banks] = [32, 32];

/** Splits a body into statements and braces; the semicolons of a `for` stay inside. */
function statementsOf(body: string): string[] {
  const statements: string[] = [];
  let [from, depth] = [0, 0];
  for (let i = 0; i < body.length; i++) {
    const c = body[i];
    if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    else if (depth === 0 && (c === ";" || c === "{" || c === "}")) {
      statements.push(body.slice(from, c === "{" ? i + 1 : i).trim());
      if (c === "}") statements.push("}");
      from = i + 1;
    }
  }
  return statements.filter((s) => s !== "");
}

/** The end of a bracket that opens at `at`. */
function closingOf(text: string, at: number): number {
  for (let i = at, depth = 0; i < text.length; i++) {
    if (text[i] === "[") depth++;
    if (text[i] === "]" && --depth === 0) return i;
  }
  return text.length;
}

/** JavaScript that runs a thread, with integers as BigInt. `access(site, index)` is called. */
function translate(body: string, buffers: readonly string[], sites: string[]): string {
  const integers = new Set(["lane", "group"]);
  const term = (text: string) => text.replace(/\b(\d+)u?\b/g, "$1n");
  const isInteger = (text: string) =>
    !/\d\.\d/.test(text) &&
    [...text.matchAll(/\b[a-z_]\w*/gi)].every(([name]) =>
      integers.has(name) || ["u", "x", "y", "z", "min"].includes(name)
    );
  const accesses = (text: string): string[] =>
    [...text.matchAll(/\b(\w+)\[/g)].flatMap((match) => {
      if (!buffers.includes(match[1])) return [];
      const open = match.index + match[0].length - 1;
      const site = sites.push(match[1]) - 1;
      return [`access(${site}, ${term(text.slice(open + 1, closingOf(text, open)))});`];
    });
  return statementsOf(body.replace(/\/\/.*/g, "")).map((statement) => {
    const opens = statement.endsWith("{") ? "{" : "";
    const loop = statement.match(/^for \(var (\w+) = (.*)\) \{$/);
    if (loop !== null) {
      integers.add(loop[1]);
      return `for (let ${loop[1]} = ${term(loop[2])}) {`;
    }
    if (statement === "}" || statement === "{" || statement.startsWith("else")) return statement;
    if (statement.startsWith("return")) return "return;";
    const condition = statement.match(/^if \((.*)\) \{$/);
    if (condition !== null && isInteger(condition[1])) return `if (${term(condition[1])}) {`;
    const declared = statement.match(/^(?:let|var) (\w+) = (.*)$/);
    if (declared !== null && !/\[/.test(declared[2]) && isInteger(declared[2])) {
      integers.add(declared[1]);
      return `let ${declared[1]} = ${term(declared[2])};`;
    }
    const assigned = statement.match(/^(\w+) [-+*/]?= (.*)$/);
    if (assigned !== null && integers.has(assigned[1])) return `${term(statement)};`;
    return accesses(statement).join(" ") + opens;
  }).join("\n");
}

/** How often the parts of an access of up to 32 threads wait for one another. */
function conflictsOf(indices: readonly number[], words: number): number {
  let waits = 0;
  const together = warp / words;
  for (let from = 0; from < indices.length; from += together) {
    const perBank = new Map<number, Set<number>>();
    for (const index of indices.slice(from, from + together)) {
      for (let w = 0; w < words; w++) {
        const word = index * words + w;
        const bank = perBank.get(word % banks) ?? new Set();
        perBank.set(word % banks, bank.add(word));
      }
    }
    waits += Math.max(1, ...[...perBank.values()].map((bank) => bank.size)) - 1;
  }
  return waits;
}

/** Counts the accesses of one workgroup of a shader. */
export function countAccesses(
  text: string,
  uniforms: readonly number[],
  group: readonly [x: number, y: number] = [0, 0],
): Accesses {
  const types = new Map<string, { isShared: boolean; words: number }>();
  for (const [, space, name, type] of text.matchAll(/var<(\w+)[^>]*> (\w+): array<(\w+)/g)) {
    const isNumbers = space === "workgroup" || space === "storage";
    if (isNumbers) {
      types.set(name, { isShared: space === "workgroup", words: type === "f32" ? 1 : 4 });
    }
  }
  const threads = Number(text.match(/@workgroup_size\((\d+)\)/)?.[1]);
  const body = text.slice(text.indexOf("{", text.indexOf("fn main(")) + 1, text.lastIndexOf("}"));
  const sites: string[] = [];
  const code = translate(body, [...types.keys()], sites);
  const run = new Function("lane", "group", "u", "min", "access", code);
  const u = (i: bigint) => BigInt(uniforms[Number(i)]);
  const min = (a: bigint, b: bigint) => a < b ? a : b;
  const place = { x: BigInt(group[0]), y: BigInt(group[1]), z: 0n };
  const counts: Accesses = { numbers: 0, loads: 0, shared: 0, conflicts: 0 };
  for (let first = 0; first < threads; first += warp) {
    const all = new Map<string, Access>();
    for (let lane = first; lane < Math.min(threads, first + warp); lane++) {
      const turns = new Map<number, number>();
      run(BigInt(lane), place, u, min, (site: number, index: bigint) => {
        const turn = turns.get(site) ?? 0;
        turns.set(site, turn + 1);
        const key = `${site}/${turn}`;
        const access = all.get(key) ?? { buffer: sites[site], indices: new Map() };
        all.set(key, access);
        access.indices.set(lane, Number(index));
      });
    }
    for (const { buffer, indices } of all.values()) {
      const { isShared, words } = types.get(buffer) ?? { isShared: false, words: 1 };
      if (isShared) {
        counts.shared++;
        counts.conflicts += conflictsOf([...indices.values()], words);
      } else if (!buffer.startsWith("result")) {
        counts.loads += indices.size;
        counts.numbers += indices.size * words;
      }
    }
  }
  return counts;
}
