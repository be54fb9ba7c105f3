/**
 * Returns a table as text: columns as wide as their widest cell, with two spaces between them.
 *
 * @param rows The cells; the first row is the heading.
 * @param leftAligned The number of columns that are aligned to the left; the others are numbers.
 */
export function textTable(rows: readonly (readonly string[])[], leftAligned: number): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => i < leftAligned ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return rows.map((row) => line(row).join("  ").trimEnd()).join("\n");
}
