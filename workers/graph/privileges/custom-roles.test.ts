import { describe, expect, it } from 'vitest';
import { accountId, app, graphWith, group, identityId, ORG, pageOfPeople, role } from '../testing/fixtures.ts';
import { assign, customRole, thing, tie } from '../testing/roles.ts';

const acc = accountId;
const [ADMINS, SALES] = [group('admins', 'Admins'), group('sales', 'Sales')];
const CRM = app('crm');
const SUPER = role('SUPER_ADMIN');

describe('a custom role', () => {
  it('reaches the groups of its resource set that hold no role', async () => {
    const { graph } = await graphWith(3);
    const set = thing('resource_set', 'set');
    const custom = customRole('cr0', ['okta.groups.members.manage']);
    const part = assign('ra', { holder: acc('ann'), type: 'CUSTOM', roleId: 'cr0', targets: [set.id] });
    await graph.applyPage(
      pageOfPeople(['ann'], {
        nodes: [ADMINS, SALES, CRM, SUPER, set, custom, ORG, ...part.nodes],
        edges: [
          ...part.edges,
          tie(set, 'RESOURCE_SET_CONTAINS', ADMINS),
          tie(set, 'RESOURCE_SET_CONTAINS', SALES),
          tie(ADMINS, 'HOLDS_ROLE', SUPER),
          tie(SALES, 'ASSIGNED_TO', CRM),
        ],
      }),
    );
    expect((await graph.edges({ kind: 'ADD_MEMBER', limit: 5 })).data.map((one) => one.to.name)).toEqual(['Sales']);
    expect((await graph.path(identityId('ann'), CRM.id))?.map((step) => step.edge)).toEqual([
      'HAS_ACCOUNT',
      'ADD_MEMBER',
      'ASSIGNED_TO',
      null,
    ]);
  });

  describe.each([1, 3])('over %i shard(s)', (shards) => {
    const WIKI = app('0oaWiki', { status: 'ACTIVE', catalogName: 'wiki' });
    const CHATS = ['0oaChat1', '0oaChat2'].map((id) => app(id, { status: 'ACTIVE', catalogName: 'slack' }));
    const [ORNS, ORN] = [['orn:okta:idp:00o:apps'], 'orn:okta:idp:00o:apps:'];

    /** What somebody manages who may manage the apps of a set. */
    async function managed(attributes: Record<string, unknown>) {
      const { graph } = await graphWith(shards);
      const set = thing('resource_set', 'set', attributes);
      const custom = customRole('cr0', ['okta.apps.manage']);
      const part = assign('ra', { holder: acc('ann'), type: 'CUSTOM', roleId: 'cr0', targets: [set.id] });
      const nodes = [WIKI, ...CHATS, set, custom, ORG, ...part.nodes];
      await graph.applyPage(pageOfPeople(['ann'], { nodes, edges: part.edges }));
      const { data } = await graph.edges({ kind: 'MANAGE_APP', limit: 20 });
      for (const one of [WIKI, ...CHATS]) {
        // a path agrees with the list
        const found = await graph.path(identityId('ann'), one.id);
        expect(found !== null, one.nativeId).toBe(data.some(({ to }) => to.id === one.id));
      }
      const unknown = (await graph.unknownPowers()).map(({ reason }) => reason);
      return { apps: data.map(({ to }) => to.name).sort(), unknown };
    }

    it('takes all apps of a type where the set names the type', async () => {
      const orns = [`${ORN}slack`];
      expect(await managed({ orns })).toEqual({ apps: ['0oaChat1', '0oaChat2'], unknown: [] });
    });

    it('leaves out what the set excludes: one app, or all of a type', async () => {
      const excluded = { [ORNS[0] ?? '']: [`${ORN}0oaChat1`] };
      expect((await managed({ orns: ORNS, excluded })).apps).toEqual(['0oaChat2', '0oaWiki']);
      const types = { [ORNS[0] ?? '']: [`${ORN}slack`] };
      expect(await managed({ orns: ORNS, excluded: types })).toEqual({ apps: ['0oaWiki'], unknown: [] });
      const named = { [`${ORN}slack`]: [`${ORN}slack:0oaChat2`] };
      expect((await managed({ orns: [`${ORN}slack`], excluded: named })).apps).toEqual(['0oaChat1']);
    });

    it('tells what it cannot read', async () => {
      const odd = 'https://acme.okta.com/api/v1/planets';
      const { apps, unknown } = await managed({ orns: [odd, `${ORN}wiki`] });
      expect(apps).toEqual(['0oaWiki']);
      expect(unknown).toEqual([expect.stringContaining(odd)]);
      const excluded = { [ORNS[0] ?? '']: ['orn:okta:idp:00o:planets:1'] };
      expect(await managed({ orns: ORNS, excluded })).toEqual({
        apps: [],
        unknown: [expect.stringContaining(':apps')],
      });
    });
  });
});
