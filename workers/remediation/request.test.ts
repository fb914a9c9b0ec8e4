import { beforeEach, describe, expect, it } from 'vitest';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { LEASE, MAX_PER_HOUR, MAX_PLANS_PER_HOUR } from './remediations.repository.ts';
import { PLAN_LIFE } from './request.ts';
import { continueRemediations, GIVE_UP_AFTER, purgeRemediations } from './run.ts';
import { type Harness, setUp } from './testing/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await setUp();
});

const sessions = (name = 'dan') => ({ action: 'revoke_sessions', account: h.id('account', name) });
const confirm = (planId: string, typed = 'dan', token?: string) =>
  h.call('POST', '/remediations', { planId, confirm: typed }, token);
const planned = async (body: unknown = sessions()) => (await h.plan(body)).json.planId as string;
const shown = async (id: string) => (await h.call('GET', `/remediations/${id}`)).json;

describe('the switch', () => {
  it('is off until a super admin turns it on, and every change of it is audited once', async () => {
    const off = await setUp({ enabled: false });
    const body = { action: 'revoke_sessions', account: off.id('account', 'dan') };
    expect((await off.call('GET', '/remediations/settings')).json).toEqual({
      enabled: false,
      updatedAt: null,
      updatedBy: null,
    });
    expect(await off.plan(body)).toMatchObject({ status: 409, json: { code: 'remediation.disabled' } });
    for (const role of ['issue_responder', 'source_admin', 'viewer'] as const) {
      expect((await off.call('PATCH', '/remediations/settings', { enabled: true }, off.tokens[role])).status).toBe(403);
    }
    for (const enabled of [true, true, false]) {
      expect((await off.call('PATCH', '/remediations/settings', { enabled })).json.enabled).toBe(enabled);
    }
    const lines = (await off.audited())
      .map(({ action }) => action)
      .filter((action) => action.startsWith('remediation'));
    expect(lines.sort()).toEqual(['remediation.disable', 'remediation.enable']);
    expect(off.okta.reads).toEqual([]);
  });

  it('stops what was confirmed and not begun', async () => {
    const id = await planned();
    h.okta.faults.push(() => oktaError(503, 'E0000010'));
    expect((await confirm(id)).json.status).toBe('queued');
    await h.call('PATCH', '/remediations/settings', { enabled: false });
    h.okta.faults.length = 0;
    h.clock.advance(60_000);
    await continueRemediations(h.deps);
    expect(await shown(id)).toMatchObject({ status: 'failed', advice: expect.stringContaining('turned off') });
    expect(h.okta.writes).toEqual([]);
  });
});

describe('who may', () => {
  it('asks for a permission of its own', async () => {
    for (const role of ['issue_responder', 'source_admin', 'viewer'] as const) {
      expect((await h.plan(sessions(), h.tokens[role])).status).toBe(403);
      expect((await confirm('rmd_x', 'dan', h.tokens[role])).status).toBe(403);
      expect((await h.call('GET', '/remediations', undefined, h.tokens[role])).status).toBe(200);
    }
  });

  it('is granted to single issue responders, and lost with the role', async () => {
    const email = `eve-${h.tenantId.toLowerCase()}@example.com`;
    const password = 'correct horse battery staple';
    const eve = (await h.call('POST', '/users', { email, name: 'Eve', role: 'issue_responder', password })).json;
    expect(eve.extraPermissions).toEqual([]);
    const { token } = (await h.call('POST', '/session', { email, password })).json;
    expect((await h.plan(sessions(), token)).status).toBe(403);
    const change = (body: unknown) => h.call('PATCH', `/users/${eve.id}`, body);
    expect((await change({ extraPermissions: ['remediate'] })).json.extraPermissions).toEqual(['remediate']);
    expect((await h.call('GET', '/session', undefined, token)).json.permissions).toContain('remediate');
    expect((await h.make(sessions(), token)).status).toBe(202);
    expect((await change({ role: 'viewer' })).json.extraPermissions).toEqual([]);
    expect((await h.plan(sessions(), token)).status).toBe(403);
    expect((await change({ extraPermissions: ['remediate'] })).status).toBe(400);
  });

  it('another tenant finds neither the plan nor what was made of it', async () => {
    const other = await setUp();
    const id = await planned();
    expect((await other.call('POST', '/remediations', { planId: id, confirm: 'dan' })).status).toBe(404);
    await confirm(id);
    expect((await other.call('GET', `/remediations/${id}`)).status).toBe(404);
    expect((await other.call('GET', '/remediations')).json.data).toEqual([]);
    expect((await other.plan(sessions())).status).toBe(404);
  });
});

