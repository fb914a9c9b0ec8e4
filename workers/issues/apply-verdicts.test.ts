import { describe, expect, it } from 'vitest';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import { POSTERN } from '../auth/principal.ts';
import type { VerdictChange } from '../detections/types.ts';
import { applyVerdictChanges } from './apply-verdicts.ts';
import { issueId } from './issue-ids.ts';
import { getIssue, historyOf, listIssues, openIssueCounts } from './issues.repository.ts';
import { dismissIssue } from './lifecycle.ts';
import { fakeOutbound, verdict, verdictOf, watchedEvidence } from './testing/changes.ts';

const DISMISS = { reason: 'accepted_risk', note: 'until the autumn' } as const;

function setUp() {
  const tenant = freshTenant();
  const outbound = fakeOutbound();
  const clock = manualClock(T0 + 60_000);
  const deps = watchedEvidence(testDeps({ env: outbound.env, clock }));
  const id = issueId(tenant, 'no-mfa-admin', verdict().subject);
  return {
    tenant,
    deps,
    clock,
    outbound,
    id,
    apply: (...changes: VerdictChange[]) => applyVerdictChanges(deps, tenant, changes),
    issue: () => getIssue(deps, tenant, id),
    history: async () => (await historyOf(deps, tenant, id)).map((entry) => entry.change),
    sent: () => outbound.sent.map((message) => message.change),
    dismiss: () => dismissIssue(deps, tenant, POSTERN, id, DISMISS),
  };
}

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
    await apply(verdict({ status: 'pass' }), verdict({ seq: 2, status: 'unknown', reason: 'no factors' }));
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
    await apply(verdict({ seq: 2, status: 'unknown', reason: 'okta.factors.read refused' }));
    expect(await issue()).toMatchObject({
      status: 'open',
      severity: 'high',
      evidence: { facts: { status: 'ACTIVE' }, unverified: { reason: 'okta.factors.read refused', since: T0 + 2_000 } },
    });
    await apply(verdict({ seq: 3, status: 'unknown', reason: 'okta.factors.read refused' }));
    expect(await history()).toEqual(['opened', 'noted']);
    await apply(verdict({ seq: 4, status: 'unknown', reason: 'HTTP 500' }));
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
    await apply(verdict({ seq: 3, status: 'unknown', reason: 'HTTP 500' }));
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

describe('order', () => {
  it('ignores changes older than what was applied', async () => {
    const { apply, issue, history } = setUp();
    await apply(verdict({ seq: 5 }), verdict({ seq: 9, status: 'pass' }));
    const resolved = await issue();
    await apply(verdict({ seq: 5 }));
    await apply(verdict({ seq: 8, priority: 3 }));
    expect(await issue()).toEqual(resolved);
    expect(await history()).toEqual(['opened', 'resolved']);
  });

  it('folds many changes of one issue in the order of their sequence, whatever order they come in', async () => {
    const { apply, issue, history, sent, deps } = setUp();
    await apply(verdict({ seq: 4, priority: 9 }), verdict({ seq: 2, status: 'pass' }), verdict(), verdict({ seq: 3 }));
    expect(await issue()).toMatchObject({ status: 'open', priority: 9, changeSeq: 4, openedAt: T0 + 3_000 });
    expect(await history()).toEqual(['opened', 'resolved', 'reopened']);
    expect(sent()).toEqual(['opened', 'resolved', 'reopened']);
    expect(deps.batches).toBe(1);
  });

  it('gives one result when two runs apply the same changes at once', async () => {
    const { apply, issue, history, sent } = setUp();
    const changes = [verdict(), verdict({ seq: 2, status: 'pass' }), verdict({ seq: 3 })];
    await Promise.all([apply(...changes), apply(...changes), apply(...changes.slice(0, 2))]);
    expect(await issue()).toMatchObject({ status: 'open', changeSeq: 3 });
    expect(await history()).toEqual(['opened', 'resolved', 'reopened']);
    expect(new Set(sent())).toEqual(new Set(['opened', 'resolved', 'reopened']));
  });

  it('computes again what a person changed between reading and writing', async () => {
    const { apply, issue, deps, dismiss, history } = setUp();
    await apply(verdict());
    let raced = false;
    deps.beforeBatch = async () => {
      if (raced) return;
      raced = true;
      await dismiss();
    };
    await apply(verdict({ seq: 2, priority: 90 }));
    expect(await issue()).toMatchObject({ status: 'dismissed', dismissReason: 'accepted_risk', priority: 90 });
    expect([...(await history())].sort()).toEqual(['dismissed', 'opened']);
  });
});

