/** The most workgroups that every device takes along one axis. */
const maxGroups = 65535;

/** Workgroups spread over two axes: workgroup (x, y) is number y · row + x. */
export function spread(count: number): { groups: [number, number]; row: number } {
  if (count <= maxGroups) return { groups: [count, 1], row: count };
  const row = Math.ceil(Math.sqrt(count));
  return { groups: [row, Math.ceil(count / row)], row };
}
