// Runs in the browser: measures all libraries at all shapes.
import { type Effort, secondsPerRun } from "../seconds_per_run.ts";
import { type Peer, peers } from "./peers.ts";

/** Extents of a product. */
export type Extents = readonly [m: number, k: number, n: number];

/** The measured products. */
export interface Measured {
  /** The adapter's words about itself. */
  readonly adapter: string;
  /** Per library seconds per product, one per extents, or why there is none. */
  readonly rows: Readonly<Record<string, readonly (number | string)[]>>;
}

/** Small integers, whose products are exact in any order. */
const integers = (length: number, factor: number) =>
  Float32Array.from({ length }, (_, i) => i * factor % 7 - 3);

/**
 * Returns the seconds of a product.
 *
 * @throws {Error} if its numbers are wrong.
 */
async function secondsOf(peer: Peer, extents: Extents, effort: Effort): Promise<number> {
  const [m, k, n] = extents;
  const [a, b] = [integers(m * k, 5), integers(k * n, 3)];
  const product = await peer.prepare({ extents, a, b });
  const numbers = await product.settle(true);
  for (const e of [0, m * n - 1, Math.floor(m * n / 2)]) {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += a[Math.floor(e / n) * k + l] * b[l * n + e % n];
    if (numbers?.[e] !== sum) throw new Error(`element ${e} is ${numbers?.[e]}, expected ${sum}`);
  }
  return await secondsPerRun(
    { run: product.run, settle: async () => void await product.settle() },
    effort,
  );
}

/** Measures every library at every shape. */
export async function measure(shapes: readonly Extents[], effort: Effort): Promise<Measured> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const info = adapter?.info;
  const rows: Record<string, (number | string)[]> = {};
  for (const [name, load] of Object.entries(peers)) {
    try {
      const peer = await load();
      rows[name] = [];
      for (const extents of shapes) {
        rows[name].push(await secondsOf(peer, extents, effort).catch((error) => `${error}`));
      }
    } catch (error) {
      rows[name] = shapes.map(() => `${error}`);
    }
  }
  return { adapter: [info?.vendor, info?.architecture, info?.description].join(" ").trim(), rows };
}