describe('a confirmation', () => {
  it('is the name of the target, typed by whom the plan was shown to', async () => {
    const id = await planned();
    for (const typed of ['Dan', 'cat', 'd a n']) {
      expect(await confirm(id, typed)).toMatchObject({ status: 400, json: { code: 'remediation.not_confirmed' } });
    }
    const email = `zoe-${h.tenantId.toLowerCase()}@example.com`;
    const password = 'correct horse battery staple';
    await h.call('POST', '/users', { email, name: 'Zoe', role: 'super_admin', password });
    const { token } = (await h.call('POST', '/session', { email, password })).json;
    expect(await confirm(id, 'dan', token)).toMatchObject({
      status: 403,
      json: { code: 'remediation.plan_not_yours' },
    });
    expect(h.okta.writes).toEqual([]);
    expect((await confirm(id, '  dan ')).status).toBe(202);
  });

  it('comes within ten minutes', async () => {
    const id = await planned();
    h.clock.advance(PLAN_LIFE);
    expect(await confirm(id)).toMatchObject({ status: 409, json: { code: 'remediation.plan_expired' } });
    expect((await h.call('GET', `/remediations/${id}`)).status).toBe(404);
  });

  it('is limited to some in an hour, and says when there is room again', async () => {
    for (let n = 0; n < MAX_PER_HOUR; n++) expect((await confirm(await planned())).status).toBe(202);
    const one = await planned();
    expect(await confirm(one)).toMatchObject({ status: 429, json: { code: 'remediation.too_many' } });
    h.clock.advance(3_600_001);
    expect((await confirm(await planned())).status).toBe(202);
    const first = (await h.call('GET', '/remediations?limit=15')).json;
    const rest = (await h.call('GET', `/remediations?limit=15&cursor=${first.next}`)).json;
    expect([first.data.length, rest.data.length, rest.next]).toEqual([15, MAX_PER_HOUR + 1 - 15, null]);
  });

  it('looks into an org so often in an hour and no more, refused plans included', async () => {
    const now = h.clock.now();
    const fill = h.deps.evidence(h.tenantId).prepare(
      `INSERT INTO remediations (tenant_id, id, source_id, action, status, request, confirm, digest, plan, requested_by,
         created_at, expires_at)
       SELECT ?1, 'rmd_' || value, ?2, 'suspend', 'planned', '{}', 'x', 'x', '{}', '{}', ?3, ?3
       FROM json_each(?4)`,
    );
    const ids = Array.from({ length: MAX_PLANS_PER_HOUR - 1 }, (_, n) => `${h.tenantId}${n}`);
    await fill.bind(h.tenantId, h.sourceId, now, JSON.stringify(ids)).run();
    const impossible = { action: 'unsuspend', account: h.id('account', 'dan') };
    expect((await h.plan(impossible)).json.possible).toBe(false);
    const reads = h.okta.reads.length;
    expect(await h.plan(impossible)).toMatchObject({ status: 429, json: { code: 'remediation.too_many' } });
    expect(h.okta.reads).toHaveLength(reads);
  });

  it('refuses bodies that name too little, too much, or something strange', async () => {
    const app = h.id('app', 'mail');
    for (const body of [
      {},
      { action: 'deactivate', account: h.id('account', 'dan') },
      { action: 'suspend' },
      { ...sessions(), group: 'x' },
      { action: 'unassign_app', app },
      { action: 'unassign_app', app, account: h.id('account', 'dan'), group: h.id('group', 'staff') },
      { action: 'revoke_api_token', tokenId: '00T1' },
      { action: 'revoke_api_token', source: h.sourceId, tokenId: '../users/ann' },
    ]) {
      expect([(await h.plan(body)).status, body]).toEqual([400, body]);
    }
    expect((await h.plan({ action: 'suspend', account: app })).status).toBe(404);
    expect((await h.plan({ action: 'suspend', account: 'acc_none' })).status).toBe(404);
  });
});

