import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../graph/model.ts';
import { connectionOf, connectionsPart } from './connections.ts';

const S = 'src_a';
const row = (connectionType: string, rest: Record<string, unknown>) => ({
  ...{ id: 'mcn1', connectionType, status: 'ACTIVE' },
  ...rest,
});
const targets = (raw: unknown) => connectionOf(raw)?.targets;
const app = { kind: 'app', id: '0oaCrm' };

describe('what a connection of an AI agent leads to', () => {
  it.each<[string, unknown, unknown[]]>([
    [
      'an app, and the service account that is kept for it',
      row('STS_SERVICE_ACCOUNT', {
        app: { name: 'CRM', orn: 'orn:okta:idp:00o1:apps:salesforce:0oaCrm' },
        serviceAccount: { name: 'svc', orn: 'orn:oktapreview:pam:00o1:apps:salesforce:0oaCrm:service_accounts:cc75' },
      }),
      [app, { kind: 'service_account', id: 'cc75' }],
    ],
    [
      'an authorization server, by its ORN',
      row('IDENTITY_ASSERTION_CUSTOM_AS', {
        authorizationServer: {
          name: 'CRM',
          orn: 'orn:okta:idp:00o1:authorization_servers:aus1',
          issuerUrl: 'https://x',
        },
      }),
      [{ kind: 'authorization_server', id: 'aus1' }],
    ],
    [
      'an authorization server, by its address alone',
      row('IDENTITY_ASSERTION_CUSTOM_AS', {
        authorizationServer: { _links: { self: { href: 'https://acme.okta.com/api/v1/authorizationServers/aus2' } } },
      }),
      [{ kind: 'authorization_server', id: 'aus2' }],
    ],
    [
      'an app instance',
      row('STS_ACCESS_TOKEN', { resource: { resourceType: 'APP_INSTANCE', appInstanceId: '0oaCrm' } }),
      [app],
    ],
    [
      'another agent',
      row('IDENTITY_ASSERTION_A2A_SERVER', { resource: { orn: 'orn:okta:directory:00o1:resource-servers:a2a:wlp2' } }),
      [{ kind: 'ai_agent', id: 'wlp2' }],
    ],
    [
      'a secret',
      row('STS_VAULT_SECRET', { secret: { name: 'Data base', orn: 'orn:okta:pam:00o1:secrets:S1' } }),
      [{ secret: 'orn:okta:pam:00o1:secrets:S1', name: 'Data base' }],
    ],
    ['what its indicator names', row('NEW', { resourceIndicator: 'orn:okta:idp:00o1:apps:salesforce:0oaCrm' }), [app]],
    [
      'nothing that is known',
      row('NEW', { resource: { mcpServerId: 'x' }, resourceIndicator: 'https://crm.test' }),
      [],
    ],
    ['nothing, where fields are of other types', row('NEW', { app: 'x', secret: 7, scopes: 'y' }), []],
  ])('%s', (_, raw, expected) => {
    expect(targets(raw)).toEqual(expected);
  });

  it('is drawn once with all scopes, and not where the connection is off, or leads back', () => {
    const orn = (id: string) => ({ orn: `orn:okta:idp:00o1:apps:salesforce:${id}` });
    const connections = [
      row('STS_SERVICE_ACCOUNT', { id: 'b', app: orn('0oaCrm') }),
      row('IDENTITY_ASSERTION_APP_INSTANCE', { id: 'a', app: orn('0oaCrm'), scopes: ['w', 'r'], status: null }),
      row('IDENTITY_ASSERTION_APP_INSTANCE', { id: 'c', app: orn('0oaOff'), status: 'INACTIVE' }),
      row('IDENTITY_ASSERTION_A2A_SERVER', { id: 'd', resource: { orn: 'orn:okta:x:00o1:resource-servers:a2a:wlp1' } }),
    ].flatMap((raw) => connectionOf(raw) ?? []);
    const { nodes, edges, owns } = connectionsPart(S, 'wlp1', connections);
    const agent = nodeId('ai_agent', S, 'wlp1');
    expect(edges).toEqual([
      {
        from: agent,
        to: nodeId('app', S, '0oaCrm'),
        kind: 'CONNECTS_TO',
        attributes: { types: ['IDENTITY_ASSERTION_APP_INSTANCE', 'STS_SERVICE_ACCOUNT'], scopes: ['r', 'w'] },
      },
    ]);
    expect(owns).toEqual([{ kind: 'CONNECTS_TO', end: 'from', at: agent }]);
    expect(nodes[0]?.attributes.connections).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
    expect(JSON.stringify(nodes)).not.toContain('targets');
  });

  it('is not known of a row without an id', () => {
    expect(connectionOf({ connectionType: 'STS_VAULT_SECRET' })).toBeNull();
  });
});
