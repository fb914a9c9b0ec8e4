import { z } from 'zod';
import { type Attributes, type GraphNode, orgNode } from '../../../graph/model.ts';
import { partly, text, textList, time } from './thing.ts';

/** One answer of the org's settings, and what of it is kept. */
export interface OrgSetting {
  scope: string;
  path: string;
  read(raw: unknown): { settings?: Attributes; own?: Attributes };
}

const bool = z.boolean().nullish().catch(null).default(null);

/** Fields of an answer; one that is no object tells nothing. */
function fields<S extends z.ZodType>(schema: S, raw: unknown): z.infer<S> | null {
  const parsed = schema.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

const orgSchema = z.object({ id: text, subdomain: text, companyName: text, status: text });
const clientSchema = z.object({ clientPrivilegesSetting: bool });
const thirdPartySchema = z.object({ thirdPartyAdmin: bool });
const supportSchema = z.object({ support: text, expiration: time });
const threatSchema = z.object({ action: text, excludeZones: textList });
const lockoutSchema = z.object({ preventBruteForceLockoutFromUnknownDevices: bool });

/** What the org says of itself. Each answer stands alone: one that may not be read leaves the others. */
export const ORG_SETTINGS: readonly OrgSetting[] = [
  {
    scope: 'orgSettings',
    path: '/api/v1/org',
    read: (raw) => {
      const org = fields(orgSchema, raw);
      if (!org) return {};
      return { own: { name: org.companyName, subdomain: org.subdomain, orgId: org.id, status: org.status } };
    },
  },
  {
    scope: 'orgSettings/clientPrivileges',
    path: '/api/v1/org/settings/clientPrivilegesSetting',
    read: (raw) => told('clientPrivileges', fields(clientSchema, raw)?.clientPrivilegesSetting),
  },
  {
    scope: 'orgSettings/thirdPartyAdmin',
    path: '/api/v1/org/orgSettings/thirdPartyAdminSetting',
    read: (raw) => told('thirdPartyAdmin', fields(thirdPartySchema, raw)?.thirdPartyAdmin),
  },
  {
    scope: 'orgSettings/support',
    path: '/api/v1/org/privacy/oktaSupport',
    read: (raw) => told('support', fields(supportSchema, raw)),
  },
  {
    scope: 'orgSettings/threatInsight',
    path: '/api/v1/threats/configuration',
    read: (raw) => {
      const threats = fields(threatSchema, raw);
      return told('threatInsight', threats && { ...threats, excludeZones: [...threats.excludeZones].sort() });
    },
  },
  {
    scope: 'orgSettings/userLockout',
    path: '/attack-protection/api/v1/user-lockout-settings',
    read: (raw) => told('userLockout', fields(lockoutSchema, Array.isArray(raw) ? raw[0] : raw)),
  },
];

function told(name: string, value: unknown): { settings?: Attributes } {
  return value === null || value === undefined ? {} : { settings: { [name]: value } };
}

/** The org's node with what was told of it. What was not keeps its place. */
export function orgPart(source: { id: string; name: string }, own: Attributes, settings: Attributes): GraphNode {
  const org = orgNode(source.id, source.name);
  return partly({ ...org, attributes: { ...org.attributes, ...own, settings } });
}
