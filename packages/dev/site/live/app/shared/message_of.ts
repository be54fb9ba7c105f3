/** The text of an error for a reader. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
