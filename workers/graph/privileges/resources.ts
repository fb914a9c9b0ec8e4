import { grouped } from '../group.ts';
import { nodeId } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import type { Tx } from '../tx.ts';
import type { Resources, TargetKind } from './rules.ts';

/** What a row of a resource set names as a whole. */
export type Whole =
  | { all: TargetKind }
  | { members: string }
  /** Every app of a name of Okta's catalogue. */
  | { appsNamed: string }
  /** One object: an edge leads to it. */
  | 'one'
  /** What no power of the model is over. */
  | 'beside'
  | 'unknown';

const COLLECTIONS: Record<string, TargetKind> = { users: 'account', groups: 'group', apps: 'app', devices: 'device' };

/** Collections, and services, over whose objects no permission of a custom role gives one of the model's powers. */
const BESIDE: ReadonlySet<string> = new Set([
  'authorization_servers',
  'policies',
  'idps',
  'identity_providers',
  'devices',
  'customizations',
  'support',
  'realms',
]);
const BESIDE_SERVICES: ReadonlySet<string> = new Set(['workflow', 'workflows', 'governance']);

/** Ids of app instances; an app's name in the catalogue is in their place where all instances are meant. */
const APP_ID = /^0oa[0-9A-Za-z]+$/;

/**
 * What an ORN names: a collection (`orn:okta:directory:00o…:users`), the members of a group
 * (`…:groups:00g…:contained_resources`), all apps of a type (`…:apps:slack`), or one object.
 */
export function wholeOf(orn: string): Whole {
  const [scheme, , service = '', , collection = '', ...rest] = orn.split(':');
  if (scheme !== 'orn') return 'unknown';
  const [id = '', more] = rest;
  if (rest.length === 0) {
    const all = COLLECTIONS[collection];
    return all === undefined ? besides(service, collection) : { all };
  }
  if (collection === 'groups' && more === 'contained_resources' && rest.length === 2) return { members: id };
  if (collection === 'apps') return appOf(rest);
  if (rest.length === 1 && id !== '' && COLLECTIONS[collection] !== undefined) return 'one';
  return besides(service, collection);
}

function appOf([name = '', id, ...more]: string[]): Whole {
  if (more.length > 0 || name === '' || id === '') return 'unknown';
  return id !== undefined || APP_ID.test(name) ? 'one' : { appsNamed: name };
}

function besides(service: string, collection: string): Whole {
  return BESIDE.has(collection) || BESIDE_SERVICES.has(service) ? 'beside' : 'unknown';
}

interface Structure {
  id: string;
  nativeId: string;
  /** Of apps. */
  catalogName: string | null;
}

/** Apps and groups of a source, read when a set needs them: both are on every shard. */
type StructureOf = (source: string, kind: 'app' | 'group') => Structure[];

/** What resource sets contain, by the id of their node. */
export function readResources(tx: Tx): Map<string, Resources> {
  const contained = grouped(
    tx.raw<[string, string]>(
      `SELECT e.from_id, e.to_id FROM node n CROSS JOIN edge e ON e.from_id = n.id AND e.kind = 'RESOURCE_SET_CONTAINS'
       WHERE n.kind = 'resource_set' ORDER BY e.from_id, e.to_id`,
    ),
  );
  const structure = structureReader(tx);
  return new Map(
    tx
      .raw<[string, string, string]>("SELECT id, source_id, attributes FROM node WHERE kind = 'resource_set'")
      .map(([id, source, text]) => {
        const ids = contained.get(id) ?? [];
        const of = (prefix: string) => ids.filter((one) => one.startsWith(prefix));
        const found: Resources = {
          id,
          all: [],
          membersOf: [],
          accounts: of('acc_'),
          groups: of('grp_'),
          apps: of('app_'),
          unknown: [],
        };
        const { orns, excluded } = parseAttributes(text);
        const without = exclusionsIn(excluded);
        for (const orn of wordsIn(orns)) addRow(found, source, orn, without.get(orn) ?? [], structure);
        return [id, { ...found, groups: [...new Set(found.groups)].sort(), apps: [...new Set(found.apps)].sort() }];
      }),
  );
}

function addRow(found: Resources, source: string, orn: string, excluded: string[], structure: StructureOf): void {
  const whole = wholeOf(orn);
  if (whole === 'one' || whole === 'beside') return;
  if (whole === 'unknown') found.unknown.push(orn);
  else if ('appsNamed' in whole) {
    const named = structure(source, 'app').filter(({ catalogName }) => catalogName === whole.appsNamed);
    addExcept(found, orn, 'app', named, excluded);
  } else if (excluded.length === 0) {
    if ('all' in whole) found.all.push(whole.all);
    else found.membersOf.push(nodeId('group', source, whole.members));
  } else if ('all' in whole && (whole.all === 'app' || whole.all === 'group')) {
    addExcept(found, orn, whole.all, structure(source, whole.all), excluded);
  } else {
    // people lie on many shards: what is left of them is no list
    found.unknown.push(orn);
  }
}

function addExcept(found: Resources, orn: string, kind: 'app' | 'group', all: Structure[], excluded: string[]): void {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const one of excluded) {
    const whole = wholeOf(one);
    if (typeof whole === 'object' && 'appsNamed' in whole) names.add(whole.appsNamed);
    else if (whole === 'one') ids.add(one.slice(one.lastIndexOf(':') + 1));
    // what is kept out cannot be told: neither can what is in
    else return void found.unknown.push(orn);
  }
  const left = all.filter(({ nativeId, catalogName }) => !ids.has(nativeId) && !names.has(catalogName ?? ''));
  (kind === 'app' ? found.apps : found.groups).push(...left.map(({ id }) => id));
}

function structureReader(tx: Tx): StructureOf {
  const read = new Map<string, Structure[]>();
  return (source, kind) => {
    const key = `${kind} ${source}`;
    const known = read.get(key);
    if (known) return known;
    const rows = tx
      .raw<[string, string, string | null]>(
        `SELECT id, native_id, attributes->>'catalogName' FROM node WHERE kind = ?1 AND source_id = ?2 ORDER BY id`,
        kind,
        source,
      )
      .map(([id, nativeId, catalogName]) => ({ id, nativeId, catalogName }));
    read.set(key, rows);
    return rows;
  };
}

function exclusionsIn(value: unknown): Map<string, string[]> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).map(([orn, list]) => [orn, wordsIn(list)]));
}

function wordsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : [];
}
