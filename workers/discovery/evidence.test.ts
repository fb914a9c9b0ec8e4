import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { nodeId } from '../graph/model.ts';
import { evidenceOf } from './evidence.ts';
import { app, canonical, consentRaw, membershipRaw, raw, revokeRaw, ssoRaw, user } from './testing/events.ts';

const TENANT = 'tnt_e';
const SOURCE = 'src_e';
const read = (...events: unknown[]) =>
  evidenceOf(
    TENANT,
    SOURCE,
    events.map((event) => canonical(TENANT, SOURCE, event)),
  );

describe('what events tell of apps', () => {
  it('a sign-on: the app by its instance id, the account, the domain of the audience', () => {
    const debugContext = {
      debugData: { audience: 'https://eu.salesforce.com/x', requestUri: '/app/salesforce/exk1/sso/saml' },
    };
    expect(read(ssoRaw(T0, '00uada', '0oasales', { debugContext }))).toMatchObject([
      {
        kind: 'sso',
        app: {
          key: '0oasales',
          keyKind: 'app',
          name: 'App 0oasales',
          catalogName: 'salesforce',
          domain: 'salesforce.com',
        },
        account: { id: nodeId('account', SOURCE, '00uada'), login: '00uada@acme.test' },
        at: T0,
      },
    ]);
  });

  it('the provider’s id makes the key whatever the display name', () => {
    const rename = (name: string) => ssoRaw(T0, '00uada', '0oax', { target: [app('0oax', name)] });
    const [a, b] = read(rename('Wiki'), rename('https://evil.example.com'));
    expect(a?.app?.id).toBe(b?.app?.id);
    const other = evidenceOf('tnt_other', SOURCE, [canonical('tnt_other', SOURCE, rename('Wiki'))]);
    expect(other[0]?.app?.id).not.toBe(a?.app?.id);
  });

  it('without an id the catalogue name, then a domain, never the display name', () => {
    const target = [{ type: 'AppInstance', displayName: 'notion.so', alternateId: 'Notion' }];
    const at = (debugData: Record<string, unknown>) =>
      read(raw('user.authentication.sso', T0, { actor: user('00u1'), target, debugContext: { debugData } }))[0]?.app;
    expect(at({ requestUri: '/app/notion/exk1/sso/saml' })).toMatchObject({ keyKind: 'catalog', key: 'notion' });
    expect(at({ audience: 'https://www.notion.so' })).toMatchObject({ keyKind: 'domain', key: 'notion.so' });
    expect(at({})).toBeUndefined();
  });

  it('a consent as Okta writes it: scope targets that name client and user', () => {
    expect(read(consentRaw(T0, '0oacal', '00uada', ['offline_access', 'mail.read']))).toMatchObject([
      {
        kind: 'consent',
        app: { key: '0oacal' },
        account: { nativeId: '00uada' },
        scopes: ['offline_access', 'mail.read'],
        consentKind: 'user',
      },
    ]);
  });

  it('a consent with its scopes in the debug data', () => {
    const event = raw('app.oauth2.consent.grant', T0, {
      actor: user('00uada'),
      target: [app('0oafigma', 'Figma')],
      debugContext: { debugData: { redirectUri: 'https://figma.com/cb', scopes: 'openid email,files.read' } },
    });
    expect(read(event)).toMatchObject([
      { app: { key: '0oafigma', domain: 'figma.com' }, scopes: ['openid', 'email', 'files.read'], consentKind: 'user' },
    ]);
  });

  it('scopes of Okta’s own API and admin events are consents of an administrator, for nobody’s account', () => {
    const admin = raw('app.oauth2.admin.consent.grant', T0, {
      actor: user('00uroot'),
      target: [{ id: '0oasvc', type: 'PublicClientApp', displayName: 'Svc' }],
      debugContext: { debugData: { scope: 'openid' } },
    });
    expect(read(consentRaw(T0, '0oasvc', null, ['okta.users.manage']), admin)).toMatchObject([
      { consentKind: 'admin', account: null, app: { key: '0oasvc' } },
      { consentKind: 'admin', account: null, app: { key: '0oasvc' } },
    ]);
  });

  it('revocations reach as far as their event says, and no further', () => {
    const reach = (suffix: string, client: string | null, userId: string | null, scopes?: string[]) =>
      read(revokeRaw(T0, suffix, client, userId, scopes)).map(({ app: of, account, scopes: names }) => [
        of?.key ?? '*',
        account === null || account === 'everyone' ? account : account.nativeId,
        names.join(),
      ]);
    expect(reach('.user.client', '0oa1', '00u1')).toEqual([['0oa1', '00u1', '']]);
    expect(reach('.user', null, '00u1')).toEqual([['*', '00u1', '']]);
    expect(reach('.implicit.user', null, '00u1')).toEqual([['*', '00u1', '']]);
    expect(reach('.implicit.client', '0oa1', null)).toEqual([['0oa1', 'everyone', '']]);
    expect(reach('.implicit.scope', '0oa1', null, ['mail'])).toEqual([['0oa1', 'everyone', 'mail']]);
    expect(reach('.implicit.as', null, null)).toEqual([]);
    expect(reach('', '0oa1', '00u1', ['mail'])).toEqual([
      ['0oa1', null, 'mail'],
      ['0oa1', '00u1', 'mail'],
    ]);
  });

  it('assignments and the life of apps', () => {
    const kinds = read(
      membershipRaw(T0, 'add', '00u1', '0oa1'),
      membershipRaw(T0, 'remove', '00u1', '0oa1'),
      raw('application.lifecycle.create', T0, { target: [app('0oa1')] }),
      raw('application.lifecycle.update', T0, { target: [app('0oa1')] }),
      raw('application.lifecycle.delete', T0, { target: [app('0oa1')] }),
    ).map(({ kind }) => kind);
    expect(kinds).toEqual(['assignment', 'unassignment', 'app_created', 'app_changed', 'app_deleted']);
  });

  it('nothing from failures, from Okta’s own apps and from other events', () => {
    const failed = ssoRaw(T0, '00u1', '0oa1', { outcome: { result: 'FAILURE', reason: 'x' } });
    const dashboard = ssoRaw(T0, '00u1', '0oad', {
      debugContext: { debugData: { requestUri: '/app/okta_enduser/exk/sso' } },
    });
    expect(read(failed, dashboard, raw('user.session.start', T0, { target: [app('0oa1')] }))).toEqual([]);
  });

  it('never throws, whatever the fields hold', async () => {
    const types = fc.constantFrom(
      'user.authentication.sso',
      'app.oauth2.as.consent.grant',
      'app.oauth2.as.consent.revoke.user',
      'application.user_membership.add',
      'application.lifecycle.delete',
    );
    await fc.assert(
      fc.property(
        types,
        fc.dictionary(fc.constantFrom('actor', 'target', 'debugContext', 'client'), fc.jsonValue()),
        (type, more) => {
          expect(() => read(raw(type, T0, more))).not.toThrow();
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});
