import type { Millis } from '../../core/clock.ts';

/** A configuration object as the API answers it, without its links; the routes add those. */
export interface ConfigItem {
  id: string;
  [key: string]: unknown;
}

export interface GroupOwner {
  id: string;
  type: 'USER' | 'GROUP';
  assigned: Millis;
}

export interface ClientSecret {
  id: string;
  status: 'ACTIVE' | 'INACTIVE';
  created: Millis;
  lastUpdated: Millis;
  secret: string;
  hash: string;
}

/** A signing certificate of a SAML app. */
export interface SigningKey {
  kid: string;
  created: Millis;
  expiresAt: Millis;
  modulus: string;
  certificate: string;
}

/** A group of Okta that an app is kept up with, and what it is there. */
export interface GroupPush {
  id: string;
  sourceGroupId: string;
  targetGroupId: string;
  created: Millis;
  lastPush: Millis;
  status: 'ACTIVE' | 'INACTIVE' | 'ERROR';
}

/** A scope that a person let a client have. */
export interface Consent {
  id: string;
  userId: string;
  clientId: string;
  clientName: string;
  scope: string;
  created: Millis;
}

/** What an admin role assignment is limited to. Absent means everything. */
export interface RoleTargets {
  groupIds: string[];
  /** A catalogue app (all its instances), or one instance of it. */
  apps: { name: string; appId?: string }[];
}

export interface ResourceSetMember {
  id: string;
  orn: string;
  created: Millis;
}

export interface Label {
  labelId: string;
  name: string;
  values: { labelValueId: string; name: string; color: string }[];
}

/** One end of an attack path: a kind of node of the product's graph and its id in Okta. */
export interface PathEnd {
  kind: string;
  nativeId: string;
}

/** An attack path that was planted on purpose, or one that only looks like it. */
export interface PlantedPath {
  name: string;
  from: PathEnd;
  to: PathEnd;
  /** The edge kinds on the way, in order. */
  via: string[];
  /** The nodes between both ends, in order. */
  through: PathEnd[];
  /** False for a near miss: the rules of Okta's roles close it. */
  open: boolean;
  note: string;
}

/** Everything an org has besides people, groups, apps and their admin roles. */
export interface Estate {
  userTypes: ConfigItem[];
  /** Users of another type or realm than the default one. */
  userTypeOf: Map<string, string>;
  realms: ConfigItem[];
  realmOf: Map<string, string>;
  linkedObjects: Record<string, unknown>[];
  groupOwners: Map<string, GroupOwner[]>;
  secrets: Map<string, ClientSecret[]>;
  signingKeys: Map<string, SigningKey[]>;
  /** What an app's JSON has beyond what its sign-on mode gives: overrides of `settings.oauthClient`. */
  oauthSettings: Map<string, Record<string, unknown>>;
  /** Groups that an app is kept up with, by app. */
  groupPushes: Map<string, GroupPush[]>;
  universalLogout: Set<string>;
  accessPolicyOf: Map<string, string>;
  consents: Map<string, Consent>;
  roleTargets: Map<string, RoleTargets>;
  resourceSetMembers: Map<string, ResourceSetMember[]>;
  tokenZones: Map<string, string[]>;
  zones: ConfigItem[];
  trustedOrigins: ConfigItem[];
  idps: ConfigItem[];
  authorizationServers: ConfigItem[];
  authorizationPolicies: Map<string, ConfigItem[]>;
  inlineHooks: ConfigItem[];
  agentPools: ConfigItem[];
  apiServices: ConfigItem[];
  serviceAccounts: ConfigItem[];
  oktaServiceAccounts: ConfigItem[];
  aiAgents: ConfigItem[];
  aiAgentConnections: Map<string, ConfigItem[]>;
  operations: Map<string, ConfigItem>;
  behaviors: ConfigItem[];
  deviceAssurances: ConfigItem[];
  principalRateLimits: ConfigItem[];
  features: ConfigItem[];
  domains: ConfigItem[];
  /** Apps whose entitlements are managed in Okta, and who was given which. */
  entitledApps: Set<string>;
  entitlementGrants: ConfigItem[];
  labels: Label[];
  /** Resource name → label values. */
  resourceLabels: Map<string, { name: string; valueIds: string[] }>;
  paths: PlantedPath[];
}

export function emptyEstate(): Estate {
  return {
    userTypes: [],
    userTypeOf: new Map(),
    realms: [],
    realmOf: new Map(),
    linkedObjects: [],
    groupOwners: new Map(),
    secrets: new Map(),
    signingKeys: new Map(),
    oauthSettings: new Map(),
    groupPushes: new Map(),
    universalLogout: new Set(),
    accessPolicyOf: new Map(),
    consents: new Map(),
    roleTargets: new Map(),
    resourceSetMembers: new Map(),
    tokenZones: new Map(),
    zones: [],
    trustedOrigins: [],
    idps: [],
    authorizationServers: [],
    authorizationPolicies: new Map(),
    inlineHooks: [],
    agentPools: [],
    apiServices: [],
    serviceAccounts: [],
    oktaServiceAccounts: [],
    aiAgents: [],
    aiAgentConnections: new Map(),
    operations: new Map(),
    behaviors: [],
    deviceAssurances: [],
    principalRateLimits: [],
    features: [],
    domains: [],
    entitledApps: new Set(),
    entitlementGrants: [],
    labels: [],
    resourceLabels: new Map(),
    paths: [],
  };
}
