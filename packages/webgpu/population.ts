// How a population of units maps to threads, and the parts of a shader that both passes of a scan share.
import { type Expr, inputNames } from "@spikeloop/expr";
import type { ScanArgs, ScanKernel } from "@spikeloop/tensor";
import type { GpuStorage } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { spread } from "./dispatch.ts";

/** A population's weights stay in registers up to this size. */
const registerWeights = 32;

/** One thread per unit; a workgroup holds as many whole populations as fit. */
export interface Layout {
  /** Units per population; 1 where units are not connected. */
  readonly population: number;
  /** Whether they are connected. */
  readonly connected: boolean;
  /** Threads per workgroup. */
  readonly threads: number;
  /** Populations per workgroup. */
  readonly perGroup: number;
  /** Workgroups. */
  readonly groups: [number, number];
  /** Workgroups per row of the grid. */
  readonly row: number;
}

/**
 * The layout of a scan.
 *
 * @throws {RangeError} if a population is larger than a workgroup may be.
 */
export function layoutOf(context: DeviceContext, kernel: ScanKernel, args: ScanArgs): Layout {
  const connected = args.group > 0;
  const population = Math.max(args.group, 1);
  const limit = Math.min(
    context.device.limits.maxComputeInvocationsPerWorkgroup,
    context.device.limits.maxComputeWorkgroupSizeX,
  );
  if (population > limit) {
    throw new RangeError(
      `Cannot run neuron "${kernel.name}" on this GPU: a population has ${population} units, ` +
        `maxComputeInvocationsPerWorkgroup allows ${limit}`,
    );
  }
  const threads = population <= 64 ? 64 : population <= 128 ? 128 : limit;
  const perGroup = Math.floor(threads / population);
  const count = args.batch * args.units / population;
  return { population, connected, threads, perGroup, ...spread(Math.ceil(count / perGroup)) };
}

/** The storages that both passes read, and where each is bound. */
export interface ScanInputs {
  /** In order of binding. */
  readonly storages: readonly GpuStorage[];
  /** The index of x, the states, the lateral current, weight, bias, noise and parameters; -1 for a number. */
  readonly x: number;
  readonly states: readonly number[];
  readonly lateral: number;
  readonly weight: number;
  readonly bias: number;
  readonly noise: readonly number[];
  readonly params: readonly number[];
}

/** Numbers the storages of a scan. */
export function scanInputs(context: DeviceContext, args: ScanArgs): ScanInputs {
  const storages: GpuStorage[] = [];
  const put = (s: Parameters<DeviceContext["own"]>[0] | number | undefined) =>
    s === undefined || typeof s === "number" ? -1 : storages.push(context.own(s)) - 1;
  return {
    storages,
    x: put(args.x),
    states: args.state.map(put),
    lateral: put(args.lateral),
    weight: put(args.weight),
    bias: put(args.bias),
    noise: args.noise.map(put),
    params: args.params.map(put),
  };
}

/** How a shader writes the elements of a scan's inputs. */
export class ScanText {
  readonly #inputs: ScanInputs;
  readonly #places: readonly string[];
  readonly layout: Layout;
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  /** Where the uniforms after the offsets start. */
  readonly base: number;

  /** Text for inputs that lie at `places`; `base` uniforms hold offsets. */
  constructor(
    kernel: ScanKernel,
    args: ScanArgs,
    layout: Layout,
    inputs: ScanInputs,
    places: readonly string[],
    base: number,
  ) {
    this.kernel = kernel;
    this.args = args;
    this.layout = layout;
    this.#inputs = inputs;
    this.#places = places;
    this.base = base;
  }

  /** An element of an input. */
  read(input: number, at: string): string {
    return `${this.#places[input]}[u(${input}u) + ${at}]`;
  }

  /** T, and N · D, as uniforms. */
  get steps(): string {
    return `u(${this.base}u)`;
  }

  /** N · D. */
  get size(): string {
    return `u(${this.base + 1}u)`;
  }

