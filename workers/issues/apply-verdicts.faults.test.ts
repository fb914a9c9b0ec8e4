import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { getIssue, listIssues, openIssueCounts } from './issues.repository.ts';
import { setUp } from './testing/apply-set-up.ts';
import { verdict, verdictOf } from './testing/changes.ts';

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
  it('writes a new issue with at most five rows, in two statements whatever their number', async () => {
    const { apply, deps } = setUp();
    const changes = Array.from({ length: 200 }, (_, n) => verdictOf(n + 1));
    await apply(...changes);
    expect(deps.batches).toBe(1);
    // The issue, its three index entries, one history row.
    expect(deps.rowsWritten).toBeLessThanOrEqual(200 * 5);
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