describe('a change', () => {
  it('is not made for somebody who has lost the right meanwhile', async () => {
    const email = `kim-${h.tenantId.toLowerCase()}@example.com`;
    const password = 'correct horse battery staple';
    const ways = [{ disabled: true }, { extraPermissions: [] }, { sourceIds: [] }, { role: 'viewer' }];
    for (const [place, way] of ways.entries()) {
      const user = { email: `${place}${email}`, name: 'Kim', role: 'issue_responder', password };
      const kim = (await h.call('POST', '/users', user)).json;
      await h.call('PATCH', `/users/${kim.id}`, { extraPermissions: ['remediate'] });
      const { token } = (await h.call('POST', '/session', { email: user.email, password })).json;
      const id = (await h.plan(sessions(), token)).json.planId as string;
      h.okta.faults.push(() => oktaError(503, 'E0000010'));
      expect((await confirm(id, 'dan', token)).json.status).toBe('queued');
      h.okta.faults.length = 0;
      expect((await h.call('PATCH', `/users/${kim.id}`, way)).status).toBe(200);
      h.clock.advance(60_000);
      await continueRemediations(h.deps);
      expect([way, await shown(id)]).toMatchObject([
        way,
        { status: 'failed', problem: 'Kim may not change this source any more.' },
      ]);
    }
    expect(h.okta.writes).toEqual([]);
  });

  it('is not begun by a run that took longer than it may', async () => {
    const id = await planned();
    const slow = { left: 1 };
    h.okta.faults.push(() => {
      if (slow.left-- > 0) h.clock.advance(LEASE + 1);
      return undefined;
    });
    expect((await confirm(id)).json.status).toBe('queued');
    expect(h.okta.writes).toEqual([]);
    h.clock.advance(60_000);
    await continueRemediations(h.deps);
    expect((await shown(id)).status).toBe('done');
    expect(h.okta.writes).toHaveLength(1);
  });

  it('is not made when the org is another than the plan said', async () => {
    const role = { action: 'remove_role', account: h.id('account', 'cat'), role: h.id('role', 'APP_ADMIN') };
    const id = await planned(role);
    h.okta.org.users.get('cat')?.roles.push({ id: 'ra9', type: 'APP_ADMIN' });
    expect((await confirm(id, 'cat')).json).toMatchObject({
      status: 'failed',
      advice: expect.stringContaining('new plan'),
    });
    expect(h.okta.writes).toEqual([]);
  });

  it('is safe when two plans are safe only each alone', async () => {
    const pair = ['ann', '00uPostern'].map((name) => h.okta.org.users.get(name));
    if (pair[1]) pair[1].status = 'SUSPENDED';
    const suspend = (name: string) => planned({ action: 'suspend', account: h.id('account', name) });
    const [ann, bob] = [await suspend('ann'), await suspend('bob')];
    const ends = await Promise.all([confirm(ann, 'ann'), confirm(bob, 'bob')]);
    h.clock.advance(1);
    await continueRemediations(h.deps);
    const all = await Promise.all([shown(ann), shown(bob)]);
    expect(ends.map(({ status }) => status)).toEqual([202, 202]);
    expect(all.map(({ status }) => status).sort()).toEqual(['done', 'failed']);
    expect(all.find(({ status }) => status === 'failed').problem).toContain('super admin');
    expect(h.okta.writes).toHaveLength(1);
  });

  it('waits when Okta does, and gives up after an hour', async () => {
    const id = await planned();
    let busy = true;
    h.okta.faults.push((method) => (busy && method === 'DELETE' ? oktaError(503, 'E0000010') : undefined));
    expect((await confirm(id)).json).toMatchObject({
      status: 'running',
      nextAttemptAt: expect.any(String),
      problem: expect.any(String),
    });
    await continueRemediations(h.deps);
    expect(h.okta.writes).toHaveLength(1); // not yet
    h.clock.advance(60_000);
    busy = false;
    await continueRemediations(h.deps);
    expect((await shown(id)).status).toBe('done');

    busy = true;
    const late = await planned();
    await confirm(late);
    h.clock.advance(GIVE_UP_AFTER);
    await continueRemediations(h.deps);
    expect(await shown(late)).toMatchObject({ status: 'failed', advice: expect.stringContaining('Look in Okta') });
    expect((await h.audited()).filter(({ action }) => action === 'remediation.failed')).toHaveLength(1);
  });

  it('ends with what Okta said and what to do', async () => {
    const id = await planned();
    h.okta.faults.push((method) => (method === 'DELETE' ? oktaError(403, 'E0000006') : undefined));
    expect((await confirm(id)).json).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('E0000006'),
      advice: expect.stringContaining('okta.users.manage'),
    });
    const [line] = (await h.audited()).filter(({ action }) => action === 'remediation.failed');
    expect(line?.detail).toMatchObject({ action: 'revoke_sessions', digest: (await shown(id)).digest });
  });

  it('counts as done what somebody else did meanwhile', async () => {
    const id = await planned({ action: 'suspend', account: h.id('account', 'dan') });
    const user = h.okta.org.users.get('dan');
    h.okta.faults.push((method) => {
      if (method === 'POST' && user) user.status = 'SUSPENDED';
      return undefined;
    });
    expect((await confirm(id)).json.status).toBe('done');
    expect((await shown(id)).answers[0]).toMatchObject({ status: 400, note: 'It was so already.' });
  });

  it('is kept, and plans that nobody confirmed are not', async () => {
    const kept = await planned();
    await confirm(kept);
    await planned();
    h.clock.advance(2 * 86_400_000);
    expect(await purgeRemediations(h.deps)).toBeGreaterThan(0);
    expect((await shown(kept)).status).toBe('done');
  });
});
