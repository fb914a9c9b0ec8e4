import { type DerivedKind, nodeId } from '../model.ts';
import type { CoverageNeed } from '../port.ts';

/** Kinds of objects that a set of targets is of. `secret`: client secrets of apps; `any`: everything of a source. */
export type TargetKind = 'account' | 'group' | 'app' | 'api_service' | 'device' | 'secret' | 'any';

/**
 * What a power is over, said once for all who have it, however many objects it is. Administrators, and groups and apps
 * that hold a role, are never in a set of accounts, groups or apps. `listed`: ids of accounts, groups or apps; of the
 * apps whose secrets they are, for `secret`.
 */
export type TargetSet =
  | { of: 'all'; kind: TargetKind; source: string }
  | { of: 'members'; group: string }
  | { of: 'listed'; kind: TargetKind; anchor: string; ids: string[] };

/** The same set has the same key on every shard. */
export function keyOf(set: TargetSet): string {
  if (set.of === 'members') return `set:members:${set.group}`;
  return `set:${set.of}:${set.kind}:${set.of === 'all' ? set.source : set.anchor}`;
}

/** A role assignment as the graph has it. */
export interface Assignment {
  id: string;
  source: string;
  type: string;
  /** False: about everything. Null: not known whether it has targets. */
  scoped: boolean | null;
  groups: string[];
  apps: string[];
  /** Of a custom role. Null: not read, or it has none. */
  resources: Resources | null;
  /** Of a custom role; null: not read. */
  permissions: string[] | null;
}

export interface Resources {
  id: string;
  /** Collections that the set names as a whole. */
  all: TargetKind[];
  /** Groups whose members are in the set. */
  membersOf: string[];
  accounts: string[];
  groups: string[];
  apps: string[];
  /** Rows of the set of which it is not known what they name. */
  unknown: string[];
}

export interface Grant {
  kind: DerivedKind;
  to: TargetSet;
}

/** Why it cannot be told what an assignment gives, or all of it. */
export interface Unknown {
  reason: string;
  /** What takes it away. */
  remedy: string;
  /** The part of the source that is to be read for it; null: it is no matter of rights. */
  need: CoverageNeed | null;
}

export interface Given {
  grants: Grant[];
  unknown: Unknown | null;
}

const READ_ROLES = 'Let Postern read admin roles and their targets; the next full sync reads them.';

const NO_TARGETS: Unknown = {
  reason: 'It is not known yet whether the assignment has targets',
  remedy: READ_ROLES,
  need: 'roles',
};
const TARGETS_MISSING: Unknown = {
  reason: 'The targets of the assignment could not be read',
  remedy: READ_ROLES,
  need: 'roles',
};
const NO_PERMISSIONS: Unknown = {
  reason: 'The permissions of the custom role could not be read',
  remedy: 'Let Postern read custom roles and their permissions; the next full sync reads them.',
  need: 'roles',
};
const NO_RESOURCES: Unknown = {
  reason: 'The resource set of the assignment could not be read',
  remedy: 'Let Postern read resource sets; the next full sync reads them.',
  need: 'resourceSets',
};
const unknownType = (type: string): Unknown => ({
  reason: `The role type ${type} is not known`,
  remedy: 'Look in Okta what the role may do, and take it from whoever does not need it: it counts as an admin role.',
  need: null,
});

/** Standard roles that give nothing that OktaHound's model knows an attack with. */
const HARMLESS: ReadonlySet<string> = new Set([
  'REPORT_ADMIN',
  'ACCESS_REQUESTS_ADMIN',
  'ACCESS_CERTIFICATIONS_ADMIN',
  'WORKFLOWS_ADMIN',
]);

/**
 * What a role assignment gives its holder: the rules of OktaHound (SpecterOps, `OktaClient.PostProcessing.cs`). A role
 * of a type that nobody has seen yet gives nothing and is told as unknown.
 */
