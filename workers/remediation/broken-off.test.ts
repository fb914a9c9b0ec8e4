import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../platform/clock.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { LEASE } from './remediations.repository.ts';
import { continueRemediations, GIVE_UP_AFTER } from './run.ts';
import { type Harness, setUp } from './testing/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await setUp();
});

const account = (name: string) => h.id('account', name);
const reset = () => ({ action: 'reset_factors', account: account('cat') });
const RESET = 'POST /api/v1/users/cat/lifecycle/reset_factors';
const shown = async (id: string) => (await h.call('GET', `/remediations/${id}`)).json;
const intentOf = async (id: string) =>
  h.deps
    .evidence(h.tenantId)
    .prepare('SELECT intent FROM remediations WHERE tenant_id = ?1 AND id = ?2')
    .bind(h.tenantId, id)
    .first<string>('intent');
const lines = async () =>
  (await h.audited()).map(({ action }) => action).filter((action) => /^remediation\.(done|failed)$/.test(action));

/** From here on nothing is written any more, until the object comes back: a run that was killed. */
function kill(): () => void {
  const { evidence } = h.deps;
  h.deps.evidence = () => {
    throw new Error('killed');
  };
  return () => {
    h.deps.evidence = evidence;
    h.okta.after = null;
    h.okta.faults.length = 0;
  };
}

/** Confirms, and is killed before or after Okta makes the change. */
async function brokenOff(body: Record<string, unknown>, when: 'before' | 'after'): Promise<string> {
  const { planId, confirm } = (await h.plan(body)).json;
  let restore = () => {};
  const die = () => {
    restore = kill();
  };
  if (when === 'after') h.okta.after = die;
  else {
    h.okta.faults.push((method) => {
      if (method === 'GET') return undefined;
      die();
      return oktaError(503, 'E0000010');
    });
  }
  expect((await h.call('POST', '/remediations', { planId, confirm })).status).toBe(500);
  restore();
  return planId;
}

const later = async (by: number) => {
  h.clock.advance(by);
  await continueRemediations(h.deps);
};

describe('a run that was killed', () => {
  it('between the reset of the factors and its note does not reset those that were enrolled since', async () => {
    const id = await brokenOff(reset(), 'after');
    expect(JSON.parse((await intentOf(id)) ?? '')).toEqual({ call: 0, enrolled: ['f-push', 'f-sms'] });
    h.okta.org.users.get('cat')?.factors.push('webauthn');
    await later(LEASE + 1);
    expect(await shown(id)).toMatchObject({
      status: 'done',
      answers: [{ status: 200, note: expect.stringContaining('lost') }],
    });
    expect(h.okta.writes).toEqual([RESET]);
    expect(h.okta.org.users.get('cat')?.factors).toEqual(['webauthn']);
    expect(await intentOf(id)).toBeNull();
    expect(h.refreshes).toMatchObject([{ users: ['cat'] }]);
    expect(await lines()).toEqual(['remediation.done']);
  });

  it('between the intent and the call makes the call, once', async () => {
    const id = await brokenOff(reset(), 'before');
    expect(await intentOf(id)).not.toBeNull();
    await later(LEASE + 1);
    expect((await shown(id)).status).toBe('done');
    expect(h.okta.writes).toEqual([RESET, RESET]);
    expect(h.okta.org.users.get('cat')?.factors).toEqual([]);
    await later(10 * MINUTE);
    expect(h.okta.writes).toHaveLength(2);
    expect(await lines()).toEqual(['remediation.done']);
  });

  it('before its intent was noted looks at the org as if it had never been', async () => {
    const { planId, confirm } = (await h.plan(reset())).json;
    const reads = h.okta.reads.length;
    let restore = () => {};
    h.okta.faults.push(() => {
      if (h.okta.reads.length === reads + 1) restore = kill();
      return undefined;
    });
    expect((await h.call('POST', '/remediations', { planId, confirm })).status).toBe(500);
    restore();
    expect((await shown(planId)).status).toBe('queued');
    const cat = h.okta.org.users.get('cat');
    if (cat) cat.factors = [];
    await later(LEASE + 1);
    expect(await shown(planId)).toMatchObject({
      status: 'failed',
      advice: expect.stringContaining('Nothing was changed'),
    });
    expect(h.okta.writes).toEqual([]);
    expect(h.refreshes).toEqual([]);
  });

  it('goes on with the second call of two', async () => {
    const consent = { action: 'revoke_grant', app: h.id('app', 'mail'), account: account('cat') };
    const id = await brokenOff(consent, 'after');
    await later(LEASE + 1);
    const { status, answers } = await shown(id);
    expect([status, answers.length]).toEqual(['done', 2]);
    expect(h.okta.writes).toEqual([
      'DELETE /api/v1/users/cat/clients/mail/grants',
      'DELETE /api/v1/users/cat/clients/mail/tokens',
    ]);
  });

  it('while it was told what follows tells it again', async () => {
    const { planId, confirm } = (await h.plan(reset())).json;
    const broken = { left: 2 };
    const { env } = h.deps;
    const get = env.REFRESH.get.bind(env.REFRESH);
    env.REFRESH.get = ((id: never) => {
      if (broken.left-- > 0) throw new Error('Network connection lost.');
      return get(id);
    }) as typeof env.REFRESH.get;
    expect((await h.call('POST', '/remediations', { planId, confirm })).json.status).toBe('running');
    await later(GIVE_UP_AFTER);
    expect(await shown(planId)).toMatchObject({ status: 'done', problem: null });
    expect(h.okta.writes).toEqual([RESET]);
    expect(h.refreshes).toMatchObject([{ users: ['cat'] }]);
  });
});

