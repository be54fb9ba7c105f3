import { Console } from "node:console";
import process from "node:process";

/**
 * Leads what environments print to the standard error, since the standard output is the command's
 * own. `say` still writes there.
 *
 * @returns A function that ends it.
 */
export function divertPrints(): () => void {
  const before = globalThis.console;
  const { write } = process.stdout;
  globalThis.console = new Console(process.stderr);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return () => {
    globalThis.console = before;
    process.stdout.write = write;
  };
}
