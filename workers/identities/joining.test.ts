import { describe, expect, it } from 'vitest';
import { POSTERN } from '../auth/principal.ts';
import { nodeId } from '../graph/model.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { joinIdentities, splitAccount } from './by-hand.ts';
import { matchesOf } from './matches.ts';
import { orgOf, orgUser, type TwoOrgs, twoOrgs } from './testing/two-orgs.ts';

const by = { ...POSTERN, name: 'Ada' };

const rowsOf = async ({ first, tenantId }: TwoOrgs, table: string) =>
  (
    await first.deps
      .evidence(tenantId)
      .prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`)
      .bind(tenantId)
      .first<{ n: number }>()
  )?.n;

// each case reads whole orgs several times
const SLOW = { timeout: 90_000 };

describe.each([1, 4])('two orgs with the same people, over %i shards', SLOW, (shards) => {
  const people = ['ada', 'bob', 'dee'];
  const made = (more: Parameters<typeof twoOrgs>[1] = []) =>
    twoOrgs(
      people.map((id) => orgUser(id, { mail: `${id}@acme.test` })),
      [...people.map((id) => orgUser(`${id}2`, { mail: `${id.toUpperCase()}@acme.test` })), ...more],
      { shards },
    );
  const joined = people.map((id) => [id, `${id}2`]);

  it('are one identity each, and an unchanged sync writes nothing', async () => {
    const orgs = await made([orgUser('zoe2', {})]);
    await orgs.sync();
    expect(await orgs.people()).toEqual([...joined, ['zoe2']]);
    expect((await orgs.graph.counts()).identity).toBe(4);
    expect(await orgs.sync()).toBe(0);
    expect(await orgs.people()).toEqual([...joined, ['zoe2']]);
    const identity = await orgs.graph.identity(nodeId('identity', orgs.first.sourceId, 'ada'));
    expect(identity?.accounts.map(({ node, link }) => [node.nativeId, link?.how ?? null]).sort()).toEqual([
      ['ada', null],
      ['ada2', 'mail'],
    ]);
    // listed by any of its accounts, once, in pages
    const bySource = await orgs.graph.list({ kind: 'identity', limit: 50, sourceId: orgs.second.sourceId });
    expect(bySource.data.map(({ nativeId, accounts }) => [nativeId, accounts]).sort()).toEqual([
      ...people.map((id) => [id, 2]),
      ['zoe2', 1],
    ]);
    expect((await orgs.graph.list({ kind: 'identity', limit: 50, q: 'dee2@' })).data).toMatchObject([
      { nativeId: 'dee' },
    ]);
    expect((await orgs.graph.list({ kind: 'account', limit: 50 })).data).toHaveLength(7);
  });

  it('stay as a person said, whatever syncs bring', async () => {
    const orgs = await made([orgUser('zoe2', {})]);
    await orgs.sync();
    const { deps } = orgs.first;
    const ada = nodeId('identity', orgs.first.sourceId, 'ada');
    const bob = nodeId('identity', orgs.first.sourceId, 'bob');
    const before = orgs.first.clock.now();
    orgs.first.clock.advance(1_000);
    const split = await splitAccount(deps, orgs.tenantId, by, ada, orgs.b('ada2'));
    expect(split.identity).toMatchObject({ nativeId: 'ada2' });
    const whole = await joinIdentities(deps, orgs.tenantId, by, bob, orgs.b('zoe2'));
    expect(whole.identity.id).toBe(bob);
    const said = [['ada'], ['ada2'], ['bob', 'bob2', 'zoe2'], ...joined.slice(2)];
    expect(await orgs.people()).toEqual(said);
    // what each said is the same after everything was read anew, twice
    await orgs.sync();
    expect(await orgs.sync()).toBe(0);
    expect(await orgs.people()).toEqual(said);
    // as it was before
    expect((await orgs.graph.identity(ada, before))?.accounts.map(({ node }) => node.nativeId).sort()).toEqual([
      'ada',
      'ada2',
    ]);
    expect((await orgs.graph.identity(bob, before))?.accounts).toHaveLength(2);
    expect((await orgs.graph.identity(split.identity.id, before))?.accounts ?? []).toHaveLength(0);
    // and a person may say it again the other way round
    await joinIdentities(deps, orgs.tenantId, by, ada, orgs.b('ada2'));
    await splitAccount(deps, orgs.tenantId, by, bob, orgs.b('zoe2'));
    await orgs.sync();
    expect(await orgs.people()).toEqual([...joined, ['zoe2']]);
  });

  it('come apart when the mail changes hands, and the stale account is given to nobody', async () => {
    const orgs = await made();
    await orgs.sync();
    const { org } = orgs.first.okta;
    org.users = [
      orgUser('ada', { mail: 'ada.lovelace@acme.test' }),
      ...org.users.slice(1),
      // the new hire has what was Ada's address
      orgUser('adam', { mail: 'ada@acme.test' }),
    ];
    org.groups[0]?.members.push('adam');
    await orgs.sync('first');
    const apart = [['ada'], ['ada2'], ['adam'], ...joined.slice(1)];
    expect(await orgs.people()).toEqual(apart);
    expect(await orgs.sync()).toBe(0);
    const [match] = await matchesOf(orgs.first.deps, orgs.tenantId, nodeId('identity', orgs.first.sourceId, 'adam'));
    expect(match).toMatchObject({ account: { nativeId: 'ada2' }, hindrance: 'The mail has changed hands before' });
    // the account itself has a new address: that is a fact of its own
    orgs.second.okta.org.users[0] = orgUser('ada2', { mail: 'ada.lovelace@acme.test' });
    await orgs.sync('second');
    expect(await orgs.people()).toEqual([['ada', 'ada2'], ['adam'], ...joined.slice(1)]);
  });

  it('come apart when an account is gone, or the source is', async () => {
    const orgs = await made();
    await orgs.sync();
    const { org } = orgs.first.okta;
    orgs.first.okta.org = orgOf(org.users.slice(0, 2));
    await orgs.graph.applyDelta({
      changes: [
        {
          op: 'removeNode',
          nodeId: orgs.a('dee'),
          at: orgs.first.clock.now() + 1,
          by: { kind: 'event', id: 'evt_gone' },
        },
      ],
      signals: [],
    });
    // until the next sync the identity goes on with what is left
    expect(await orgs.people()).toContainEqual(['dee2']);
    await orgs.sync('first');
    expect(await orgs.people()).toContainEqual(['dee2']);
    expect((await orgs.graph.list({ kind: 'identity', limit: 50 })).data.map(({ nativeId }) => nativeId)).toContain(
      'dee2',
    );
  });
});

describe('what is not joined by itself', SLOW, () => {
  it('two accounts of one source with one mail, and whoever they might belong to', async () => {
    const orgs = await twoOrgs(
      [orgUser('ada', { mail: 'a@acme.test' }), orgUser('adm', { mail: 'a@acme.test' })],
      [orgUser('ada2', { mail: 'a@acme.test' })],
    );
    await orgs.sync();
    expect(await orgs.people()).toEqual([['ada'], ['ada2'], ['adm']]);
    const matches = await matchesOf(orgs.first.deps, orgs.tenantId, nodeId('identity', orgs.first.sourceId, 'ada'));
    expect(matches.map(({ account, hindrance }) => [account.nativeId, hindrance]).sort()).toEqual([
      ['ada2', 'More than one account of a source has this mail'],
      ['adm', 'Accounts of one source are not joined by their mail'],
    ]);
    expect(await rowsOf(orgs, 'identity_links')).toBe(0);
    // one of them is gone: now it is clear
    orgs.first.okta.org.users[1] = orgUser('adm', { mail: 'adm@acme.test' });
    await orgs.sync();
    expect(await orgs.people()).toEqual([['ada', 'ada2'], ['adm']]);
  });

  it('mails that nobody verified, and a mail of who left before the other came', async () => {
    const orgs = await twoOrgs(
      [
        orgUser('ada', { mail: 'a@acme.test', verified: false }),
        orgUser('old', { mail: 'o@acme.test', status: 'DEPROVISIONED', statusChanged: '2020-01-01T00:00:00.000Z' }),
        orgUser('gone', { mail: 'g@acme.test', status: 'DEPROVISIONED', statusChanged: '2025-01-01T00:00:00.000Z' }),
      ],
      [
        orgUser('ada2', { mail: 'a@acme.test' }),
        orgUser('new2', { mail: 'o@acme.test' }),
        orgUser('gone2', { mail: 'g@acme.test' }),
      ],
    );
    await orgs.sync();
    expect(await orgs.people()).toEqual([['ada'], ['ada2'], ['gone', 'gone2'], ['new2'], ['old']]);
  });

  it('but an employee number is enough, and an account that one org manages in the other', async () => {
    const orgs = await twoOrgs(
      [
        orgUser('ada', { number: '0007', mail: 'x@acme.test', verified: false }),
        orgUser('bob', { number: '8' }),
        orgUser('bot', { number: '8' }),
        orgUser('cyd', {}),
      ],
      [orgUser('ada2', { number: ' 0007 ' }), orgUser('bob2', { number: '8' }), orgUser('00uABCDEFGHIJKLMNOPQ', {})],
    );
    orgs.first.okta.org.apps[0]?.users.push({
      id: 'cyd',
      status: 'ACTIVE',
      externalId: '00uABCDEFGHIJKLMNOPQ',
    } as never);
    await orgs.sync();
    expect(await orgs.people()).toEqual([['00uABCDEFGHIJKLMNOPQ', 'cyd'], ['ada', 'ada2'], ['bob'], ['bob2'], ['bot']]);
  });

  it('anything of a tenant with one source, of which nothing is kept', async () => {
    const orgs = await twoOrgs([orgUser('ada', {}), orgUser('ada3', { mail: 'ada@acme.test' })], []);
    await orgs.sync('first');
    for (const table of ['identity_accounts', 'identity_keys', 'identity_links', 'identity_state']) {
      expect(await rowsOf(orgs, table)).toBe(0);
    }
  });
});

it('a sync that cannot read the users leaves everything joined', async () => {
  const orgs = await twoOrgs([orgUser('ada', {})], [orgUser('ada2', { mail: 'ada@acme.test' })]);
  await orgs.sync();
  orgs.first.okta.faults.push((path) => (path === '/api/v1/users' ? oktaError(403, 'E0000006') : undefined));
  await orgs.first.sync();
  expect(await orgs.people()).toEqual([['ada', 'ada2']]);
});