  /** Loads the parameters that are used, and the unit's own weights and bias. */
  prologue(roots: readonly Expr[]): string[] {
    const { layout, kernel, args, base } = this;
    const used = new Set(inputNames(roots));
    const { population: p, perGroup } = layout;
    const lines = [
      `let slot = lane / ${p}u;`,
      `let unit = lane % ${p}u;`,
      `let population = (group.y * u(${base + 3}u) + group.x) * ${perGroup}u + slot;`,
      `let alive = slot < ${perGroup}u && population * ${p}u < ${this.size};`,
      `let e = select(0u, population * ${p}u + unit, alive);`,
      `let d = e % u(${base + 2}u);`,
    ];
    kernel.params.forEach((name, i) => {
      if (!used.has(name)) return;
      const param = args.params[i];
      const text = typeof param === "number"
        ? `uf(${base + 4 + i}u)`
        : this.read(this.#inputs.params[i], param.length === 1 ? "0u" : "d");
      lines.push(`let ${this.param(i)} = ${text};`);
    });
    return lines;
  }

  /** The name of a parameter's value. */
  param(i: number): string {
    return `p${i}`;
  }

  /** An element of x at `at`, without the lateral current. */
  x(at: string): string {
    return this.read(this.#inputs.x, at);
  }

  /** The term of an input slot of the step's expressions; `state` names the states, `at` the element of sequences. */
  slot(name: string, state: (i: number) => string, at: string): string {
    const { kernel } = this;
    const own = kernel.states.indexOf(name);
    if (own >= 0) return state(own);
    const param = kernel.params.indexOf(name);
    if (param >= 0) return this.param(param);
    const noise = kernel.noise.indexOf(name);
    if (noise >= 0) return this.read(this.#inputs.noise[noise], at);
    return "x";
  }

  /** A state before the first step. */
  initialState(i: number): string {
    return this.read(this.#inputs.states[i], "e");
  }

  /** The lateral current before the first step. */
  get initialLateral(): string {
    return this.read(this.#inputs.lateral, "e");
  }

  /** Whether a unit's weights are kept in registers. */
  get keepsWeights(): boolean {
    return this.layout.population <= registerWeights;
  }

  /** Loads the bias, and the weights to this unit (or from it) where they fit. */
  loadWeights(direction: "to" | "from"): string[] {
    const lines = direction === "to" ? [`let bias = ${this.read(this.#inputs.bias, "d")};`] : [];
    if (!this.keepsWeights) return lines;
    for (let k = 0; k < this.layout.population; k++) {
      lines.push(`let ${direction}${k} = ${this.#weight(direction, `${k}u`)};`);
    }
    return lines;
  }

  #weight(direction: "to" | "from", k: string): string {
    const p = `${this.layout.population}u`;
    const at = direction === "to" ? `d * ${p} + ${k}` : `(d - unit + ${k}) * ${p} + unit`;
    return this.read(this.#inputs.weight, at);
  }

  /** Statements that add to `sum` the weighted `source(k)` of all units of the population. */
  weightedSum(direction: "to" | "from", source: (k: string) => string): string {
    const p = this.layout.population;
    if (this.keepsWeights) {
      return Array.from({ length: p }, (_, k) => `sum += ${direction}${k} * ${source(`${k}u`)};`)
        .join(" ");
    }
    return `for (var k = 0u; k < ${p}u; k++) { sum += ${this.#weight(direction, "k")} * ${
      source("k")
    }; }`;
  }
}

/** T, N · D, D, workgroups per row, then the parameters that are numbers. */
export function scanUniforms(args: ScanArgs, layout: Layout): number[] {
  return [
    args.steps,
    args.batch * args.units,
    args.units,
    layout.row,
    ...args.params.map((p) => typeof p === "number" ? floatBits(p) : 0),
  ];
}

/** What else tells one scan's shader from another's with the same kernel. */
export function scanKey(args: ScanArgs): string {
  const params = args.params.map((p) => typeof p === "number" ? "n" : p.length === 1 ? "s" : "u");
  return `${args.group}/${params.join("")}`;
}
