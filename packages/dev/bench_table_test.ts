import { assertEquals, assertThrows } from "@std/assert";
import { type BenchFigures, benchSummary, benchTable, fillPage } from "./bench_table.ts";

const recorded: BenchFigures = JSON.parse(
  await Deno.readTextFile(new URL("./testdata/bench.json", import.meta.url)),
);

Deno.test("benchTable() shows every bench beside the baseline of its group", () => {
  assertEquals(
    benchTable(recorded),
    `Deno/2.9.6 x86_64-unknown-linux-gnu on A processor

## matrix product

| what                     | program       |       best | 75 % within | speed |
| ------------------------ | ------------- | ---------: | ----------: | ----: |
| alone                    |               |    8.45 ns |     18.7 ns |       |
| scan CUBA-LIF [5, 4, 80] | plain [4, 80] |     311 ns |      927 ns | 1.00× |
|                          | wasm          |     156 ns |      363 ns | 2.00× |
| g                        | fails         | failed: no |             |       |`,
  );
});

Deno.test("benchTable() compares best times with earlier figures, wherever those were taken", () => {
  const half = (time: number) => time / 2;
  const benches = recorded.benches.slice(1).map((bench) => ({
    ...bench,
    origin: "file:///elsewhere/bench/matrix_product_bench.ts",
    results: bench.results.map((result) =>
      "ok" in result ? { ok: { min: half(result.ok.min), p75: half(result.ok.p75) } } : result
    ),
  }));
  const table = benchTable(recorded, { ...recorded, cpu: "another", benches });
  const changes = table.split("\n").slice(4).map((row) => row.split("|").at(-2)?.trim());
  assertEquals(changes, ["change", "-----:", "new", "+100 %", "+100 %", "new"]);
  assertEquals(
    table.split("\n")[0].split("; ")[1],
    "compared with Deno/2.9.6 x86_64-unknown-linux-gnu on another",
  );
});

Deno.test("benchSummary() has a row for each group, a table for each set of programs", () => {
  assertEquals(
    benchSummary(recorded, "matrix product"),
    `| what  |   alone | speed |
| ----- | ------: | ----: |
| alone | 8.45 ns |       |

| what                     | plain [4, 80] |   wasm | speed |
| ------------------------ | ------------: | -----: | ----: |
| scan CUBA-LIF [5, 4, 80] |        311 ns | 156 ns | 2.00× |

| what |      fails | speed |
| ---- | ---------: | ----: |
| g    | failed: no |       |`,
  );
});

Deno.test("fillPage() replaces what stands between its marks, and nothing else", () => {
  const page = (figures: string) =>
    `# A\n\n<!-- bench: matrix product, matrix product -->\n${figures}<!-- end -->\n\nWords.\n`;
  const summary = benchSummary(recorded, "matrix product");
  const machine = "Deno/2.9.6 x86_64-unknown-linux-gnu on A processor:";
  const filled = page(`\n${machine}\n\n${summary}\n\n${summary}\n\n`);
  assertEquals(fillPage(page("old\n"), recorded), filled);
  assertEquals(fillPage(filled, recorded), filled);
  assertThrows(
    () => fillPage("<!-- bench: gone -->\n<!-- end -->", recorded),
    RangeError,
    'there are no figures of "gone"',
  );
});

Deno.test("benchTable() writes what deno fmt leaves as it is", async () => {
  const file = await Deno.makeTempFile({ suffix: ".md" });
  await Deno.writeTextFile(file, `${benchTable(recorded, recorded)}\n`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--check", "--prose-wrap=preserve", file],
  }).output();
  await Deno.remove(file);
  assertEquals(success, true);
});
