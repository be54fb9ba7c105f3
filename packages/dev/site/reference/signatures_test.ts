import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DocModule } from "./doc_nodes.ts";
import { memberSignature, membersOf, signature } from "./signatures.ts";

/** The declarations of a module, by name. */
async function declarationsOf(source: string): Promise<Map<string, DocModule["symbols"][number]>> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-doc-" });
  const path = join(folder, "mod.ts");
  await Deno.writeTextFile(path, source);
  const command = new Deno.Command(Deno.execPath(), { args: ["doc", "--quiet", "--json", path] });
  const { stdout } = await command.output();
  await Deno.remove(folder, { recursive: true });
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const { symbols }: DocModule = nodes[pathToFileURL(path).href];
  return new Map(symbols.map((symbol) => [symbol.name, symbol]));
}

const source = `
export function plain(a: number, b?: string): void {}
export function many<K extends string, V = K>(first: readonly K[], second: Map<K, V>, third: V): [K, V?] { throw 0; }
export function rest({ x }: { readonly x: number }, ...more: string[]): asserts x is never {}
export const value: { readonly a: typeof plain } = { a: plain };
export type Choice = "a" | 1 | true | { [name: string]: Date } | (() => void) | \`x-\${string}\`;
export type Mapped<T> = { readonly [K in keyof T]?: T[K] extends (infer U)[] ? U : never };
export interface Child<T> extends Array<T> { readonly a?: T; (x: T): number; [index: number]: T; m<U>(u: U): Promise<U>; }
export abstract class Klass<T> extends Map<string, T> implements Iterable<[string, T]> {
  static make(): void {}
  constructor(size = 3) { super(); }
  get total(): number { return 0; }
  set total(value: number) {}
  [Symbol.dispose](): void {}
}
`;

Deno.test("signatures are those of the source, without bodies", async () => {
  const symbols = await declarationsOf(source);
  const shown = (name: string) => {
    const [declaration] = symbols.get(name)?.declarations ?? [];
    return [signature(name, declaration), ...membersOf(declaration).map(memberSignature)];
  };
  assertEquals(shown("plain"), ["plain(a: number, b?: string): void"]);
  assertEquals(shown("many"), [
    "many<K extends string, V = K>(\n  first: readonly K[],\n  second: Map<K, V>,\n  third: V,\n): [K, V?]",
  ]);
  assertEquals(shown("rest"), [
    "rest(options: { readonly x: number }, ...more: string[]): asserts x is never",
  ]);
  assertEquals(shown("value"), ["const value: { readonly a: typeof plain }"]);
  assertEquals(shown("Choice"), [
    'type Choice = \n  | "a"\n  | 1\n  | true\n  | { [name: string]: Date }\n  | (() => void)\n  | `x-${string}`',
  ]);
  assertEquals(shown("Mapped"), [
    "type Mapped<T> = { readonly [K in keyof T]?: T[K] extends (infer U)[] ? U : never }",
  ]);
  assertEquals(shown("Child"), [
    "interface Child<T> extends Array<T>",
    "(x: T): number",
    "[index: number]: T",
    "readonly a?: T",
    "m<U>(u: U): Promise<U>",
  ]);
  assertEquals(shown("Klass"), [
    "class Klass<T> extends Map<string, T> implements Iterable<[string, T]>",
    "new (size?: number)",
    "static make(): void",
    "get total: number",
    "set total: number",
    "[Symbol.dispose](): void",
  ]);
});
