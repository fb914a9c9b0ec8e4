import { and, asc, eq, gt, isNull, lt } from 'drizzle-orm';
import { rounds, tenants } from '../../../db/control/schema.ts';
import type { Deps } from '../../platform/deps.ts';

type Store = Pick<Deps, 'control'>;

/** The round over all tenants in which graphs forget their history. */
const NAME = 'graph-history';

/** Begins a round. One that is under way goes on where it is: who comes late in it is not left out each time. */
export async function beginRound({ control }: Store): Promise<void> {
  await control
    .insert(rounds)
    .values({ name: NAME, after: '' })
    .onConflictDoUpdate({ target: rounds.name, set: { after: '' }, setWhere: isNull(rounds.after) });
}

/** The last tenant that the round has seen; null when none is under way. */
export async function roundAt({ control }: Store): Promise<string | null> {
  return (await control.select().from(rounds).where(eq(rounds.name, NAME)).get())?.after ?? null;
}

/** Notes how far the round is, never back; null ends it. */
export async function moveRound({ control }: Store, from: string, to: string | null): Promise<void> {
  const here = to === null ? eq(rounds.after, from) : lt(rounds.after, to);
  await control
    .update(rounds)
    .set({ after: to })
    .where(and(eq(rounds.name, NAME), here));
}

/** The next tenants by id, with how long the history of each is kept. */
export function tenantsAfter(
  { control }: Store,
  after: string,
  limit: number,
): Promise<{ id: string; days: number }[]> {
  return control
    .select({ id: tenants.id, days: tenants.historyRetentionDays })
    .from(tenants)
    .where(gt(tenants.id, after))
    .orderBy(asc(tenants.id))
    .limit(limit)
    .all();
}
