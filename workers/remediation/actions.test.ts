import { beforeEach, describe, expect, it } from 'vitest';
import { graphOf } from '../graph/directory.ts';
import { continueRemediations } from './run.ts';
import { type Harness, setUp } from './testing/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await setUp();
});

const account = (name: string) => h.id('account', name);
const show = (id: string) => h.call('GET', `/remediations/${id}`);

/** Every action: what it asks for, what it calls, and how the org is afterwards. */
const CASES: [name: string, body: () => Record<string, unknown>, writes: string[], holds: () => boolean][] = [
  [
    'ends sessions',
    () => ({ action: 'revoke_sessions', account: account('cat') }),
    ['DELETE /api/v1/users/cat/sessions?oauthTokens=true&forgetDevices=true'],
    () => h.okta.org.users.get('cat')?.sessions === 0,
  ],
  [
    'suspends',
    () => ({ action: 'suspend', account: account('cat') }),
    ['POST /api/v1/users/cat/lifecycle/suspend'],
    () => h.okta.org.users.get('cat')?.status === 'SUSPENDED',
  ],
  [
    'resets factors',
    () => ({ action: 'reset_factors', account: account('cat') }),
    ['POST /api/v1/users/cat/lifecycle/reset_factors'],
    () => h.okta.org.users.get('cat')?.factors.length === 0,
  ],
  [
    'removes from a group',
    () => ({ action: 'remove_from_group', account: account('dan'), group: h.id('group', 'staff') }),
    ['DELETE /api/v1/groups/staff/users/dan'],
    () => !h.okta.org.groups.get('staff')?.members.has('dan'),
  ],
  [
    'takes an app from a person',
    () => ({ action: 'unassign_app', account: account('cat'), app: h.id('app', 'mail') }),
    ['DELETE /api/v1/apps/mail/users/cat?sendEmail=false'],
    () => !h.okta.org.apps.get('mail')?.users.has('cat'),
  ],
  [
    'takes an app from a group',
    () => ({ action: 'unassign_app', group: h.id('group', 'staff'), app: h.id('app', 'mail') }),
    ['DELETE /api/v1/apps/mail/groups/staff'],
    () => h.okta.org.apps.get('mail')?.groups.size === 0,
  ],
  [
    'takes a role from a person',
    () => ({ action: 'remove_role', account: account('cat'), role: h.id('role', 'APP_ADMIN') }),
    ['DELETE /api/v1/users/cat/roles/ra2'],
    () => h.okta.org.users.get('cat')?.roles.length === 0,
  ],
  [
    'takes a role from a group',
    () => ({ action: 'remove_role', group: h.id('group', 'admins'), role: h.id('role', 'SUPER_ADMIN') }),
    ['DELETE /api/v1/groups/admins/roles/ra3'],
    () => h.okta.org.groups.get('admins')?.roles.length === 0,
  ],
  [
    'takes a role from an OAuth client',
    () => ({ action: 'remove_role', app: h.id('app', 'mail'), role: h.id('role', 'ORG_ADMIN') }),
    ['DELETE /oauth2/v1/clients/mail/roles/ra4'],
    () => h.okta.org.apps.get('mail')?.roles.length === 0,
  ],
  [
    'revokes an API token that the graph knows',
    () => ({ action: 'revoke_api_token', credential: h.id('credential', '00T1') }),
    ['DELETE /api/v1/api-tokens/00T1'],
    () => h.okta.org.tokens.size === 0,
  ],
  [
    'revokes an API token by its id in Okta',
    () => ({ action: 'revoke_api_token', source: h.sourceId, tokenId: '00T1' }),
    ['DELETE /api/v1/api-tokens/00T1'],
    () => h.okta.org.tokens.size === 0,
  ],
  [
    'revokes a grant of an app',
    () => ({ action: 'revoke_grant', app: h.id('app', 'mail'), grantId: 'oag1' }),
    ['DELETE /api/v1/apps/mail/grants/oag1'],
    () => h.okta.org.apps.get('mail')?.grants.size === 0,
  ],
  [
    'revokes a consent and the tokens that came of it',
    () => ({ action: 'revoke_grant', app: h.id('app', 'mail'), account: account('cat') }),
    ['DELETE /api/v1/users/cat/clients/mail/grants', 'DELETE /api/v1/users/cat/clients/mail/tokens'],
    () => h.okta.org.consents.size === 0,
  ],
];

