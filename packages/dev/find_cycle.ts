/**
 * Returns a cycle in a directed graph of these edges, as the list of its nodes with the first one
 * repeated at the end; undefined where there is none.
 */
export function findCycle(edges: readonly (readonly [string, string])[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const [from, to] of edges) targets.set(from, [...targets.get(from) ?? [], to]);
  const done = new Set<string>();
  const path: string[] = [];

  function visit(node: string): string[] | undefined {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const to of targets.get(node) ?? []) {
      const cycle = visit(to);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  }

  for (const from of targets.keys()) {
    const cycle = visit(from);
    if (cycle) return cycle;
  }
  return undefined;
}

/**
 * Returns cycles of a directed graph: after each cycle, the search goes on without the edges
 * between its nodes. Empty where there is none.
 */
export function findCycles(edges: readonly (readonly [string, string])[]): string[][] {
  const cycle = findCycle(edges);
  if (cycle === undefined) return [];
  const rest = edges.filter(([from, to]) => !(cycle.includes(from) && cycle.includes(to)));
  return [cycle, ...findCycles(rest)];
}
