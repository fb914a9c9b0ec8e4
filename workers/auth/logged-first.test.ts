import { env } from 'cloudflare:workers';
import { afterAll, describe, expect, it } from 'vitest';
import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import { manualClock, testDeps } from '../../test/deps.ts';
import { findMove } from '../graph/move/moves.repository.ts';
import { startMove, stopMove } from '../graph/move/moves.ts';
import type { Deps } from '../platform/deps.ts';
import { randomIds } from '../platform/ids.ts';
import { changeSettings, readSettings } from '../remediation/settings.ts';
import { POSTERN, type Principal } from './principal.ts';
import { findTenant } from './tenants.repository.ts';
import { changeTenant, createTenant, removeTenant } from './tenants.ts';

async function setUp() {
  const deps = testDeps({ clock: manualClock(), ids: randomIds });
  const { tenant } = await createTenant(deps, POSTERN, { name: 'T' });
  const lines = async (action: string, of = tenant.id) => {
    const { results } = await deps
      .evidence(of)
      .prepare('SELECT id FROM audit WHERE tenant_id = ?1 AND action = ?2 AND (?3 IS NULL OR target_id = ?3)')
      .bind(of, action, tenant.id)
      .all();
    return results.length;
  };
  return { deps, tenantId: tenant.id, lines };
}

// other files go on with whatever moves
afterAll(async () => {
  await env.CONTROL.prepare('UPDATE graph_moves SET ended_at = 1 WHERE ended_at IS NULL').run();
});

/** Dies when it writes to the control database. */
function dyingAtWrite(deps: Deps): Deps {
  const control = new Proxy(deps.control, {
    get: (target, key) => {
      if (key === 'insert' || key === 'update' || key === 'batch') {
        return () => {
          throw new Error('killed');
        };
      }
      return Reflect.get(target, key);
    },
  });
  return { ...deps, control };
}

/** Dies when it logs. */
const dyingAtLog = (deps: Deps): Deps => ({
  ...deps,
  evidence: () => {
    throw new Error('killed');
  },
});

const admin: Principal = { ...POSTERN, kind: 'user', id: 'usr_1', name: 'Ann', role: 'super_admin' };

/** What is done, and whether it was. */
const DEEDS: [
  action: string,
  before: (deps: Deps, tenantId: string) => Promise<unknown>,
  act: (deps: Deps, tenantId: string) => Promise<unknown>,
  isDone: (deps: Deps, tenantId: string) => Promise<boolean>,
][] = [
  [
    'tenant.shards',
    async () => {},
    (deps, id) => startMove(deps, id, POSTERN, 3),
    async (deps, id) => (await findMove(deps, id)) !== undefined,
  ],
  [
    'tenant.shards.cancel',
    (deps, id) => startMove(deps, id, POSTERN, 3),
    (deps, id) => stopMove(deps, id, POSTERN),
    async (deps, id) => (await findMove(deps, id))?.phase === 'cancelling',
  ],
  [
    'tenant.update',
    async () => {},
    (deps, id) => changeTenant(deps, POSTERN, id, { status: 'suspended' }),
    async (deps, id) => (await findTenant(deps, id))?.status === 'suspended',
  ],
  [
    'tenant.delete',
    async () => {},
    (deps, id) => removeTenant(deps, POSTERN, id),
    async (deps, id) => (await findTenant(deps, id))?.deletedAt !== null,
  ],
  [
    'remediation.enable',
    async () => {},
    (deps, id) => changeSettings(deps, id, admin, true),
    async (deps, id) => (await readSettings(deps, id)).enabled,
  ],
];

describe.each(DEEDS)('%s', (action, before, act, isDone) => {
  it('is in the log before it is done, whatever dies in between', async () => {
    const { deps, tenantId, lines } = await setUp();
    await before(deps, tenantId);
    await expect(act(dyingAtLog(deps), tenantId)).rejects.toThrow('killed');
    expect(await isDone(deps, tenantId)).toBe(false);
    await expect(act(dyingAtWrite(deps), tenantId)).rejects.toThrow('killed');
    expect([await isDone(deps, tenantId), await lines(action)]).toEqual([false, 1]);
    await act(deps, tenantId);
    expect(await isDone(deps, tenantId)).toBe(true);
    expect(await lines(action)).toBeGreaterThan(0);
    if (!action.startsWith('tenant.shards')) return;
    // said again, it is one line, in both logs
    expect([await lines(action), await lines(action, OPERATOR_TENANT)]).toEqual([1, 1]);
  });
});
