import type { AccountFacts } from '../graph/links/account-facts.ts';
import type { Graph } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { conflict } from '../platform/errors.ts';
import { listSources } from '../sources/sources.repository.ts';
import { applyLinks } from './apply.ts';
import { type Closure, readClosure } from './closure.ts';
import { clusterAccounts, type Membership } from './cluster.ts';
import { hold } from './held.ts';
import { knownStatements, readKnown } from './known.repository.ts';
import { type Known, knownOf, sameKnown } from './known.ts';
import {
  decisionStatements,
  isOvertaken,
  type LinkRow,
  linkStatement,
  readState,
  versionStatements,
} from './links.repository.ts';
import { type Decision, pairsOf } from './pairs.ts';

export type DecideDeps = Pick<Deps, 'env' | 'control' | 'evidence' | 'clock'>;

export interface DecideInput {
  /** What sources say of accounts now; null: it is gone. */
  facts: ReadonlyMap<string, AccountFacts | null>;
  /** What a person says, and what that undoes. */
  say?: Decision[];
  forget?: Pick<Decision, 'a' | 'b'>[];
  /** The account whose identity the others come to, where there is a choice. */
  prefer?: string;
}

/** Times that another decision may come first. */
const MAX_TRIES = 8;

/**
 * Decides whose accounts are, from what sources and people say, and has the graph follow. Nothing is written when
 * nothing changed. Safe to repeat after it died anywhere: what was decided is stored in one piece, together with what
 * it was decided from, and the graph follows it until it has. Returns the rows that the graph wrote.
 */
export async function decideIdentities(
  deps: DecideDeps,
  graph: Pick<Graph, 'linkAccounts'>,
  tenantId: string,
  input: DecideInput,
): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // what is on its way arrives first: a place is changed from where it is
    const rows = await applyLinks(deps, graph, tenantId);
    try {
      if (!(await decideOnce(deps, tenantId, input))) return rows;
      return rows + (await applyLinks(deps, graph, tenantId));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }
  throw conflict({ detail: 'Other decisions on identities kept coming first. Try again.' });
}

async function decideOnce(deps: DecideDeps, tenantId: string, input: DecideInput): Promise<boolean> {
  const { facts, say = [], forget = [], prefer = null } = input;
  const state = await readState(deps, tenantId);
  const before = new Map((await readKnown(deps, tenantId, [...facts.keys()])).map((one) => [one.accountId, one]));
  const fresh = new Map<string, Known | null>();
  for (const [id, fact] of facts) fresh.set(id, fact && knownOf(tenantId, fact, before.get(id)));
  const moved = [...fresh].filter(([id, now]) => !sameKnown(before.get(id), now ?? undefined)).map(([id]) => id);
  if (moved.length === 0 && say.length === 0 && forget.length === 0) return false;

  const sources = (await listSources(deps, tenantId)).map(({ id }) => id);
  const seeds = [...moved, ...say.flatMap(({ a, b }) => [a, b])];
  const old = moved.flatMap((id) => before.get(id)?.keys ?? []);
  const closure = await readClosure(deps, tenantId, { seeds, keys: old, fresh, sources });
  for (const [id, one] of closure.accounts) if (!before.has(id) && !fresh.has(id)) before.set(id, one);
  closure.decisions = afterSaying(closure.decisions, say, forget);

  const members = settle(closure, before, { sources, prefer });
  const changed = [...closure.accounts.values()].filter((one) => !sameKnown(before.get(one.accountId), one));
  const gone = moved.filter((id) => fresh.get(id) === null);
  const token = `v${state.version + 1}`;
  const links = linkChanges(closure, members, { token, at: deps.clock.now() });
  await deps
    .evidence(tenantId)
    .batch([
      ...versionStatements(deps, tenantId, state),
      ...knownStatements(deps, tenantId, changed, before, gone),
      ...decisionStatements(deps, tenantId, say, forget),
      ...(links.length > 0 ? [linkStatement(deps, tenantId, links)] : []),
    ]);
  return links.length > 0;
}

const keyOfPair = ({ a, b }: Pick<Decision, 'a' | 'b'>) => `${a} ${b}`;

function afterSaying(stored: Decision[], say: Decision[], forget: Pick<Decision, 'a' | 'b'>[]): Decision[] {
  const over = new Set([...say, ...forget].map(keyOfPair));
  return [...stored.filter((one) => !over.has(keyOfPair(one))), ...say];
}

/** Clusters until no mail is found to have changed hands any more. Such mails are marked in the closure. */
function settle(
  closure: Closure,
  before: ReadonlyMap<string, Known>,
  { sources, prefer }: { sources: string[]; prefer: string | null },
): Map<string, Membership | null> {
  const rank = (sourceId: string) => (sources.includes(sourceId) ? sources.indexOf(sourceId) : sources.length);
  const homes = new Set([...closure.links.values()].flatMap(({ homeId }) => homeId ?? []));
  for (;;) {
    const { accounts, decisions, crowded } = closure;
    const pairs = pairsOf(accounts, decisions, crowded);
    const members = clusterAccounts({ accounts, pairs, decisions, homes, prefer, rank });
    if (!hold(closure, before, members, sources)) return members;
  }
}

function linkChanges(
  { accounts, links }: Closure,
  members: ReadonlyMap<string, Membership | null>,
  { token, at }: { token: string; at: number },
): LinkRow[] {
  const placeOf = (id: string) => links.get(id)?.nextPlaceId ?? links.get(id)?.placeId ?? id;
  return [...new Set([...accounts.keys(), ...links.keys()])].flatMap((accountId): LinkRow[] => {
    const wanted = members.get(accountId) ?? null;
    const row = links.get(accountId);
    const { homeId = null, how = null, reason = null, by = null } = wanted ?? {};
    if ((row?.homeId ?? null) === homeId && (homeId === null || (row?.how === how && row.reason === reason))) return [];
    const nextPlaceId = homeId === null ? placeOf(accountId) : placeOf(homeId);
    return [{ accountId, homeId, placeId: row?.placeId ?? accountId, nextPlaceId, token, how, reason, by, at }];
  });
}
