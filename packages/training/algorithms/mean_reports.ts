import type { Backend } from "@spikeloop/backend";
import { add, mul, type Tensor, tensor, zeros } from "@spikeloop/tensor";
import { isHost } from "../trainer/device.ts";

/** Scalars of several updates by name, added up: in double precision where they can be read. */
export type ReportSums<Name extends string> = { readonly [name in Name]: number | Tensor };

/** Sums of nothing. */
export function noReports<Name extends string>(
  names: readonly Name[],
  backend: Backend,
): ReportSums<Name> {
  const zero = isHost(backend) ? 0 : zeros([], { backend });
  return Object.fromEntries(names.map((name) => [name, zero])) as ReportSums<Name>;
}

/** The sums with those of another update. */
export function addReports<Name extends string>(
  sums: ReportSums<Name>,
  reports: { readonly [name in Name]: Tensor },
): ReportSums<Name> {
  return mapNames(sums, (sum, name) => {
    const x = reports[name];
    return typeof sum === "number" ? sum + x.item() : add(sum, x);
  });
}

/** The means of so many updates. */
export function meanReports<Name extends string>(
  sums: ReportSums<Name>,
  count: number,
): { readonly [name in Name]: Tensor } {
  return mapNames(
    sums,
    (sum) => typeof sum === "number" ? tensor(sum / count) : mul(sum, 1 / count),
  );
}

function mapNames<Name extends string, T>(
  sums: ReportSums<Name>,
  f: (sum: number | Tensor, name: Name) => T,
): { readonly [name in Name]: T } {
  const names = Object.keys(sums) as Name[];
  return Object.fromEntries(names.map((name) => [name, f(sums[name], name)])) as Record<Name, T>;
}