describe.each(CASES)('%s', (_, body, writes, holds) => {
  it('says exactly what it would call, and does just that after the confirmation', async () => {
    const planned = await h.plan(body());
    expect(planned.status).toBe(200);
    expect(planned.json).toMatchObject({
      possible: true,
      refusals: [],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(planned.json.calls.map((call: { method: string; path: string }) => `${call.method} ${call.path}`)).toEqual(
      writes,
    );
    expect(h.okta.writes).toEqual([]);

    const { planId, confirm, digest } = planned.json;
    const made = await h.call('POST', '/remediations', { planId, confirm });
    expect([made.status, made.json.status, made.json.digest]).toEqual([202, 'done', digest]);
    expect(h.okta.writes).toEqual(writes);
    expect(holds()).toBe(true);

    // said twice, it is done once
    expect((await h.call('POST', '/remediations', { planId, confirm })).json.status).toBe('done');
    await continueRemediations(h.deps);
    expect(h.okta.writes).toEqual(writes);

    const lines = (await h.audited())
      .filter(({ action }) => action.startsWith('remediation.'))
      .map(({ action }) => action);
    expect(lines.sort()).toEqual(['remediation.done', 'remediation.enable', 'remediation.request']);
  });

  it('is done once, and ends, after a crash between the call and its note', async () => {
    const broken = { left: 1 };
    const evidence = h.deps.evidence;
    h.okta.after = () => {
      if (broken.left-- <= 0) return;
      // the note of the call does not arrive, and neither does that of the failure
      h.deps.evidence = () => {
        throw new Error('killed');
      };
    };
    const planned = await h.plan(body());
    const { planId, confirm } = planned.json;
    expect((await h.call('POST', '/remediations', { planId, confirm })).status).toBe(500);
    h.deps.evidence = evidence;
    expect((await show(planId)).json.status).toBe('running');

    await continueRemediations(h.deps);
    expect(h.okta.writes).toHaveLength(1); // the lease of the run that died is not over
    h.clock.advance(3 * 60_000);
    await continueRemediations(h.deps);
    const after = (await show(planId)).json;
    expect(after).toMatchObject({ status: 'done', problem: null });
    expect(after.answers).toHaveLength(writes.length);
    const lines = (await h.audited()).map(({ action }) => action);
    expect(lines.filter((action) => action === 'remediation.request')).toHaveLength(1);
    // sessions cannot be seen: ending them is said again
    expect(h.okta.writes).toEqual(writes[0]?.includes('/sessions') ? [writes[0], ...writes] : writes);
    expect(after.answers[0].note === null).toBe(writes[0]?.includes('/sessions'));
    expect(holds()).toBe(true);
  });
});

describe('what follows', () => {
  it('reads the account anew, once', async () => {
    const { json } = await h.make({ action: 'suspend', account: account('cat') });
    expect(h.refreshes).toHaveLength(1);
    expect(h.refreshes[0]).toMatchObject({ users: ['cat'], groups: [], sourceId: h.sourceId });
    expect((await show(json.id)).json.answers).toEqual([
      { method: 'POST', path: '/api/v1/users/cat/lifecycle/suspend', status: 200, note: null },
    ]);
  });

  it('ends in the graph what no refresh reads', async () => {
    const graph = graphOf(h.deps, h.tenantId);
    h.clock.advance(1_000);
    await h.make({ action: 'revoke_api_token', credential: h.id('credential', '00T1') });
    expect(await graph.node(h.id('credential', '00T1'))).toBeNull();
    await h.make({ action: 'unassign_app', group: h.id('group', 'staff'), app: h.id('app', 'mail') });
    const app = await graph.node(h.id('app', 'mail'));
    expect(app?.in.some(({ node }) => node.kind === 'group')).toBe(false);
    expect(h.refreshes.at(-1)?.users.toSorted()).toEqual(['cat', 'dan']);
  });

  it('lifts a suspension', async () => {
    await h.make({ action: 'suspend', account: account('dan') });
    expect((await h.plan({ action: 'suspend', account: account('dan') })).json.refusals[0].code).toBe('nothing_to_do');
    expect((await h.make({ action: 'unsuspend', account: account('dan') })).json.status).toBe('done');
    expect(h.okta.org.users.get('dan')?.status).toBe('ACTIVE');
  });
});
