import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { type Api, apiOf, orRefused } from '~/api/client.server';
import { askExposed, askLookup, askPaths, askReachableBy, edgeKinds, type PathStep } from '~/api/graph.server';
import type { NodeRef } from '~/api/nodes.server';
import type { Problem } from '~/api/problem';
import { queryOf } from '~/server/query.server';
import { endOf } from './ends.server';
import { momentFrom } from './moment';
import type { ToldStep } from './path-steps';

/** People shown of those with a way to tier zero. */
const SHOWN_PEOPLE = 50;
/** Paths shown of those between two nodes: the edges of all fit into one look-up. */
const SHOWN_PATHS = 15;
/** Edges that one look-up takes. */
const MAX_EDGES = 200;

export async function loadPaths(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['from', 'to', 'slack', 'asOf'] as const);
  const asOf = momentFrom(query.asOf);
  const [from, to] = await Promise.all([endOf(api, query.from, { asOf }), endOf(api, query.to, { asOf })]);
  const asked = from.node !== null && (to.text === '' || to.node !== null);
  const [exposed, reachable, answer] = await Promise.all([
    from.text === '' && to.text === '' ? askExposed(api, { limit: SHOWN_PEOPLE, asOf }) : null,
    from.text === '' && to.node !== null ? askReachableBy(api, { to: to.node.id, limit: SHOWN_PEOPLE, asOf }) : null,
    asked && from.node !== null
      ? answerOf(api, { from: from.node.id, to: to.node?.id, slack: query.slack, asOf })
      : null,
  ]);
  return {
    asOf,
    slack: query.slack ?? '0',
    // the answer knows what the ends were called at that moment
    from: { ...from, node: answer?.from ?? from.node },
    to: { ...to, node: answer?.to ?? to.node },
    exposed: exposed === null ? null : orRefused(exposed),
    reachable,
    answer,
  };
}

interface Answer {
  from: NodeRef | null;
  to: NodeRef | null;
  paths: ToldStep[][];
  /** There are more than `paths` holds, or than were looked for. */
  truncated: boolean;
  problem: Problem | null;
}

interface Asked {
  from: string;
  to: string | undefined;
  /** Steps more than the shortest path has; the API says which it takes. */
  slack: string | undefined;
  asOf: string | null;
}

async function answerOf(api: Api, asked: Asked): Promise<Answer> {
  const found = await askPaths(api, { ...asked, all: 'true', limit: SHOWN_PATHS });
  if (!found.ok) return { from: null, to: null, paths: [], truncated: false, problem: found.problem };
  const { path, paths, truncated } = found.value;
  const all = paths === null || paths.length === 0 ? (path === null ? [] : [path]) : paths;
  const told = await toldSteps(api, all, asked.asOf);
  return { from: found.value.from, to: found.value.to, paths: told, truncated, problem: null };
}

/** Paths with what is known of their edges: since when, by what, and what they mean. */
export async function toldSteps(api: Api, paths: PathStep[][], asOf: string | null): Promise<ToldStep[][]> {
  const edges = new Map(
    paths.flatMap((path) =>
      path.flatMap(({ node, edge }, place) => {
        const to = path[place + 1]?.node.id;
        if (edge === null || to === undefined) return [];
        return [[keyOf(node.id, edge, to), { from: node.id, kind: edge, to }] as const];
      }),
    ),
  );
  const wanted = [...edges].slice(0, MAX_EDGES);
  const [facts, kinds] = await Promise.all([
    askLookup(
      api,
      [],
      wanted.map(([, edge]) => edge),
      asOf ?? undefined,
    ),
    edgeKinds(api),
  ]);
  const factOf = new Map(wanted.map(([key], place) => [key, facts.ok ? (facts.value.edges[place] ?? null) : null]));
  return paths.map((path) =>
    path.map((step, place) => {
      const { node, edge } = step;
      const meaning = edge === null ? undefined : kinds[edge];
      return {
        ...step,
        explanation: step.explanation ?? meaning?.explanation ?? meaning?.meaning ?? null,
        remediation: step.remediation ?? meaning?.remediation ?? null,
        fact: (edge !== null && factOf.get(keyOf(node.id, edge, path[place + 1]?.node.id ?? ''))) || null,
      };
    }),
  );
}

function keyOf(from: string, edge: string, to: string): string {
  return `${from} ${edge} ${to}`;
}
