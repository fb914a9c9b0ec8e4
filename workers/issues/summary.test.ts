import { describe, expect, it } from 'vitest';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { issueSummary } from './summary.ts';

function setUp() {
  const clock = manualClock();
  const base = testDeps({ clock });
  const tenantId = freshTenant();
  let statements = 0;
  const counted = new Proxy(base.evidence(tenantId), {
    get: (db, name) => {
      if (name === 'prepare') {
        return (sql: string) => {
          statements++;
          return db.prepare(sql);
        };
      }
      return Reflect.get(db, name);
    },
  });
  const deps = { clock, evidence: () => counted };
  const add = (id: string, updatedAt: number) =>
    base
      .evidence(tenantId)
      .prepare(
        `INSERT INTO issues (tenant_id, id, detection, title, severity, status, priority, priority_factors, subject_kind,
           subject_id, subject_source, subject_native_id, subject_name, evidence, opened_at, updated_at, change_seq)
         VALUES (?1, ?2, 'no-mfa-account', 'No MFA - Account', 'medium', 'open', 40, '[]', 'account', ?2, 'src_1', ?2, ?2, '{}', ?3, ?3, 1)`,
      )
      .bind(tenantId, id, updatedAt)
      .run();
  return { clock, tenantId, add, summary: () => issueSummary(deps, tenantId, null), spent: () => statements };
}

describe('the summary', () => {
  it('costs one look-up while nothing changes', async () => {
    const { clock, add, summary, spent } = setUp();
    await add('iss_1', T0);
    clock.advance(3 * SECOND);
    await summary();
    const before = spent();
    expect(await summary()).toMatchObject({ open: { total: 1, medium: 1 } });
    expect(spent() - before).toBe(1);
  });

  it('is counted again when something changed, also within one millisecond, and each minute', async () => {
    const { clock, add, summary, spent } = setUp();
    await add('iss_1', T0);
    expect((await summary()).open.total).toBe(1);
    await add('iss_2', T0);
    expect((await summary()).open.total).toBe(2);
    clock.advance(3 * SECOND);
    await add('iss_3', T0 + 2 * SECOND);
    expect((await summary()).open.total).toBe(3);
    await summary();
    const before = spent();
    clock.advance(MINUTE);
    await summary();
    expect(spent() - before).toBe(2);
  });

  it('of a tenant without issues is empty', async () => {
    expect(await setUp().summary()).toMatchObject({ open: { total: 0 }, changedAt: null });
  });
});
