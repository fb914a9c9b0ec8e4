import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as control from '../../db/control/schema.ts';
import * as evidence from '../../db/evidence/schema.ts';
import { graphOf } from '../graph/directory.ts';
import { findMove } from '../graph/move/moves.repository.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { audit } from './audit.ts';
import { POSTERN } from './principal.ts';
import { deletedTenants, forgetTenant, isOver, type TenantRow } from './tenants.repository.ts';

/** Rows of one statement. */
const CHUNK = 10_000;
/** Objects of the archive that go at once: R2 takes as many. */
const OBJECTS = 1_000;
/** Statements and calls of one run; the next night goes on. */
const MOST_CHUNKS = 500;

type EraseDeps = Pick<Deps, 'env' | 'archive' | 'control' | 'evidence' | 'clock' | 'ids' | 'log'>;

/** Deletes rows of one tenant (?1), some at a time, of every table that has any: one that comes later is among them. */
function erasersOf(schema: Record<string, unknown>): string[] {
  return Object.values(schema).flatMap((table): string[] => {
    if (!is(table, SQLiteTable)) return [];
    const { name, columns, primaryKeys } = getTableConfig(table);
    if (!columns.some((column) => column.name === 'tenant_id')) return [];
    const [composite] = primaryKeys;
    const key = (composite?.columns ?? columns.filter(({ primary }) => primary))
      .map((column) => column.name)
      .join(', ');
    const some = `SELECT ${key} FROM ${name} WHERE tenant_id = ?1 LIMIT ${CHUNK}`;
    return [`DELETE FROM ${name} WHERE (${key}) IN (${some})`];
  });
}

const EVIDENCE = erasersOf(evidence);
const CONTROL = erasersOf(control);

/**
 * Nightly: takes away what is left of tenants that were deleted, once their events would not be kept any longer: graph,
 * archive, evidence, users and settings, the tenant itself last. What the operators' own log says of it stays. Safe to
 * repeat: a run that dies goes on with what is left. One that fails does not keep the others back. Returns how many are gone.
 */
export async function eraseTenants(deps: EraseDeps, most = MOST_CHUNKS): Promise<number> {
  const budget = { chunks: most };
  let gone = 0;
  for (const tenant of await deletedTenants(deps)) {
    if (!isOver(tenant, deps.clock.now())) continue;
    try {
      if (await eraseTenant(deps, tenant, budget)) gone++;
    } catch (error) {
      deps.log.error('a deleted tenant was not erased', { tenantId: tenant.id, ...describeError(error) });
    }
  }
  return gone;
}

/** False when something is left for the next run. */
async function eraseTenant(deps: EraseDeps, tenant: TenantRow, budget: { chunks: number }): Promise<boolean> {
  const { id } = tenant;
  const move = await findMove(deps, id);
  // its new shards would be left behind: it ends by itself
  if (move && move.endedAt === null) return false;
  await graphOf(deps, id).destroy();
  if (deps.archive && !(await eraseArchive(deps.archive, id, budget))) return false;
  if (!(await eraseRows(deps.evidence(id), EVIDENCE, id, budget))) return false;
  if (!(await eraseRows(deps.env.CONTROL, CONTROL, id, budget))) return false;
  await audit(deps, control.OPERATOR_TENANT, POSTERN, {
    once: { id: derivedId('aud', id, 'tenant.erase'), since: tenant.deletedAt ?? 0 },
    action: 'tenant.erase',
    targetKind: 'tenant',
    targetId: id,
    detail: { name: tenant.name },
  });
  await forgetTenant(deps, id);
  return true;
}

/** The objects of a tenant are those whose keys begin with its id. */
async function eraseArchive(bucket: R2Bucket, tenantId: string, budget: { chunks: number }): Promise<boolean> {
  while (budget.chunks-- > 0) {
    const { objects } = await bucket.list({ prefix: `${tenantId}/`, limit: OBJECTS });
    if (objects.length === 0) return true;
    await bucket.delete(objects.map(({ key }) => key));
  }
  return false;
}

/** False when there is more than this run may take. */
async function eraseRows(
  db: D1Database,
  erasers: readonly string[],
  tenantId: string,
  budget: { chunks: number },
): Promise<boolean> {
  for (const sql of erasers) {
    for (let full = true; full; ) {
      if (budget.chunks-- <= 0) return false;
      const { meta } = await db.prepare(sql).bind(tenantId).run();
      full = meta.changes >= CHUNK;
    }
  }
  return true;
}