export function grantsOf(assignment: Assignment): Given {
  const { type, source } = assignment;
  const all = (kind: TargetKind): TargetSet => ({ of: 'all', kind, source });
  switch (type) {
    case 'SUPER_ADMIN':
      return known([{ kind: 'SUPER_ADMIN', to: listed(source, 'any', [nodeId('resource', source, 'org')]) }]);
    case 'ORG_ADMIN':
      return known(['account', 'group', 'device'].map((kind) => ({ kind: 'ORG_ADMIN', to: all(kind as TargetKind) })));
    case 'MOBILE_ADMIN':
      return known([{ kind: 'MOBILE_ADMIN', to: all('device') }]);
    case 'APP_ADMIN':
      return limited(
        assignment,
        assignment.apps,
        () => [
          { kind: 'APP_ADMIN', to: all('app') },
          { kind: 'APP_ADMIN', to: all('api_service') },
          { kind: 'READ_CLIENT_SECRET', to: all('secret') },
        ],
        (apps) => [
          { kind: 'APP_ADMIN', to: listed(assignment.id, 'app', apps) },
          { kind: 'READ_CLIENT_SECRET', to: listed(assignment.id, 'secret', apps) },
        ],
      );
    case 'USER_ADMIN':
      return limited(
        assignment,
        assignment.groups,
        () => [
          { kind: 'GROUP_ADMIN', to: all('account') },
          { kind: 'GROUP_ADMIN', to: all('group') },
        ],
        (groups) => [
          { kind: 'GROUP_ADMIN', to: listed(assignment.id, 'group', groups) },
          ...groups.map((group): Grant => ({ kind: 'GROUP_ADMIN', to: { of: 'members', group } })),
        ],
      );
    case 'GROUP_MEMBERSHIP_ADMIN':
      return limited(
        assignment,
        assignment.groups,
        () => [{ kind: 'GROUP_MEMBERSHIP_ADMIN', to: all('group') }],
        (groups) => [{ kind: 'GROUP_MEMBERSHIP_ADMIN', to: listed(assignment.id, 'group', groups) }],
      );
    case 'HELP_DESK_ADMIN':
      return limited(
        assignment,
        assignment.groups,
        () => [{ kind: 'HELP_DESK_ADMIN', to: all('account') }],
        (groups) => groups.map((group): Grant => ({ kind: 'HELP_DESK_ADMIN', to: { of: 'members', group } })),
      );
    case 'API_ACCESS_MANAGEMENT_ADMIN':
    case 'READ_ONLY_ADMIN':
      return known([{ kind: 'READ_CLIENT_SECRET', to: all('secret') }]);
    case 'CUSTOM':
      return custom(assignment);
    default:
      return HARMLESS.has(type) ? known([]) : { grants: [], unknown: unknownType(type) };
  }
}

function known(grants: Grant[]): Given {
  return { grants, unknown: null };
}

function listed(anchor: string, kind: TargetKind, ids: string[]): TargetSet {
  return { of: 'listed', kind, anchor, ids };
}

/** No target means all; but targets that were not read are not no targets. */
function limited(
  { scoped }: Assignment,
  targets: string[],
  everything: () => Grant[],
  some: (targets: string[]) => Grant[],
): Given {
  if (targets.length > 0) return known(some(targets));
  if (scoped === false) return known(everything());
  return { grants: [], unknown: scoped ? TARGETS_MISSING : NO_TARGETS };
}

/** Permissions of custom roles and what each is good for (https://developer.okta.com/docs/api/openapi/okta-management/guides/permissions). */
const PERMISSIONS: { kind: DerivedKind; over: 'account' | 'group' | 'app' | 'secret'; any: readonly string[] }[] = [
  {
    kind: 'RESET_PASSWORD',
    over: 'account',
    any: [
      'okta.users.manage',
      'okta.users.credentials.manage',
      'okta.users.credentials.manageTemporaryAccessCode',
      'okta.users.credentials.resetPassword',
      'okta.users.credentials.expirePassword',
    ],
  },
  {
    kind: 'RESET_FACTORS',
    over: 'account',
    any: ['okta.users.manage', 'okta.users.credentials.manage', 'okta.users.credentials.resetFactors'],
  },
  { kind: 'ADD_MEMBER', over: 'group', any: ['okta.groups.manage', 'okta.groups.members.manage'] },
  { kind: 'MANAGE_APP', over: 'app', any: ['okta.apps.manage'] },
  { kind: 'READ_CLIENT_SECRET', over: 'secret', any: ['okta.apps.clientCredentials.read'] },
];

function custom({ source, permissions, resources }: Assignment): Given {
  if (permissions === null) return { grants: [], unknown: NO_PERMISSIONS };
  if (resources === null) return { grants: [], unknown: NO_RESOURCES };
  const has = new Set(permissions);
  const given = PERMISSIONS.filter(({ any }) => any.some((permission) => has.has(permission)));
  const grants = given.flatMap(({ kind, over }): Grant[] =>
    setsOf(source, resources, over).map((to) => ({ kind, to })),
  );
  return { grants, unknown: given.length === 0 ? null : unreadRows(resources) };
}

/** Rows of a set that a reason names. */
const NAMED_ROWS = 3;

function unreadRows({ unknown }: Resources): Unknown | null {
  if (unknown.length === 0) return null;
  const more = unknown.length > NAMED_ROWS ? ` and ${unknown.length - NAMED_ROWS} more` : '';
  return {
    reason: `What these rows of the resource set name is not known: ${unknown.slice(0, NAMED_ROWS).join(', ')}${more}`,
    remedy:
      'Look at these rows in Okta. A set that names groups and apps one by one, without exclusions, is known whole.',
    need: null,
  };
}

function setsOf(source: string, resources: Resources, over: 'account' | 'group' | 'app' | 'secret'): TargetSet[] {
  const whole = over === 'secret' ? 'app' : over;
  const sets: TargetSet[] = resources.all.includes(whole) ? [{ of: 'all', kind: over, source }] : [];
  const ids = { account: resources.accounts, group: resources.groups, app: resources.apps }[whole];
  if (ids.length > 0) sets.push(listed(resources.id, over, ids));
  if (over === 'account') sets.push(...resources.membersOf.map((group): TargetSet => ({ of: 'members', group })));
  return sets;
}
