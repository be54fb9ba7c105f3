/** An error about the file. */
export function fail(problem: string): never {
  throw new SyntaxError(`Cannot read the PyTorch file: ${problem}`);
}
