import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { type FakeGroup, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { refreshNow } from './testing/refresh-queue.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);

async function accounts(h: Harness): Promise<number> {
  return (await h.graph.counts()).account;
}

describe('sizes', () => {
  it('a group of 100,000 members: read in pages, with steps that a workflow can keep', async () => {
    const h = await createHarness(smallOrg(3));
    const size = 100_000;
    h.okta.faults.push((path, url) => {
      if (!path.endsWith('/00gHalf/users')) return undefined;
      const from = Number(url.searchParams.get('after') ?? 0);
      const page = Array.from({ length: Math.min(1_000, size - from) }, (_, n) => ({ id: `00m${from + n}` }));
      const next = `<${h.okta.origin}${path}?limit=1000&after=${from + 1_000}>; rel="next"`;
      return Response.json(page, { headers: from + 1_000 < size ? { link: next } : {} });
    });
    await h.sync();
    expect(h.okta.calls.filter((call) => call.includes('/00gHalf/users'))).toHaveLength(100);
    expect((await h.graph.counts()).edges).toBeGreaterThanOrEqual(size);
    expect((await h.sync()).rowsWritten).toBe(0);
  });

  it('10,000 groups of one person: all of them, and their roles', async () => {
    const h = await createHarness(smallOrg(2));
    await h.sync();
    const groups = Array.from(
      { length: 10_000 },
      (_, n): FakeGroup => ({
        id: `00gm${n}`,
        name: `Group ${n}`,
        type: 'OKTA_GROUP',
        members: ['00u1'],
        roles: [],
      }),
    );
    h.okta.org.groups.push(...groups);
    h.clock.advance(60_000);
    await refreshNow(h, { users: ['00u1'] });
    // Everyone and Admins are two of them
    expect(await h.graph.accountView(account(h, '00u1'))).toMatchObject({ groupCount: 10_002, tier: 'admin' });
    const { edges } = await h.graph.counts();
    await refreshNow(h, { users: ['00u1'] });
    expect((await h.graph.counts()).edges).toBe(edges);
    h.okta.org.groups.splice(-9_000);
    h.clock.advance(60_000);
    await refreshNow(h, { users: ['00u1'] });
    expect(await h.graph.accountView(account(h, '00u1'))).toMatchObject({ groupCount: 1_002 });
  });
});

describe('names and addresses', () => {
  it('of every script, with control characters, and 1,000 letters long: kept as they are', async () => {
    const names = [
      'Łukasz Żółć',
      'Иван Петров',
      'محمد بن سلمان',
      '李小龍',
      'สมชาย',
      '👩‍💻 Ada',
      'Zoë\u0301',
      'tab\tnul\u0000bell\u0007esc\u001b[31m',
      '\u202Egnp.exe',
      "Robert'); DROP TABLE node;--",
      'x'.repeat(1_000),
      '𝒜'.repeat(500),
    ];
    const org = smallOrg(names.length);
    for (const [n, name] of names.entries()) Object.assign(org.users[n] ?? {}, { name });
    const group = org.groups[3];
    if (group) group.name = names[7] ?? '';
    const h = await createHarness(org);
    await h.sync();
    for (const [n, name] of names.entries()) {
      const detail = await h.graph.node(account(h, `00u${n}`), 1);
      // a zero does not get into SQLite: a mark stands in its place
      expect(detail?.node.name).toBe(`${name} 00u${n}`.replaceAll('\u0000', '\ufffd'));
    }
    const listed = await h.graph.list({ kind: 'identity', limit: 200 });
    expect(listed.data).toHaveLength(names.length);
    expect((await h.graph.list({ kind: 'identity', limit: 10, q: 'петров' })).data).toHaveLength(1);
    expect((await h.sync()).rowsWritten).toBe(0);
  });

  it('of apps, groups, zones and policies too, and ids that are any text', async () => {
    const strange = ['Zona główna', 'منطقة', '\u202Eenoz', 'tab\tbell\u0007', 'z'.repeat(1_000), ' spaces around '];
    const ids = ['nzo one', 'nzo/two', 'nzo%three', 'nzo?four#', 'nzo\u0301five', 'nzo six '];
    const org = smallOrg(3);
    org.apps.push(
      ...strange.map((label, n) => ({
        id: `0oaS${n}`,
        label,
        users: [],
        groups: [],
        body: { signOnMode: 'BOOKMARK' },
      })),
    );
    org.groups.push(
      ...strange.map((name, n): FakeGroup => ({ id: `00gS${n}`, name, type: 'OKTA_GROUP', members: [], roles: [] })),
    );
    org.more = {
      '/api/v1/zones': strange.map((name, n) => ({ id: ids[n], name, type: 'IP', status: 'ACTIVE' })),
      '/api/v1/policies?type=ACCESS_POLICY': strange.map((name, n) => ({ id: `rst${n}`, name, type: 'ACCESS_POLICY' })),
    };
    const h = await createHarness(org);
    await h.sync();
    for (const [n, name] of strange.entries()) {
      expect((await h.graph.node(nodeId('zone', h.sourceId, ids[n] ?? '')))?.node).toMatchObject({ name });
      expect((await h.graph.node(nodeId('app', h.sourceId, `0oaS${n}`)))?.node).toMatchObject({ name });
      expect((await h.graph.node(nodeId('group', h.sourceId, `00gS${n}`)))?.node).toMatchObject({ name });
      expect((await h.graph.node(nodeId('policy', h.sourceId, `rst${n}`)))?.node).toMatchObject({ name });
    }
    expect((await h.sync()).rowsWritten).toBe(0);
  });

  it('one mail of two accounts: both stay, each with its own access', async () => {
    const org = smallOrg(4);
    for (const n of [2, 3]) Object.assign(org.users[n] ?? {}, { mail: 'shared@acme.test' });
    const h = await createHarness(org);
    await h.sync();
    expect(await accounts(h)).toBe(4);
    const [two, three] = [await h.graph.accountView(account(h, '00u2')), await h.graph.accountView(account(h, '00u3'))];
    expect([two?.attributes.email, three?.attributes.email]).toEqual(['shared@acme.test', 'shared@acme.test']);
    expect(two?.accountId).not.toBe(three?.accountId);
    expect((await h.sync()).rowsWritten).toBe(0);
  });

  it('a mail that changes hands: it goes, and access does not go with it', async () => {
    const org = smallOrg(4);
    Object.assign(org.users[0] ?? {}, { mail: 'it@acme.test' });
    const h = await createHarness(org);
    await h.sync();
    h.clock.advance(60_000);
    Object.assign(org.users[0] ?? {}, { mail: 'old@acme.test', lastUpdated: h.clock.now() });
    Object.assign(org.users[3] ?? {}, { mail: 'it@acme.test', lastUpdated: h.clock.now() });
    await h.delta();
    expect(await h.graph.accountView(account(h, '00u0'))).toMatchObject({
      tier: 'global_admin',
      attributes: { email: 'old@acme.test' },
    });
    expect(await h.graph.accountView(account(h, '00u3'))).toMatchObject({
      tier: 'none',
      attributes: { email: 'it@acme.test' },
    });
  });
});
