import type { EdgeKind, NodeKind } from '../model.ts';
import { edgeQuery } from './edge-query.ts';
import { privilegedQueries } from './federation.privileged.ts';
import type { SavedQuery } from './query.ts';

const theme = 'federation';

/** By which something outside acts on, or decides about, something here; and the other way round. */
const INBOUND: EdgeKind[] = [
  'INBOUND_SSO',
  'INBOUND_ORG_SSO',
  'KERBEROS_SSO',
  'PASSWORD_SYNC',
  'MEMBERSHIP_SYNC',
  'USER_SYNC',
  'USER_PULL',
  'GROUP_PULL',
  'HOSTS_AGENT',
];
const OUTBOUND: EdgeKind[] = [
  'OUTBOUND_SSO',
  'OUTBOUND_ORG_SSO',
  'SWA',
  'ORG_SWA',
  'PASSWORD_SYNC',
  'MEMBERSHIP_SYNC',
  'USER_SYNC',
  'USER_PUSH',
  'GROUP_PUSH',
];

/** Ends of a trust between whole organisations. */
const ORGS: NodeKind[] = ['resource', 'external', 'app', 'identity_provider'];

export const FEDERATION_QUERIES: SavedQuery[] = [
  edgeQuery({
    id: 'hybrid-inbound',
    theme,
    title: 'Hybrid Relationships Inbound',
    description: 'What outside systems decide here: directories, other organisations, hosts of agents.',
    needs: ['idps', 'agents', 'users', 'apps'],
    kinds: INBOUND,
    from: ['external'],
    titles: { from: 'Outside', to: 'Here' },
  }),
  edgeQuery({
    id: 'hybrid-outbound',
    theme,
    title: 'Hybrid Relationships Outbound',
    description: 'What is decided here for outside systems.',
    needs: ['apps', 'assignments'],
    kinds: OUTBOUND,
    to: ['external'],
    titles: { from: 'Here', to: 'Outside' },
  }),
  edgeQuery({
    id: 'org-trust',
    theme,
    title: 'Org Trust Relationships',
    description:
      'Organisations that sign people in here, those that this one signs people in to, and which are connected.',
    needs: ['idps', 'apps'],
    kinds: ['INBOUND_ORG_SSO', 'OUTBOUND_ORG_SSO', 'ORG_SWA', 'IDENTITY_PROVIDER_FOR', 'SAME_AS'],
    from: ORGS,
    to: ORGS,
    titles: { from: 'From', to: 'To' },
  }),
  edgeQuery({
    id: 'idp-assignments',
    theme,
    title: 'Identity Provider Assignments',
    description: 'Accounts that an identity provider signs in, and groups that it puts people into.',
    needs: ['idps', 'users'],
    kinds: ['IDENTITY_PROVIDER_FOR', 'IDP_GROUP_ASSIGNMENT'],
    from: ['identity_provider'],
    to: ['account', 'group'],
    titles: { from: 'Identity provider', to: 'Account or group' },
  }),
  ...privilegedQueries(INBOUND),
  edgeQuery({
    id: 'inbound-sync',
    theme,
    title: 'Inbound User and Group Sync',
    description: 'Accounts and groups that come from an app or a directory.',
    needs: ['apps', 'assignments'],
    kinds: ['USER_PULL', 'GROUP_PULL'],
    titles: { from: 'Source', to: 'Account or group' },
  }),
  edgeQuery({
    id: 'outbound-sync',
    theme,
    title: 'Outbound User and Group Sync',
    description: 'Accounts and groups that are sent to an app.',
    needs: ['apps', 'assignments', 'groupPush'],
    kinds: ['USER_PUSH', 'GROUP_PUSH'],
    titles: { from: 'Account or group', to: 'App' },
  }),
  edgeQuery({
    id: 'principal-sync',
    theme,
    title: 'Security Principal Sync',
    description: 'Accounts and groups that are kept in step with another system, whichever way.',
    needs: ['apps', 'assignments', 'groupPush'],
    kinds: ['USER_PULL', 'USER_PUSH', 'USER_SYNC', 'GROUP_PULL', 'GROUP_PUSH', 'MEMBERSHIP_SYNC'],
    titles: { from: 'From', to: 'To' },
  }),
];
