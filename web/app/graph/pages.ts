/** The pages that ask questions of the graph, in the order in which they are shown. */
export const GRAPH_PAGES = [
  { to: '/graph', label: 'Attack paths' },
  { to: '/graph/blast-radius', label: 'Blast radius' },
  { to: '/graph/choke-points', label: 'Choke points' },
  { to: '/graph/what-if', label: 'What if' },
  { to: '/graph/access', label: 'Access' },
  { to: '/graph/changes', label: 'Changes' },
  { to: '/graph/edges', label: 'Edges' },
  { to: '/graph/queries', label: 'Saved queries' },
] as const;

/** With how many removals wait for the question what if. */
export function graphPages(asked: number): { to: string; label: string }[] {
  return GRAPH_PAGES.map(({ to, label }) => ({
    to,
    label: to === '/graph/what-if' && asked > 0 ? `${label} (${asked})` : label,
  }));
}
