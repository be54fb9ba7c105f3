// Reads files of PyTorch one after the other, and prints the most memory that this process had
// meanwhile, in MB. Only Linux tells that.
import { readTorch } from "../torch/read_torch.ts";

const peak = () =>
  Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]) / 1024;
let rise = 0;
for (const path of Deno.args) {
  const file = Deno.readFileSync(path);
  const before = peak();
  try {
    readTorch(file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  rise = Math.max(rise, peak() - before);
}
console.log(rise);
