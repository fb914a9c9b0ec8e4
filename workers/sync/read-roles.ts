import type { Confirmed } from './close.ts';
import { readHolding } from './facts.ts';
import { ADMINS_PATH, adminsPhase, groupRolesPath, rolesPhase, userRolesPath } from './phases.ts';
import { closeRoles, knownRoles } from './roles.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';

/** Groups that may hold a role and are looked up from its end. */
const MAX_HOLDERS = 1_000;

/**
 * Who holds which role, directly or through a group. `groups`: native ids of all that may hold one; null where they are
 * not all known, so that no holding of a group ends. Returns the admins.
 */
export async function readRoles(
  run: Runner,
  confirmed: Confirmed,
  groups: { ids: string[]; complete: boolean },
): Promise<string[]> {
  const adminsRead = await run.sweep('admins', [{ scope: 'admins', path: ADMINS_PATH }], adminsPhase);
  const admins = [...new Set(adminsRead.facts)];
  const userRoles = await run.sweep(
    'userRoles',
    admins.map((id) => ({ scope: `userRoles:${id}`, path: userRolesPath(id) })),
    (s) => rolesPhase(s, 'account'),
  );
  const groupRoles = await run.sweep(
    'groupRoles',
    groups.ids.map((id) => ({ scope: `groupRoles:${id}`, path: groupRolesPath(id) })),
    (s) => rolesPhase(s, 'group'),
  );
  const accountsComplete = adminsRead.failed.length + userRoles.failed.length === 0;
  const groupsComplete = groups.complete && groupRoles.failed.length === 0;
  if (!accountsComplete && !groupsComplete) return admins;
  run.memory.progress = { ...run.memory.progress, phase: 'roles', done: 0, total: 1 };
  const asOf = Math.min(adminsRead.asOf, userRoles.asOf, groupRoles.asOf);
  const closed = await run.step('roles', (session) =>
    closeRoles(session, confirmed, {
      accounts: accountsComplete ? userRoles.facts.map(readHolding) : null,
      groups: groupsComplete ? groupRoles.facts.map(readHolding) : null,
      asOf,
    }),
  );
  run.note(closed);
  return admins;
}

/** Native ids of the groups that hold a role by the graph; `complete` is false where they are too many to tell. */
export async function groupsWithRoles(session: SyncSession): Promise<{ ids: string[]; complete: boolean }> {
  const ids = new Set<string>();
  let complete = true;
  for (const roleId of await knownRoles(session)) {
    const detail = await session.graph.node(roleId, MAX_HOLDERS);
    const holders = (detail?.in ?? []).filter(({ edge }) => edge.kind === 'HOLDS_ROLE');
    if (holders.length >= MAX_HOLDERS) complete = false;
    for (const { node } of holders) if (node.kind === 'group') ids.add(node.nativeId);
  }
  return { ids: [...ids].sort(), complete };
}
