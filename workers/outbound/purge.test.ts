import { expect, it } from 'vitest';
import { freshTenant, T0, testDeps } from '../../test/deps.ts';
import { DAY } from '../platform/clock.ts';
import { purgeDeliveries } from './purge.ts';

it('removes deliveries that ended long ago, and nothing that is still to be sent', async () => {
  const deps = testDeps();
  const tenantId = freshTenant();
  const db = deps.evidence(tenantId);
  const add = (id: string, status: string, createdAt: number) =>
    db
      .prepare(
        `INSERT INTO deliveries (tenant_id, id, integration_id, change, status, created_at, body)
         VALUES (?1, ?2, 'int_1', 'opened', ?3, ?4, '{}')`,
      )
      .bind(tenantId, id, status, createdAt)
      .run();
  await add('dlv_old', 'delivered', T0 - 31 * DAY);
  await add('dlv_waiting', 'pending', T0 - 31 * DAY);
  await add('dlv_new', 'dead', T0 - DAY);
  await purgeDeliveries(deps);
  expect(await purgeDeliveries(deps)).toBe(0);
  const { results } = await db
    .prepare('SELECT id FROM deliveries WHERE tenant_id = ?1')
    .bind(tenantId)
    .all<{ id: string }>();
  expect(results.map(({ id }) => id).sort()).toEqual(['dlv_new', 'dlv_waiting']);
});
