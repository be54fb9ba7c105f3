import json from "../testdata/surrogates.json" with { type: "json" };

/** The reference's results for one surrogate, in float32. */
export interface GoldenCase {
  readonly title: string;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly x: readonly number[];
  readonly spike?: readonly number[];
  readonly derivative: readonly number[];
  readonly primitive?: readonly number[];
  readonly primitiveAutograd?: readonly number[];
  readonly meanOf20000?: readonly number[];
}

type Vector = { readonly data: readonly (number | string)[] } | null;

const special: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };

function numbers(vector: Vector | undefined): number[] | undefined {
  return vector?.data.map((value) => {
    const parsed = typeof value === "number" ? value : special[value];
    if (parsed === undefined) throw new SyntaxError(`Cannot read golden value ${value}`);
    return Math.fround(parsed);
  });
}

function readCase(fields: Readonly<Record<string, unknown>>): GoldenCase {
  const { name, ...params } = fields.surrogate as { name: string };
  const vector = (key: string) => numbers(fields[key] as Vector | undefined);
  return {
    title: `${name}(${JSON.stringify(params)})`,
    name,
    params,
    x: vector("x") ?? [],
    spike: vector("spike"),
    derivative: vector("derivative") ?? [],
    primitive: vector("primitive"),
    primitiveAutograd: vector("primitiveAutograd"),
    meanOf20000: vector("meanOf20000"),
  };
}

/** Every case of testdata/surrogates.json. */
export const golden: readonly GoldenCase[] = (json.cases as unknown as Record<string, unknown>[])
  .map(readCase);
