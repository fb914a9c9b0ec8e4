import { createRoute, z } from '@hono/zod-openapi';
import { graphOf } from '../graph/directory.ts';
import { DAY, iso, parseTime } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, listQuery, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { MAX_ADDRESSES } from './sign-ons.ts';
import { type DailyUse, listUsage } from './usage.repository.ts';

const time = z.string().datetime();
const id = z.string().min(1).max(80).optional();

const usageSchema = z
  .object({
    day: z.string().date().openapi({ description: 'UTC' }),
    account: z.string(),
    app: z.string(),
    signOns: z.number().int(),
    firstAt: time,
    lastAt: time,
    addresses: z
      .number()
      .int()
      .openapi({ description: `Distinct addresses; ${MAX_ADDRESSES} means so many or more` }),
  })
  .openapi('Usage');

const list = createRoute({
  method: 'get',
  path: '/usage',
  tags: ['Usage'],
  summary: 'List the use of apps by account and day, newest day first',
  description: 'Successful sign-ons, counted as they are recorded; kept for the usage retention of the settings.',
  middleware: requirePermission('read'),
  request: {
    query: listQuery.extend({
      account: id.openapi({ description: 'Id of an account' }),
      identity: id.openapi({ description: 'Id of an identity: all of its accounts' }),
      app: id.openapi({ description: 'Id of an app' }),
      since: time.optional().openapi({ description: 'From the UTC day on that this lies in' }),
      until: time.optional().openapi({ description: 'Days that begin before' }),
    }),
  },
  responses: { 200: jsonContent(pageOf(usageSchema)), ...problems },
});

/** The last day that a date can name. */
const LAST_DAY = Math.floor(Date.UTC(9999, 11, 31) / DAY);

export function usageRoutes() {
  return createRouter().openapi(list, async (c) => {
    const { account, identity, app, since, until, limit, cursor } = c.req.valid('query');
    const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
    if (account && identity) throw invalidRequest({ detail: 'Name an account or an identity, not both.' });
    let accountIds = account ? [account] : undefined;
    if (identity) {
      const found = await graphOf(deps, tenantId).identity(identity);
      if (!found) throw notFound({ detail: 'There is no such identity.' });
      accountIds = found.accounts.map(({ node }) => node.id);
    }
    const page = await listUsage(deps, tenantId, {
      limit,
      cursor,
      accountIds,
      appId: app,
      from: Math.floor((parseTime(since) ?? 0) / DAY),
      to: until ? Math.ceil((parseTime(until) ?? 0) / DAY) - 1 : LAST_DAY,
    });
    return c.json({ data: page.data.map(present), next: page.next }, 200);
  });
}

function present({ day, accountId, appId, signOns, firstAt, lastAt, addresses }: DailyUse) {
  return {
    day: iso(day * DAY).slice(0, 10),
    account: accountId,
    app: appId,
    signOns,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    addresses,
  };
}
