/**
 * A cycle in a directed graph, given by its edges, as the list of its nodes with the first one
 * repeated at the end; undefined where there is none.
 */
export function findCycle(edges: readonly (readonly [string, string])[]): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];

  function visit(node: string): string[] | undefined {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const [from, to] of edges) {
      const cycle = from === node ? visit(to) : undefined;
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  }

  for (const [from] of edges) {
    const cycle = visit(from);
    if (cycle) return cycle;
  }
  return undefined;
}
