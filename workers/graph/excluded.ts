import type { Millis } from '../platform/clock.ts';
import { objectOfOrn } from '../sources/okta/map/resource-sets.ts';
import type { TenantGraph } from './directory.ts';
import { type GraphNode, nodeId } from './model.ts';
import { wholeOf } from './privileges/resources.ts';
import { TARGET_WORDS } from './queries/words.ts';
import type { WayStep } from './reachable-by.ts';

/** What an ORN names, as people say it. `node`: the one object that it is; null: it is many, or it was never read. */
export interface Named {
  orn: string;
  text: string;
  node: WayStep['to'] | null;
}

/** A row of a resource set, and what of it is left out. */
export interface Exclusion {
  row: Named;
  excluded: Named[];
}

/** What a resource set leaves out, with names. */
export async function exclusionsOf(graph: TenantGraph, set: GraphNode, asOf: Millis | undefined): Promise<Exclusion[]> {
  const rows = rowsOf(set.attributes.excluded);
  const ids = new Map(
    rows
      .flatMap(([row, orns]) => [row, ...orns])
      .flatMap((orn) => {
        const object = objectIn(orn);
        return object ? [[orn, nodeId(object.kind, set.sourceId, object.id)] as const] : [];
      }),
  );
  if (rows.length === 0) return [];
  const { nodes } = await graph.lookup([...new Set(ids.values())], [], asOf);
  const known = new Map(nodes.flatMap((node) => (node ? [[node.id, node] as const] : [])));
  const named = (orn: string): Named => {
    const node = known.get(ids.get(orn) ?? '') ?? null;
    const whole = wholeOf(orn);
    if (typeof whole === 'object' && 'members' in whole) {
      return { orn, text: `Members of ${node?.name ?? whole.members}`, node };
    }
    return { orn, text: node?.name ?? textOf(orn), node };
  };
  return rows.map(([row, orns]) => ({ row: named(row), excluded: orns.map(named) }));
}

/** The one object, or the group whose members are meant. */
function objectIn(orn: string) {
  const whole = wholeOf(orn);
  if (typeof whole === 'object' && 'members' in whole) return { kind: 'group' as const, id: whole.members };
  return objectOfOrn(orn);
}

function textOf(orn: string): string {
  const whole = wholeOf(orn);
  if (typeof whole !== 'object') return orn;
  if ('appsNamed' in whole) return `Every app of the type ${whole.appsNamed}`;
  return 'all' in whole ? `Every ${TARGET_WORDS[whole.all]}` : orn;
}

function rowsOf(value: unknown): [orn: string, excluded: string[]][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([orn, list]) => {
    const orns = Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
    return orns.length === 0 ? [] : [[orn, orns]];
  });
}
