/** Cycles that are looked for: each takes a look at all that is left. */
const mostCycles = 50;

/**
 * Cycles of a graph, each as the names along it, beginning with the smallest: `["a", "b"]` for a → b → a.
 * Every name that is part of a cycle is in at least one of them, unless it shares a cycle with one that is, or there are
 * more than fifty.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  let left = withoutLeaves(edges);
  while (left.size > 0 && cycles.length < mostCycles) {
    const cycle = walk(left);
    cycles.push(cycle);
    const inCycle = new Set(cycle);
    left = withoutLeaves(new Map([...left].filter(([name]) => !inCycle.has(name))));
  }
  return cycles;
}

/** Takes away what depends on nothing, again and again; what stays is a cycle or waits for one. */
function withoutLeaves(edges: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const left = new Map([...edges].map(([name, targets]) => [name, new Set(targets.filter((each) => edges.has(each)))]));
  const dependents = new Map<string, string[]>();
  for (const [name, targets] of left) {
    for (const target of targets) {
      const known = dependents.get(target);
      if (known === undefined) dependents.set(target, [name]);
      else known.push(name);
    }
  }
  const free = [...left].filter(([, targets]) => targets.size === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    left.delete(name);
    for (const dependent of dependents.get(name) ?? []) {
      const targets = left.get(dependent);
      if (targets?.delete(name) === true && targets.size === 0) free.push(dependent);
    }
  }
  return new Map([...left].map(([name, targets]) => [name, [...targets]]));
}

/** Follows dependencies until a name comes again. Every name here has one, so it will. */
function walk(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const seen: string[] = [];
  let name = [...edges.keys()].sort()[0];
  while (name !== undefined && !seen.includes(name)) {
    seen.push(name);
    name = edges.get(name)?.[0];
  }
  const cycle = name === undefined ? [] : seen.slice(seen.indexOf(name));
  const smallest = cycle.indexOf([...cycle].sort()[0] ?? "");
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}
