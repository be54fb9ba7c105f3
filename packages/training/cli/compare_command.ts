import type { Words } from "./parse_words.ts";
export function compareCommand(_: Words): number {
  return 0;
}
