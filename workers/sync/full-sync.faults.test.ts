import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { getSource } from '../sources/sources.repository.ts';
import { runFullSync } from './full-sync.ts';
import { emptyProgress, type FullParams } from './run.ts';
import { insertFullRun, moveRun } from './runs.repository.ts';
import { oktaError, smallOrg } from './testing/fake-okta.ts';
import { crashingEngine, createHarness, type Harness, plainStepper } from './testing/harness.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);

async function accounts(h: Harness): Promise<number> {
  return (await h.graph.counts()).account;
}

describe('a source that refuses', () => {
  it('keeps the old data of a scope that may not be read, and ends partial', async () => {
    const h = await createHarness(smallOrg(20));
    await h.sync();
    const www = 'Bearer scope="okta.roles.read", error="insufficient_scope"';
    h.okta.faults.push((path) =>
      path.includes('/iam/') || path.endsWith('/roles')
        ? oktaError(403, 'E0000006', { 'www-authenticate': www })
        : undefined,
    );
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(run.progress?.failedScopes).toContainEqual({
      scope: 'admins',
      reason: expect.stringContaining('okta.roles.read'),
    });
    expect((await h.graph.counts()).globalAdmins).toBe(1);
    expect((await h.graph.coverage()).find((one) => one.need === 'roles')?.reason).toContain('okta.roles.read');
    h.okta.faults = [];
    await h.sync();
    expect((await h.graph.coverage()).find((one) => one.need === 'roles')?.reason).toBeNull();
  });

  it('makes factors unknown that may not be read, without trying everybody', async () => {
    const h = await createHarness(smallOrg(60));
    h.okta.faults.push((path) => (path.endsWith('/factors') ? oktaError(403, 'E0000006') : undefined));
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(h.okta.calls.filter((call) => call.endsWith('/factors')).length).toBeLessThan(20);
    expect(await h.graph.accountView(account(h, '00u0'))).toMatchObject({ factors: { known: false } });
    expect((await h.graph.coverage()).find((one) => one.need === 'factors')?.reason).toContain('admin role');
  });

  it('treats one forbidden account as unknown and reads the others', async () => {
    const h = await createHarness(smallOrg(12));
    h.okta.faults.push((path) => (path.endsWith('/00u5/factors') ? oktaError(403, 'E0000006') : undefined));
    expect((await h.sync()).status).toBe('succeeded');
    expect(await h.graph.accountView(account(h, '00u5'))).toMatchObject({ factors: { known: false } });
    expect(await h.graph.accountView(account(h, '00u6'))).toMatchObject({ factors: { known: true } });
  });

  it('fails when the credential is refused', async () => {
    const h = await createHarness(smallOrg(5));
    h.okta.faults.push(() => oktaError(401, 'E0000011'));
    expect(await h.sync()).toMatchObject({ status: 'failed', error: expect.stringContaining('okta.unauthorized') });
    expect(await getSource(h.deps, h.tenantId, h.sourceId)).toMatchObject({ status: 'failed' });
    h.okta.faults = [];
    await h.sync();
    expect(await getSource(h.deps, h.tenantId, h.sourceId)).toMatchObject({ status: 'connected' });
  });

  it('goes on when a group vanishes between two calls', async () => {
    const h = await createHarness(smallOrg(8));
    h.okta.faults.push((path) => (path.includes('/groups/00gHalf/users') ? oktaError(404, 'E0000007') : undefined));
    expect((await h.sync()).status).toBe('succeeded');
  });

  it('notices a list whose next page is itself', async () => {
    const h = await createHarness(smallOrg(8));
    await h.sync();
    h.okta.faults.push((path, url) =>
      path === '/api/v1/users' ? Response.json([], { headers: { link: `<${url.href}>; rel="next"` } }) : undefined,
    );
    const run = await h.sync();
    expect(run.progress?.failedScopes[0]).toMatchObject({ scope: 'users', reason: expect.stringContaining('twice') });
    expect(await accounts(h)).toBe(8);
  });

  it('does not follow a next page to another host', async () => {
    const h = await createHarness(smallOrg(8));
    h.okta.faults.push((path) =>
      path === '/api/v1/groups'
        ? Response.json([], { headers: { link: '<https://evil.example/g>; rel="next"' } })
        : undefined,
    );
    const run = await h.sync();
    expect(run.progress?.failedScopes[0]).toMatchObject({
      scope: 'groups',
      reason: expect.stringContaining('another host'),
    });
  });
});

