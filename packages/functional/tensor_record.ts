import { describe, didYouMean, fail, shorten } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import type { Tensors } from "./layer.ts";

/**
 * Writes the tensors of a record, which has these names and no others, into a list in the order of
 * the names.
 *
 * @param noun The word for the record in messages.
 * @param source The way to make such a record.
 * @throws {TypeError} if the record lacks a tensor or has another value; the message suggests close
 * names.
 */
export function readTensors(
  action: string,
  noun: string,
  record: Tensors,
  names: readonly string[],
  source: string,
  into: Tensor[],
): void {
  let fits = typeof record === "object" && record !== null;
  let count = 0;
  for (const name in record) { // most records have the order of the names
    const x = record[name];
    fits &&= name === names[count] && x instanceof Tensor;
    if (fits) into[count] = x;
    count++;
  }
  if (fits && count === names.length) return;
  fits = typeof record === "object" && record !== null && count === names.length;
  for (let i = 0; fits && i < names.length; i++) {
    into[i] = record[names[i]];
    fits = into[i] instanceof Tensor;
  }
  if (!fits) failMisfit(action, noun, record, names, source);
}

function failMisfit(
  action: string,
  noun: string,
  record: unknown,
  names: readonly string[],
  source: string,
): never {
  const expected = `expected ${
    names.length === 0 ? "an empty record" : `tensors named ${names.join(", ")}`
  }; make one with ${source}`;
  if (typeof record !== "object" || record === null || record instanceof Tensor) {
    fail(action, `the ${noun} is ${describe(record)}, ${expected}`);
  }
  const entries = Object.entries(record);
  const found = entries.map(([n, x]) => x instanceof Tensor ? n : `${n}: ${describe(x)}`);
  const hints = entries.map(([n]) => names.includes(n) ? "" : didYouMean(n, names));
  return fail(
    action,
    `the ${noun} has ${shorten(found.join(", "), 300) || "nothing"}, ${expected}${hints.join("")}`,
  );
}
