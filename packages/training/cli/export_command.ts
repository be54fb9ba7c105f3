import type { Words } from "./parse_words.ts";
export function exportCommand(_: Words): number {
  return 0;
}
