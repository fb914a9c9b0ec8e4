import { z } from 'zod';
import { type Attributes, type GraphNode, orgNode } from '../../../graph/model.ts';
import type { InventoryNeed } from '../../../graph/port.ts';
import { type OrgListing, orgListings } from './org-lists.ts';
import { partly, text, textList, time } from './thing.ts';

/** Needs that settings of the org tell, each with a right of its own. */
export const SETTING_NEEDS = [
  'orgSettings',
  'features',
  'linkedObjects',
  'rateLimits',
] as const satisfies readonly InventoryNeed[];
export type SettingNeed = (typeof SETTING_NEEDS)[number];

/** One answer of the org's settings, and what of it is kept. `list`: all rows of all pages are given to `read`. */
export interface OrgSetting {
  need: SettingNeed;
  /** Its name in a run: the need, or a part of it after a slash. */
  scope: string;
  path: string;
  list?: true;
  read(raw: unknown): { settings?: Attributes; own?: Attributes };
}

const bool = z.boolean().nullish().catch(null).default(null);
const number = z.number().nullish().catch(null).default(null);

/** Fields of an answer; one that is no object tells nothing. */
function fields<S extends z.ZodType>(schema: S, raw: unknown): z.infer<S> | null {
  const parsed = schema.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

const orgSchema = z.object({ id: text, subdomain: text, companyName: text, status: text });
const supportSchema = z.object({ support: text, expiration: time });
const threatSchema = z.object({ action: text, excludeZones: textList });
const contactSchema = z.object({ userId: text });
const lockoutSchema = z.object({ preventBruteForceLockoutFromUnknownDevices: bool });
const perClientSchema = z.object({
  defaultMode: text,
  useCaseModeOverrides: z.record(z.string(), z.unknown()).nullish().catch(null).default(null),
});

/** A setting that is one field of its answer. Attack protection answers with a list of one. */
function field(
  need: SettingNeed,
  name: string,
  path: string,
  key: string,
  type: typeof bool | typeof number,
): OrgSetting {
  const schema = z.object({ [key]: type });
  return {
    ...{ need, scope: `${need}/${name}`, path },
    read: (raw) => told(name, fields(schema, Array.isArray(raw) ? raw[0] : raw)?.[key]),
  };
}

const org = field.bind(null, 'orgSettings');
const limits = field.bind(null, 'rateLimits');

/** Whom Okta calls about the org: a user of it. */
function contact(name: string, type: string): OrgSetting {
  return {
    ...{ need: 'orgSettings', scope: `orgSettings/${name}`, path: `/api/v1/org/contacts/${type}` },
    read: (raw) => told(name, fields(contactSchema, raw)?.userId),
  };
}

const listed = ({ need, name, path, read }: OrgListing): OrgSetting => ({
  ...{ need, scope: `${need}/${name}`, path, list: true },
  read: (raw) => told(name, Array.isArray(raw) ? read(raw) : null),
});

/** What the org says of itself. Each answer stands alone: one that may not be read leaves the others. */
export const ORG_SETTINGS: readonly OrgSetting[] = [
  {
    need: 'orgSettings',
    scope: 'orgSettings',
    path: '/api/v1/org',
    read: (raw) => {
      const org = fields(orgSchema, raw);
      if (!org) return {};
      return { own: { name: org.companyName, subdomain: org.subdomain, orgId: org.id, status: org.status } };
    },
  },
  org('clientPrivileges', '/api/v1/org/settings/clientPrivilegesSetting', 'clientPrivilegesSetting', bool),
  org('thirdPartyAdmin', '/api/v1/org/orgSettings/thirdPartyAdminSetting', 'thirdPartyAdmin', bool),
  org('autoAssignAdminApp', '/api/v1/org/settings/autoAssignAdminAppSetting', 'autoAssignAdminAppSetting', bool),
  org('endUserFooter', '/api/v1/org/preferences', 'showEndUserFooter', bool),
  org('communicationOptOut', '/api/v1/org/privacy/oktaCommunication', 'optOutEmailUsers', bool),
  contact('technicalContact', 'TECHNICAL'),
  contact('billingContact', 'BILLING'),
  {
    need: 'orgSettings',
    scope: 'orgSettings/support',
    path: '/api/v1/org/privacy/oktaSupport',
    read: (raw) => told('support', fields(supportSchema, raw)),
  },
  {
    need: 'orgSettings',
    scope: 'orgSettings/threatInsight',
    path: '/api/v1/threats/configuration',
    read: (raw) => {
      const threats = fields(threatSchema, raw);
      return told('threatInsight', threats && { ...threats, excludeZones: [...threats.excludeZones].sort() });
    },
  },
  {
    need: 'orgSettings',
    scope: 'orgSettings/userLockout',
    path: '/attack-protection/api/v1/user-lockout-settings',
    read: (raw) => told('userLockout', fields(lockoutSchema, Array.isArray(raw) ? raw[0] : raw)),
  },
  org(
    'possessionBeforeKnowledge',
    '/attack-protection/api/v1/authenticator-settings',
    'verifyKnowledgeSecondWhen2faRequired',
    bool,
  ),
  limits('rateLimitNotifications', '/api/v1/rate-limit-settings/admin-notifications', 'notificationsEnabled', bool),
  limits('rateLimitWarningPercent', '/api/v1/rate-limit-settings/warning-threshold', 'warningThreshold', number),
  {
    need: 'rateLimits',
    scope: 'rateLimits/perClientRateLimit',
    path: '/api/v1/rate-limit-settings/per-client',
    read: (raw) => told('perClientRateLimit', fields(perClientSchema, raw)),
  },
  ...orgListings.map(listed),
];

function told(name: string, value: unknown): { settings?: Attributes } {
  return value === null || value === undefined ? {} : { settings: { [name]: value } };
}

/** The org's node with what was told of it. What was not keeps its place. */
export function orgPart(source: { id: string; name: string }, own: Attributes, settings: Attributes): GraphNode {
  const org = orgNode(source.id, source.name);
  return partly({ ...org, attributes: { ...org.attributes, ...own, settings } });
}
