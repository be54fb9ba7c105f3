// Files with random damage are read or refused, never anything else.
import { assertLess } from "@std/assert";
import { choice, generator, integer, trials } from "@spikeloop/dev/testing";
import { ones, tensor } from "@spikeloop/tensor";
import { readNir, readSafetensors, writeNir, writeSafetensors } from "./mod.ts";

const open = (name: string) =>
  Deno.readFileSync(new URL(`./testdata/nir_${name}.nir`, import.meta.url));

const x = tensor([1, 2, 3]);
const many = Object.fromEntries(
  Array.from({ length: 1100 }, (_, i) => [`n${i}`, { type: "Scale", scale: x } as const]),
);
const files: readonly (readonly [name: string, (bytes: Uint8Array) => unknown, Uint8Array])[] = [
  ...["net", "kinds", "packed", "metadata", "fletcher"].map((name) =>
    [name, readNir, open(name)] as const
  ),
  ["many nodes", readNir, writeNir({ type: "NIRGraph", nodes: many, edges: [["n1", "n2"]] })],
  [
    "safetensors",
    readSafetensors,
    writeSafetensors({ "a.weight": ones([2, 3]), b: x, c: ones([0]) }, { note: "x" }),
  ],
];

const numbers = [0, 1, 2, 7, 8, 16, 32, 127, 128, 255];

/** Changes some bytes: single ones, integers of 2 to 8 bytes, copies, and cuts. */
function damage(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = bytes.slice();
  for (let count = integer(random, 1, 4); count > 0; count--) {
    const at = integer(random, 0, out.length - 1);
    const width = choice(random, [1, 1, 2, 4, 8]);
    const kind = integer(random, 0, 9);
    if (kind < 4) out[at] ^= 1 << integer(random, 0, 7);
    else if (kind < 7) out.fill(choice(random, numbers), at, at + width);
    else if (kind < 9) {
      const from = integer(random, 0, out.length - 1);
      out.copyWithin(at, from, from + choice(random, [8, 24, 40, 400]));
    } else if (random() < 0.2) out = out.slice(0, at + 1);
  }
  return out;
}

for (const [name, read, bytes] of files) {
  Deno.test(`a file with random damage is read or refused: ${name}`, () => {
    const count = trials(150, 20_000);
    for (let seed = 0; seed < count; seed++) {
      const damaged = damage(bytes, generator(seed));
      try {
        read(damaged);
      } catch (error) {
        if (!(error instanceof SyntaxError)) {
          throw new Error(`Seed ${seed} ends in ${error}`, { cause: error });
        }
        assertLess(error.message.length, 600);
      }
    }
  });
}