describe('one that is given up', () => {
  it('has what it may have touched read anew, and says that it does not know', async () => {
    h.okta.faults.push((method) => (method === 'GET' ? undefined : oktaError(503, 'E0000010')));
    const { json } = await h.make({ action: 'suspend', account: account('cat') });
    expect(json.status).toBe('running');
    expect(h.refreshes).toEqual([]);
    await later(GIVE_UP_AFTER);
    expect(await shown(json.id)).toMatchObject({ status: 'failed', advice: expect.stringContaining('Look in Okta') });
    expect(h.refreshes).toMatchObject([{ users: ['cat'], sourceId: h.sourceId }]);
    expect(await lines()).toEqual(['remediation.failed']);
  });

  it('changes nothing any more, and is done where Okta shows that it was', async () => {
    const id = await brokenOff({ action: 'suspend', account: account('cat') }, 'after');
    await later(GIVE_UP_AFTER);
    expect(await shown(id)).toMatchObject({ status: 'done', problem: null });
    expect(h.okta.writes).toHaveLength(1);
    const other = await brokenOff({ action: 'suspend', account: account('dan') }, 'before');
    const { length } = h.okta.writes;
    await later(GIVE_UP_AFTER);
    expect((await shown(other)).status).toBe('failed');
    expect(h.okta.writes).toHaveLength(length);
  });

  it.each([
    [
      'a token',
      () => ({ action: 'revoke_api_token', credential: h.id('credential', '00T1') }),
      { inventory: ['apiTokens'] },
    ],
    [
      'an app of a group',
      () => ({ action: 'unassign_app', group: h.id('group', 'staff'), app: h.id('app', 'mail') }),
      { apps: ['mail'] },
    ],
    [
      'a role of a client',
      () => ({ action: 'remove_role', app: h.id('app', 'mail'), role: h.id('role', 'ORG_ADMIN') }),
      { inventory: ['clientRoles'] },
    ],
    [
      'a consent',
      () => ({ action: 'revoke_grant', app: h.id('app', 'mail'), account: account('cat') }),
      { inventory: ['consents'] },
    ],
  ])('reads what the graph would have been told of %s', async (_, body, read) => {
    h.okta.faults.push((method) => (method === 'GET' ? undefined : oktaError(503, 'E0000010')));
    const { json } = await h.make(body());
    await later(GIVE_UP_AFTER);
    expect((await shown(json.id)).status).toBe('failed');
    expect(
      h.refreshes.some((scope) =>
        Object.entries(read).every(([kind, ids]) =>
          ids.every((id) => (scope[kind as 'apps'] as string[]).includes(id)),
        ),
      ),
    ).toBe(true);
  });

  it('is ended by the next run when it was killed while it was', async () => {
    h.okta.faults.push((method) => (method === 'GET' ? undefined : oktaError(503, 'E0000010')));
    const { json } = await h.make({ action: 'suspend', account: account('cat') });
    const get = h.deps.env.REFRESH.get;
    let restore = () => {};
    h.deps.env.REFRESH.get = () => {
      restore = kill();
      throw new Error('killed');
    };
    await expect(later(GIVE_UP_AFTER)).rejects.toThrow('killed');
    restore();
    h.deps.env.REFRESH.get = get;
    expect((await shown(json.id)).status).toBe('running');
    await later(LEASE + 1);
    expect((await shown(json.id)).status).toBe('failed');
    expect(h.okta.writes).toHaveLength(1);
    expect(h.refreshes).toMatchObject([{ users: ['cat'] }]);
    expect(await lines()).toEqual(['remediation.failed']);
  });
});
