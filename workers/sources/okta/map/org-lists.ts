import { z } from 'zod';
import type { InventoryNeed } from '../../../graph/port.ts';
import { idField, sorted, text } from './thing.ts';

/*
 * Settings of the org that are lists, and whose rows nothing refers to: they are kept as a whole, in a stable order.
 */

export interface OrgListing {
  need: Extract<InventoryNeed, 'features' | 'linkedObjects' | 'rateLimits'>;
  /** Its name among the settings. */
  name: string;
  path: string;
  read(rows: unknown[]): unknown;
}

/** Rows of a list that are kept: a node's attributes are bounded. */
const MAX_ROWS = 300;

/** The rows that can be read. */
function rowsOf<S extends z.ZodType>(schema: S, rows: unknown[]): z.infer<S>[] {
  return rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
}

const featureSchema = z.object({ name: z.string().min(1).max(300), status: text });

const sideSchema = z.object({ name: text }).nullish().catch(null);
const linkSchema = z.object({ primary: sideSchema, associated: sideSchema });

const percent = z.number().nullish().catch(null).default(null);
const limitSchema = z.object({
  principalId: idField,
  defaultPercentage: percent,
  defaultConcurrencyPercentage: percent,
});

/** Shares of the org's rate limits that single principals may use up. Okta lists one type of them at a time. */
function principalLimits(name: string, type: string): OrgListing {
  const filter = encodeURIComponent(`principalType eq "${type}"`);
  return {
    need: 'rateLimits',
    name,
    path: `/api/v1/principal-rate-limits?limit=50&filter=${filter}`,
    read: (rows) =>
      rowsOf(limitSchema, rows)
        .map((row) => ({
          id: row.principalId,
          percent: row.defaultPercentage,
          concurrencyPercent: row.defaultConcurrencyPercentage,
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, MAX_ROWS),
  };
}

export const orgListings: readonly OrgListing[] = [
  {
    need: 'features',
    name: 'features',
    path: '/api/v1/features',
    read: (rows) => {
      const features = rowsOf(featureSchema, rows);
      const names = (status: string) =>
        sorted(features.filter((one) => one.status === status).map(({ name }) => name)).slice(0, MAX_ROWS);
      return { enabled: names('ENABLED'), disabled: names('DISABLED') };
    },
  },
  {
    need: 'linkedObjects',
    name: 'linkedObjects',
    path: '/api/v1/meta/schemas/user/linkedObjects',
    read: (rows) =>
      rowsOf(linkSchema, rows)
        .map(({ primary, associated }) => ({ primary: primary?.name ?? '', associated: associated?.name ?? '' }))
        .sort((a, b) => (a.primary < b.primary ? -1 : 1))
        .slice(0, MAX_ROWS),
  },
  principalLimits('apiTokenRateLimits', 'SSWS_TOKEN'),
  principalLimits('appRateLimits', 'OAUTH_CLIENT'),
];
