// Backpropagation through time, written by hand in double precision from the equations alone. Tests
// compare the gradients of every kernel with it. It shares no code with the packages.

/** A row of units. */
type Row = number[];

/** The equations of a population in groups of P units; P is 0 if units are not connected. */
export interface Equations {
  readonly model: "if" | "lif" | "cuba";
  readonly units: number;
  readonly group: number;
  /** The steps that a spike takes to arrive, d. */
  readonly delay: number;
  readonly vDecay: number;
  readonly cDecay: number;
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  /** h'(u) */
  readonly slope: (u: number) => number;
}

/**
 * The inputs of one row of a batch: x [T][D], the state before, and the weights; row d holds the
 * weights to unit d. The lateral currents are those of the next d steps, one after another.
 */
export interface RowInputs {
  readonly x: readonly Row[];
  readonly v: Row;
  readonly c: Row;
  readonly lateral: Row;
  readonly weight: Row;
  readonly bias: Row;
}

/** One number per result: spikes [T][D], and the state after the last step. */
export interface Results {
  readonly spikes: Row[];
  readonly v: Row;
  readonly c: Row;
  readonly lateral: Row;
}

/** The gradients of Σ results · cotangents; one per unit for parameters. */
export type Gradients = RowInputs & Record<"vDecay" | "cDecay" | "vThreshold" | "vReset", Row>;

/** A row's results, the gradients, and the smallest distance of a membrane to its threshold. */
export interface RowRun {
  readonly results: Results;
  readonly gradients: (cotangents: Results) => Gradients;
  /**
   * |u| of the unit that came closest to firing or not, and of those that came close to `edges` of
   * the slope.
   */
  readonly margin: number;
}

/** Runs a row; `edges` are the |u| at which the slope jumps. */
export function runRow(e: Equations, inputs: RowInputs, edges: readonly number[]): RowRun {
  const { model, group: P, vThreshold, vReset, delay } = e;
  const vDecay = model === "if" ? 1 : e.vDecay;
  const first = (d: number) => P === 0 ? 0 : d - d % P;
  const steps: { v: Row; c: Row; u: Row; s: Row }[] = [];
  let { v, c } = inputs;
  const lateral = [...inputs.lateral];
  let margin = Infinity;
  for (const x of inputs.x) {
    const arrived = lateral.splice(0, P === 0 ? 0 : e.units);
    const arrives = x.map((xd, d) => xd + (P === 0 ? 0 : arrived[d]));
    const current = model === "cuba" ? arrives.map((a, d) => e.cDecay * c[d] + a) : arrives;
    const u = current.map((a, d) => vDecay * v[d] + a);
    const s = u.map((ud) => ud - vThreshold >= 0 ? 1 : 0);
    steps.push({ v, c, u, s });
    for (const ud of u) {
      const z = Math.abs(ud - vThreshold);
      margin = Math.min(margin, z, ...edges.map((edge) => Math.abs(z - edge)));
    }
    v = u.map((ud, d) =>
      vReset === null ? ud - s[d] * vThreshold : (1 - s[d]) * ud + s[d] * vReset
    );
    if (model === "cuba") c = current;
    if (P > 0) {
      s.forEach((_, j) => {
        let sum = inputs.bias[j];
        for (let k = 0; k < P; k++) sum += inputs.weight[j * P + k] * s[first(j) + k];
        lateral.push(sum);
      });
    }
  }
  const results = { spikes: steps.map((step) => step.s), v, c, lateral };

  function gradients(g: Results): Gradients {
    const weight = inputs.weight.map(() => 0);
    const bias = inputs.bias.map(() => 0);
    const none = () => new Array<number>(e.units).fill(0);
    const total = { vDecay: none(), cDecay: none(), vThreshold: none(), vReset: none() };
    let [gv, gc] = [[...g.v], [...g.c]];
    const gLateral = [...g.lateral];
    const x: Row[] = [];
    for (let t = steps.length - 1; t >= 0; t--) {
      const { v, c, u, s } = steps[t];
      const gs = [...g.spikes[t]];
      const glat = gLateral.splice((delay - 1) * e.units);
      for (let j = 0; P > 0 && j < e.units; j++) {
        bias[j] += glat[j];
        for (let k = 0; k < P; k++) {
          weight[j * P + k] += glat[j] * s[first(j) + k];
          gs[first(j) + k] += inputs.weight[j * P + k] * glat[j];
        }
      }
      const gu = u.map((ud, d) => {
        if (!e.detachReset) gs[d] += (vReset === null ? -vThreshold : vReset - ud) * gv[d];
        if (vReset === null) total.vThreshold[d] -= s[d] * gv[d];
        else total.vReset[d] += s[d] * gv[d];
        const through = gs[d] * e.slope(ud - vThreshold);
        total.vThreshold[d] -= through;
        return (vReset === null ? gv[d] : (1 - s[d]) * gv[d]) + through;
      });
      gu.forEach((gud, d) => {
        total.vDecay[d] += gud * v[d];
        gv[d] = gud * vDecay;
      });
      const gx = model === "cuba" ? gu.map((gud, d) => gc[d] + gud) : gu;
      if (model === "cuba") {
        gx.forEach((gxd, d) => total.cDecay[d] += gxd * c[d]);
        gc = gx.map((gxd) => gxd * e.cDecay);
      }
      if (P > 0) gLateral.unshift(...gx);
      x.unshift(gx);
    }
    return { x, v: gv, c: gc, lateral: gLateral, weight, bias, ...total };
  }
  return { results, gradients, margin };
}
