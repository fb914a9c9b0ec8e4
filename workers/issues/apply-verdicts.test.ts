import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { setUp } from './testing/apply-set-up.ts';
import { unknownVerdict, verdict } from './testing/changes.ts';

describe('a failing verdict', () => {
  it('opens an issue, tells the queue, and does nothing the second time', async () => {
    const { apply, issue, history, outbound, tenant, id, deps } = setUp();
    expect(await apply(verdict())).toBe(1);
    expect(await issue()).toMatchObject({
      status: 'open',
      title: 'No MFA - Admin Account',
      severity: 'high',
      priority: 57,
      subjectId: 'acc_1',
      identityId: 'idn_1',
      openedAt: T0 + 1_000,
      resolvedAt: null,
      updatedAt: T0 + 60_000,
    });
    const message = { v: 1, tenantId: tenant, issueId: id, change: 'opened', at: T0 + 1_000 };
    expect(outbound.sent).toEqual([message]);

    const before = await issue();
    const { batches } = deps;
    expect(await apply(verdict())).toBe(0);
    expect(deps.batches).toBe(batches);
    expect(await issue()).toEqual(before);
    expect(await history()).toEqual(['opened']);
    expect(outbound.sent).toEqual([message, message]);
  });

  it('brings an open issue up to date without telling the queue', async () => {
    const { apply, issue, history, sent } = setUp();
    await apply(verdict());
    await apply(verdict({ seq: 2, priority: 60 }));
    expect(await issue()).toMatchObject({ priority: 60, openedAt: T0 + 1_000, changeSeq: 2 });
    await apply(verdict({ seq: 3, severity: 'critical', title: 'No MFA - Global Admin Account' }));
    expect(await issue()).toMatchObject({ severity: 'critical', title: 'No MFA - Global Admin Account' });
    expect(await history()).toEqual(['opened', 'severity_changed']);
    expect(sent()).toEqual(['opened']);
  });

  it('writes nothing when it says nothing new', async () => {
    const { apply, deps } = setUp();
    await apply(verdict());
    const { rowsWritten } = deps;
    expect(await apply(verdict({ seq: 2 }))).toBe(0);
    expect(deps.rowsWritten).toBe(rowsWritten);
  });
});

describe('the lifecycle', () => {
  it('resolves by itself and opens again', async () => {
    const { apply, issue, history, sent } = setUp();
    await apply(verdict());
    await apply(verdict({ seq: 2, status: 'pass' }));
    expect(await issue()).toMatchObject({ status: 'resolved', resolvedAt: T0 + 2_000 });
    await apply(verdict({ seq: 3 }));
    expect(await issue()).toMatchObject({ status: 'open', openedAt: T0 + 3_000, resolvedAt: null });
    expect(await history()).toEqual(['opened', 'resolved', 'reopened']);
    expect(sent()).toEqual(['opened', 'resolved', 'reopened']);
  });

  it('makes nothing of a pass or an unknown without an issue, or after it was resolved', async () => {
    const { apply, issue, deps, sent } = setUp();
    await apply(verdict({ status: 'pass' }), unknownVerdict(2, 'no factors'));
    expect(await issue()).toBeNull();
    expect(deps.rowsWritten).toBe(0);
    await apply(verdict({ seq: 3 }), verdict({ seq: 4, status: 'pass' }));
    const resolved = await issue();
    await apply(verdict({ seq: 5, status: 'unknown' }), verdict({ seq: 6, status: 'pass' }));
    expect(await issue()).toEqual(resolved);
    expect(sent()).toEqual(['opened', 'resolved']);
  });

  it('leaves an open issue open when it cannot be checked, and notes each reason once', async () => {
    const { apply, issue, history, sent } = setUp();
    await apply(verdict());
    await apply(unknownVerdict(2, 'okta.factors.read refused'));
    expect(await issue()).toMatchObject({
      status: 'open',
      severity: 'high',
      evidence: { facts: { status: 'ACTIVE' }, unverified: { reason: 'okta.factors.read refused', since: T0 + 2_000 } },
    });
    await apply(unknownVerdict(3, 'okta.factors.read refused'));
    expect(await history()).toEqual(['opened', 'noted']);
    await apply(unknownVerdict(4, 'HTTP 500'));
    expect((await issue())?.evidence.unverified).toEqual({ reason: 'HTTP 500', since: T0 + 2_000 });
    await apply(verdict({ seq: 5 }));
    expect((await issue())?.evidence.unverified).toBeUndefined();
    expect(await history()).toEqual(['opened', 'noted', 'noted', 'noted']);
    expect(sent()).toEqual(['opened']);
  });

  it('keeps a dismissed issue dismissed while the condition lasts', async () => {
    const { apply, issue, dismiss, sent } = setUp();
    await apply(verdict());
    await dismiss();
    await apply(verdict({ seq: 2, severity: 'critical', priority: 80 }));
    await apply(unknownVerdict(3, 'HTTP 500'));
    expect(await issue()).toMatchObject({
      status: 'dismissed',
      dismissReason: 'accepted_risk',
      dismissNote: 'until the autumn',
      priority: 80,
    });
    expect(sent()).toEqual(['opened']);
  });

  it('resolves a dismissed issue with its condition, and opens it when that returns', async () => {
    const { apply, issue, dismiss, history, sent } = setUp();
    await apply(verdict());
    await dismiss();
    await apply(verdict({ seq: 2, status: 'pass' }));
    expect(await issue()).toMatchObject({ status: 'resolved', dismissReason: null, dismissNote: null });
    await apply(verdict({ seq: 3 }));
    expect(await issue()).toMatchObject({ status: 'open', dismissReason: null });
    expect([...(await history())].sort()).toEqual(['dismissed', 'opened', 'reopened', 'resolved']);
    expect(sent()).toEqual(['opened', 'resolved', 'reopened']);
  });

  it('leaves the assignee alone', async () => {
    const { apply, issue, deps, tenant, id } = setUp();
    await apply(verdict());
    await deps
      .evidence(tenant)
      .prepare('UPDATE issues SET assignee = ?3 WHERE tenant_id = ?1 AND id = ?2')
      .bind(tenant, id, 'usr_1')
      .run();
    await apply(verdict({ seq: 2, priority: 1 }), verdict({ seq: 3, status: 'pass' }), verdict({ seq: 4 }));
    expect((await issue())?.assignee).toBe('usr_1');
  });
});
