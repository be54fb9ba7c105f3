/** Whether a value is a promise, of this realm or another. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

/**
 * Calls `f` with a value: at once, or when it is there. So one text serves environments that answer
 * at once and those that return promises.
 */
export function after<T, R>(value: T | Promise<T>, f: (value: T) => R): R | Promise<Awaited<R>> {
  // Promise.resolve() makes a promise of this realm out of any.
  return isPromise(value) ? Promise.resolve(value).then(f) as Promise<Awaited<R>> : f(value);
}

/**
 * Calls `f` with every item. Where a call throws, nobody else would hear of the failures of the
 * promises that earlier ones have returned.
 */
export function callEach<T, R>(items: readonly T[], f: (item: T, i: number) => R): R[] {
  const results: R[] = [];
  try {
    items.forEach((item, i) => void results.push(f(item, i)));
  } catch (error) {
    for (const one of results) if (isPromise<unknown>(one)) one.then(undefined, () => {});
    throw error;
  }
  return results;
}

/** The values of a list, at once if all are there. */
export function afterAll<T>(values: readonly (T | Promise<T>)[]): T[] | Promise<T[]> {
  return values.some(isPromise) ? Promise.all(values) : values as T[];
}