describe('a source that is slow or busy', () => {
  it('tries transient faults again', async () => {
    const h = await createHarness(smallOrg(8));
    let failures = 3;
    h.okta.faults.push((path) => (path === '/api/v1/users' && failures-- > 0 ? oktaError(503, 'E0000009') : undefined));
    expect((await h.sync()).status).toBe('succeeded');
    expect(h.slept.length).toBeGreaterThan(0);
  });

  it('gives up on one scope after several pauses, and reads the rest', async () => {
    const h = await createHarness(smallOrg(8));
    h.okta.faults.push((path) => (path.endsWith('/apps/0oaMail/users') ? oktaError(500, 'E0000009') : undefined));
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(run.progress?.failedScopes.map((failed) => failed.scope)).toEqual(['appUsers:0oaMail']);
    expect((await h.graph.coverage()).find((one) => one.need === 'assignments')?.reason).toContain('Okta says');
  });

  it('waits as long as a 429 says, outside the step', async () => {
    const h = await createHarness(smallOrg(8));
    let limited = 1;
    h.okta.faults.push((path) => {
      if (!path.endsWith('/00gHalf/users') || limited-- <= 0) return undefined;
      const reset = Math.floor(h.clock.now() / 1_000) + 17;
      const rate = { 'x-rate-limit-limit': '600', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) };
      return oktaError(429, 'E0000047', rate);
    });
    const stepper = plainStepper(h);
    expect((await h.sync({ stepper })).status).toBe('succeeded');
    expect(h.slept).toEqual([18_000]);
    expect(stepper.names).toContain('members pause 1');
  });

  it('leaves half of a bucket to others', async () => {
    const h = await createHarness(smallOrg(40));
    let remaining = 30;
    let reset = 0;
    h.okta.rate = (path) => {
      if (!path.endsWith('/factors'))
        return { limit: 600, remaining: 599, reset: Math.floor(h.clock.now() / 1_000) + 60 };
      if (h.clock.now() / 1_000 >= reset) {
        remaining = 30;
        reset = Math.floor(h.clock.now() / 1_000) + 60;
      }
      return { limit: 30, remaining: --remaining, reset };
    };
    let lowest = 30;
    h.okta.faults.push(() => {
      lowest = Math.min(lowest, remaining);
      return undefined;
    });
    expect((await h.sync()).status).toBe('succeeded');
    expect(h.slept.length).toBeGreaterThanOrEqual(2);
    expect(lowest).toBeGreaterThanOrEqual(15);
  });
});

describe('a run that dies', () => {
  it('comes to the same end, wherever it died', async () => {
    const plain = await createHarness(smallOrg(30));
    await plain.sync();
    const expected = await plain.graph.counts();
    for (const kill of [
      { before: [2, 5], after: [1, 3, 7] },
      { before: [4, 9, 12], after: [2, 10, 13] },
    ]) {
      const h = await createHarness(smallOrg(30));
      const engine = crashingEngine(h, kill);
      const first = await createRunRow(h);
      const deaths = await engine.run((stepper) => runFullSync(h.tools, first, stepper, h.clock.now()));
      expect(deaths).toBe(kill.before.length + kill.after.length);
      expect(await h.graph.counts()).toEqual(expected);
      expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    }
  });

  it('stops at the next step once it is cancelled', async () => {
    const h = await createHarness(smallOrg(8));
    h.okta.faults.push((path) => {
      if (path === '/api/v1/groups') void cancelNow();
      return undefined;
    });
    let cancelled: Promise<unknown> = Promise.resolve();
    const cancelNow = () => {
      cancelled = moveRun(
        h.deps,
        h.tenantId,
        { id: `syn_${h.tenantId}_1`, sourceId: h.sourceId },
        {
          from: ['running'],
          to: 'cancelled',
          ended: true,
        },
      );
    };
    const stepper = plainStepper(h);
    const slow = {
      ...stepper,
      do: async <T>(name: string, work: () => Promise<T>) =>
        stepper.do(name, async () => {
          const result = await work();
          await cancelled;
          return result;
        }),
    };
    expect(await h.sync({ stepper: slow })).toMatchObject({ status: 'cancelled' });
    expect(stepper.names).not.toContain('apps 1');
    expect(h.settled).toEqual([]);
  });
});

describe('a large org', () => {
  it('stays within the steps and result sizes of a workflow', async () => {
    const org = smallOrg(1_500);
    for (let g = 0; g < 700; g++) {
      org.groups.push({ id: `00gx${g}`, name: `G${g}`, type: 'OKTA_GROUP', members: [`00u${g}`], roles: [] });
    }
    const h = await createHarness(org);
    h.okta.pageSize.members = 100;
    const stepper = plainStepper(h);
    const run = await h.sync({ stepper });
    expect(run.status).toBe('succeeded');
    expect(stepper.names.length).toBeLessThan(40);
    expect(stepper.largest).toBeLessThan(1_000_000);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });
});

async function createRunRow(h: Harness): Promise<FullParams> {
  h.clock.advance(60_000);
  const id = `syn_${h.tenantId}_first`;
  await insertFullRun(h.deps, h.tenantId, { id, sourceId: h.sourceId, progress: emptyProgress(h.clock.now()) });
  return { kind: 'full', tenantId: h.tenantId, sourceId: h.sourceId, runId: id };
}
