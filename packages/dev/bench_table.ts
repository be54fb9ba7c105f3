/**
 * Turns the figures of `deno bench --json` into Markdown tables, one for each file:
 * `deno run -R packages/dev/bench_table.ts figures.json [earlier.json]`. With the path of a page
 * instead of earlier figures, short tables are written into it.
 *
 * @module
 */

/** The part of `deno bench --json` that is read here. Times are nanoseconds. */
export interface BenchFigures {
  readonly runtime: string;
  readonly cpu: string;
  readonly benches: readonly Bench[];
}

interface Bench {
  /** The URL of the file. */
  readonly origin: string;
  readonly group: string | null;
  readonly name: string;
  readonly baseline: boolean;
  readonly results: readonly (
    | { readonly ok: { readonly min: number; readonly p75: number } }
    | { readonly failed: { readonly message: string } }
  )[];
}

type Row = readonly string[];

/**
 * Returns a table for each file, below a line that names the machine. "Speed" is how many times as
 * fast a program's best run is as its baseline's. With `earlier` figures, "change" is how much
 * longer the best run takes than it did.
 */
export function benchTable(figures: BenchFigures, earlier?: BenchFigures): string {
  const files = Map.groupBy(figures.benches, ({ origin }) => titleOf(origin));
  const tables = [...files].map(([title, benches]) =>
    `## ${title}\n\n${markdown(tableOf(benches, earlier))}`
  );
  const than = earlier === undefined ? "" : `; compared with ${machine(earlier)}`;
  return [`${machine(figures)}${than}`, ...tables].join("\n\n");
}

/**
 * Returns the best times of a file of benches: a row for each group, and a table for each set of
 * programs that are compared. "Speed" is the first program's time over the second's.
 */
export function benchSummary(figures: BenchFigures, title: string): string {
  const benches = figures.benches.filter(({ origin }) => titleOf(origin) === title);
  const groups = [...Map.groupBy(benches, ({ group, name }) => group ?? name)];
  const tables = Map.groupBy(groups, ([, members]) => members.map(({ name }) => name).join(" | "));
  return [...tables.values()].map((rows) => {
    const [[, members]] = rows;
    const head = ["what", ...members.map(({ name }) => name), "speed"];
    const body = rows.map(([group, members]) => [
      group,
      ...members.map((bench) => timesOf(bench)[0]),
      ratio(best(members[0]), best(members[1])),
    ]);
    return markdown([head, ...body], 1);
  }).join("\n\n");
}

/**
 * Returns the page with its figures made anew: between `<!-- bench: one, two -->` and
 * `<!-- end -->` stand the machine and the summaries of the files of these titles.
 *
 * @throws {RangeError} if there are no figures of a title.
 */
export function fillPage(page: string, figures: BenchFigures): string {
  const parts = /(<!-- bench: ([\w ,]+) -->\n)[^]*?(<!-- end -->)/g;
  return page.replace(parts, (_, start: string, titles: string, end: string) => {
    const tables = titles.split(", ").map((title) => {
      const table = benchSummary(figures, title);
      if (table !== "") return table;
      throw new RangeError(`Cannot fill the page: there are no figures of "${title}"`);
    });
    return `${start}\n${[`${machine(figures)}:`, ...tables].join("\n\n")}\n\n${end}`;
  });
}

function machine({ runtime, cpu }: BenchFigures): string {
  return `${runtime} on ${cpu}`;
}

function titleOf(origin: string): string {
  const file = origin.slice(origin.lastIndexOf("/") + 1);
  return file.replace(/_bench\.ts$/, "").replaceAll("_", " ");
}

function tableOf(benches: readonly Bench[], earlier: BenchFigures | undefined): Row[] {
  const head = ["what", "program", "best", "75 % within", "speed"];
  const groups = Map.groupBy(benches, ({ group, name }) => group ?? name);
  const rows = [...groups].flatMap(([group, members]) => {
    const base = members.find(({ baseline }) => baseline);
    return members.map((bench, i) => [
      i === 0 ? group : "",
      bench.group === null ? "" : bench.name,
      ...timesOf(bench),
      ratio(best(base), best(bench)),
      ...(earlier === undefined ? [] : [change(best(bench), best(earlierOf(bench, earlier)))]),
    ]);
  });
  return [earlier === undefined ? head : [...head, "change"], ...rows];
}

function earlierOf({ origin, group, name }: Bench, { benches }: BenchFigures): Bench | undefined {
  return benches.find((bench) =>
    titleOf(bench.origin) === titleOf(origin) && bench.group === group && bench.name === name
  );
}

function timesOf({ results: [result] }: Bench): [string, string] {
  if ("failed" in result) return [`failed: ${result.failed.message}`, ""];
  return [showTime(result.ok.min), showTime(result.ok.p75)];
}

/** The time of the fastest run; undefined where there is none. */
function best(bench: Bench | undefined): number | undefined {
  const result = bench?.results[0];
  return result !== undefined && "ok" in result ? result.ok.min : undefined;
}

function ratio(base: number | undefined, time: number | undefined): string {
  return base === undefined || time === undefined ? "" : `${threeFigures(base / time)}×`;
}

function change(now: number | undefined, before: number | undefined): string {
  if (now === undefined || before === undefined) return "new";
  const percent = Math.round(100 * (now / before - 1));
  return `${percent > 0 ? "+" : ""}${percent} %`;
}

function showTime(nanoseconds: number): string {
  const [unit, size] = nanoseconds < 1e3
    ? ["ns", 1]
    : nanoseconds < 1e6
    ? ["µs", 1e3]
    : nanoseconds < 1e9
    ? ["ms", 1e6]
    : ["s", 1e9];
  return `${threeFigures(nanoseconds / size)} ${unit}`;
}

function threeFigures(value: number): string {
  return value < 100 ? value.toPrecision(3) : `${Math.round(value)}`;
}

/** A Markdown table with aligned columns, those of text first; the first row is its head. */
function markdown([head, ...rows]: readonly Row[], textColumns = 2): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length), 3));
  const isText = (column: number) => column < textColumns;
  const pad = (cell: string, i: number) =>
    isText(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
  const line = (row: Row) => `| ${row.map(pad).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    isText(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)].join("\n");
}

async function readFigures(path: string): Promise<BenchFigures> {
  return JSON.parse(await Deno.readTextFile(path));
}

if (import.meta.main) {
  const [path, earlierPath] = Deno.args;
  if (path === undefined) {
    console.error("Cannot make a table: expected the path of figures from deno bench --json");
    Deno.exit(2);
  }
  if (earlierPath?.endsWith(".md")) {
    const page = await Deno.readTextFile(earlierPath);
    await Deno.writeTextFile(earlierPath, fillPage(page, await readFigures(path)));
    Deno.exit(0);
  }
  const earlier = earlierPath === undefined ? undefined : await readFigures(earlierPath).catch(
    (error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.error(`There are no earlier figures in ${earlierPath}`);
      return undefined;
    },
  );
  console.log(benchTable(await readFigures(path), earlier));
}
