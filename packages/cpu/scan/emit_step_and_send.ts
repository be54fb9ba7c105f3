// One time step of a slab of connected units in a single pass: a few populations per turn. Their units charge and fire
// as vectors, and their spikes stay in a register, by which the current they send is looked up.
import { type Code, f32x4, type Func, i32, i32x4, v128, when } from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import { rowOffset } from "./emit_send.ts";
import { fireTurn, stepArrays, stepParams } from "./emit_step.ts";
import { namedFunc, packMasks, times } from "./func.ts";
import { storeUnits } from "./populations.ts";
import type { PerUnit } from "./slab_arrays.ts";
import type { Wiring } from "./wiring.ts";

/** Units per turn: fewer leave a turn with little to do, and the spikes of more don't fit a register. */
const [fewestUnits, mostUnits] = [12, 28];

/**
 * How many populations make a turn of whole vectors; 0 where no number will do. A slab's last turn reaches past its end
 * by all of them but one, and there is room for 15 units. As a power of 2 it divides what slabs are aligned to.
 */
export function populationsPerTurn({ form, group }: Wiring): number {
  if (form !== "table") return 0;
  for (let pops = 1; pops <= 16; pops *= 2) {
    const units = pops * group;
    if (units % 4 > 0 || units < fewestUnits) continue;
    return units <= mostUnits && units - group < 16 ? pops : 0;
  }
  return 0;
}

/** The bits of up to 28 spikes, from the masks of their vectors. */
function bitsOf(masks: readonly Code[]): Code {
  const packed = masks.length < 4 ? 0 : 4;
  return masks.slice(packed).reduce(
    (bits, mask, i) => {
      const more = i32x4.bitmask(mask);
      const at = packed + i;
      return at === 0 ? more : i32.or(bits, i32.shl(more, i32.const(4 * at)));
    },
    packed > 0 ? packMasks(masks.slice(0, packed)) : [],
  );
}

/** `step(...)` that also writes the lateral current its outputs send over the one that arrived. States are in place. */
export function emitStepAndSend(kernel: ScanKernel, wiring: Wiring, perUnit: PerUnit): Func {
  const { fn, p } = namedFunc("step", stepParams);
  const { group, chunks, chunkBytes, vectors, rowBytes, tableBytes } = wiring;
  const pops = populationsPerTurn(wiring);
  const offset = fn.local("i32");
  const arrays = stepArrays(fn, kernel, { perUnit, lateral: true }, offset, p);
  const out = arrays.add("out", p.out);
  const spiked = fn.localArray("v128", pops * group / 4);
  const next = kernel.states.map((name) => arrays.at(name));
  const fire = fireTurn(fn, kernel, arrays, spiked.length, { next, out, spiked });
  const [word, own, table, end] = fn.localArray("i32", 4);
  const entries = fn.localArray("i32", chunks.length - 1);
  const send = (pop: number) => [
    ...own.set(i32.shrU(word.get, i32.const(pop * group))),
    ...entries.flatMap((entry, c) => {
      const offset = rowOffset(own, chunks[c], chunks[c + 1] - chunks[c], rowBytes);
      return entry.set(i32.add(table.get, offset));
    }),
    ...times(vectors, (i) => {
      const sum = entries.map((e, c) => v128.load(e.get, chunkBytes[c] + 16 * i))
        .reduce(f32x4.add);
      return storeUnits(fn, arrays.at("lateral"), sum, pop * group + 4 * i, (pop + 1) * group);
    }),
    ...table.increment(tableBytes),
    ...when(i32.eq(table.get, end.get), table.set(p.table.get)), // the next row's first population
  ];
  fn.emit(
    arrays.prologue(),
    table.set(p.table.get),
    end.set(i32.add(table.get, i32.mul(p.pops.get, i32.const(tableBytes)))),
    fn.loop(offset, 0, p.bytes.get, 4 * pops * group, [
      arrays.move(),
      fire,
      word.set(bitsOf(spiked.map((s) => s.get))),
      times(pops, send),
    ]),
  );
  return fn;
}
