/** The errors of a device, which come late: the first one, and the checks that are pending. */
export class Failures {
  readonly #checks = new Set<Promise<void>>();
  readonly #waiting = new Set<(error: Error) => void>();
  #first: Error | undefined;

  /** Keeps the first error of all checks. */
  watch(check: Promise<Error | undefined>): void {
    const settled = check.then((error) => this.fail(error), () => {});
    const done = settled.then(() => {
      this.#checks.delete(done);
    });
    this.#checks.add(done);
  }

  /** Keeps an error; from now on every use of the device throws it. */
  fail(error: Error | undefined): void {
    this.#first ??= error;
  }

  /**
   * Checks that the device has not failed.
   *
   * @throws {Error} the first failure.
   */
  check(): void {
    const failure = this.#first;
    if (failure !== undefined) throw failure;
  }

  /**
   * Waits for the pending checks.
   *
   * @throws {Error} the first failure.
   */
  async settle(): Promise<void> {
    await Promise.all(this.#checks);
    this.check();
  }

  /** Marks the device as gone, and rejects all pending reads. */
  end(error: Error): void {
    this.fail(error);
    for (const reject of this.#waiting) reject(error);
  }

  /** `end` for a device that was closed: earlier errors do not count any more. */
  close(error: Error): void {
    this.#first = undefined;
    this.end(error);
  }

  /** Waits for `work`, or rejects when the device is gone: then `work` may never settle. */
  async unlessGone<T>(work: Promise<T>): Promise<T> {
    let reject: (error: Error) => void = () => {};
    const gone = new Promise<never>((_, r) => reject = r);
    this.#waiting.add(reject);
    try {
      return await Promise.race([work, gone]);
    } finally {
      this.#waiting.delete(reject);
    }
  }
}