describe('a crash', () => {
  it('before the write leaves nothing behind', async () => {
    const { apply, issue, deps, sent } = setUp();
    deps.beforeBatch = () => Promise.reject(new Error('D1 is gone'));
    await expect(apply(verdict())).rejects.toThrow('D1 is gone');
    expect(await issue()).toBeNull();
    expect(sent()).toEqual([]);
    deps.beforeBatch = async () => {};
    await apply(verdict());
    expect(sent()).toEqual(['opened']);
  });

  it('between the write and the queue does not lose the message', async () => {
    const { apply, issue, outbound, sent, history, clock } = setUp();
    await apply(verdict());
    outbound.sent.length = 0;
    outbound.failures = 1;
    const changes = [verdict({ seq: 2, status: 'pass' }), verdict({ seq: 3 })];
    await expect(apply(...changes)).rejects.toThrow('queue unavailable');
    expect(await issue()).toMatchObject({ status: 'open', changeSeq: 3 });
    expect(sent()).toEqual([]);

    clock.advance(60_000);
    expect(await apply(...changes)).toBe(0);
    expect(outbound.sent.map(({ change, at }) => [change, at])).toEqual([
      ['resolved', T0 + 2_000],
      ['reopened', T0 + 3_000],
    ]);
    expect(await history()).toEqual(['opened', 'resolved', 'reopened']);
  });

  it('does not lose the message even when a person acted meanwhile', async () => {
    const { apply, outbound, sent, dismiss } = setUp();
    outbound.failures = 1;
    await expect(apply(verdict())).rejects.toThrow('queue unavailable');
    await dismiss();
    await apply(verdict());
    expect(sent()).toEqual(['opened']);
  });

  it('in the middle of many chunks is made good by applying all again', async () => {
    const { apply, outbound, deps, tenant } = setUp();
    const changes = Array.from({ length: 450 }, (_, n) => verdictOf(n + 1));
    let chunks = 0;
    deps.beforeBatch = () => (++chunks === 3 ? Promise.reject(new Error('D1 is gone')) : Promise.resolve());
    await expect(apply(...changes)).rejects.toThrow('D1 is gone');
    expect(await apply(...changes)).toBe(50);
    const unique = new Set(outbound.sent.map((message) => message.issueId));
    expect(unique.size).toBe(450);
    const counts = await openIssueCounts(deps, tenant, ['idn_1', 'idn_450', 'idn_999']);
    expect(counts).toEqual(
      new Map([
        ['idn_1', 1],
        ['idn_450', 1],
      ]),
    );
  });
});

describe('cost and tenancy', () => {
  it('writes a new issue with at most four rows, in two statements whatever their number', async () => {
    const { apply, deps } = setUp();
    const changes = Array.from({ length: 200 }, (_, n) => verdictOf(n + 1));
    await apply(...changes);
    expect(deps.batches).toBe(1);
    // The issue, its two index entries, one history row.
    expect(deps.rowsWritten).toBeLessThanOrEqual(200 * 4);
    deps.rowsWritten = 0;
    await apply(...changes);
    await apply(...changes.map((change) => ({ ...change, seq: change.seq + 1_000 })));
    expect(deps.rowsWritten).toBe(0);
  });

  it('splits changes whose evidence is large', async () => {
    const { apply, deps } = setUp();
    const facts = { note: 'é'.repeat(100_000) };
    const changes = Array.from({ length: 12 }, (_, n) =>
      verdictOf(n + 1, { evidence: { ...verdict().evidence, facts } }),
    );
    expect(await apply(...changes)).toBe(12);
    expect(deps.batches).toBe(3);
  });

  it('keeps tenants apart, even for the same subject', async () => {
    const a = setUp();
    const b = setUp();
    await a.apply(verdict());
    expect(await getIssue(b.deps, b.tenant, a.id)).toBeNull();
    expect((await listIssues(b.deps, b.tenant, null, { limit: 10, sort: '-priority', status: 'all' })).data).toEqual(
      [],
    );
    await b.apply(verdict(), verdict({ seq: 2, status: 'pass' }));
    expect((await a.issue())?.status).toBe('open');
    expect(await openIssueCounts(b.deps, b.tenant, ['idn_1'])).toEqual(new Map());
  });

  it('carries text as it is', async () => {
    const { apply, issue } = setUp();
    const name = `O'Brien "\\" 🦊 \u0000 ${'x'.repeat(300)}`;
    await apply(verdict({ subject: { ...verdict().subject, name }, title: "Robert'); DROP TABLE issues;--" }));
    expect(await issue()).toMatchObject({ title: "Robert'); DROP TABLE issues;--" });
    expect((await issue())?.subjectName.startsWith(`O'Brien "\\" 🦊`)).toBe(true);
  });
});
