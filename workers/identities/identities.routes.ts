import { createRoute, z } from '@hono/zod-openapi';
import type { IdentityDetail } from '../graph/identity-detail.ts';
import { iso } from '../platform/clock.ts';
import { createRouter, idParam, jsonBody, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { joinIdentities, splitAccount } from './by-hand.ts';
import { matchesOf } from './matches.ts';

const tags = ['Identities'];
const request = { params: idParam() };
const manage = requirePermission('sources:manage');
const accountId = z.string().regex(/^acc_[0-9a-z]+$/);
const identityId = z.string().regex(/^idn_[0-9a-z]+$/);

const resultSchema = z.object({
  identityId: z.string().openapi({ description: 'The identity that the account is of now' }),
  name: z.string(),
  accounts: z.array(z.object({ id: z.string(), name: z.string(), source: z.string(), since: z.string().datetime() })),
});

const join = createRoute({
  method: 'post',
  path: '/identities/{id}/join',
  tags,
  summary: 'Say that another identity is the same person',
  description:
    'All accounts of the other identity come to this one. With `accountId` that is the identity of the account. Later syncs leave it so.',
  middleware: manage,
  request: {
    ...request,
    ...jsonBody(z.union([z.strictObject({ accountId }), z.strictObject({ identityId })])),
  },
  responses: { 200: jsonContent(resultSchema), ...problems },
});

const split = createRoute({
  method: 'post',
  path: '/identities/{id}/split',
  tags,
  summary: 'Say that an account is not of this person',
  description: 'The account becomes an identity of its own. Later syncs leave it so.',
  middleware: manage,
  request: { ...request, ...jsonBody(z.strictObject({ accountId })) },
  responses: { 200: jsonContent(resultSchema), ...problems },
});

const matches = createRoute({
  method: 'get',
  path: '/identities/{id}/matches',
  tags,
  summary: 'Accounts that may be the same person’s',
  middleware: requirePermission('read'),
  request,
  responses: {
    200: jsonContent(
      z.object({
        data: z.array(
          z.object({
            account: z.object({
              id: z.string(),
              name: z.string(),
              login: z.string().nullable(),
              status: z.string(),
              source: z.string(),
            }),
            identityId: z.string(),
            how: z.enum(['source_link', 'employee_number', 'mail', 'name']),
            reason: z.string(),
            hindrance: z.string().openapi({ description: 'Why they were not joined by themselves' }),
          }),
        ),
      }),
    ),
    ...problems,
  },
});

/** Joining and splitting accounts by hand. */
export function identityJoinRoutes() {
  return createRouter()
    .openapi(join, async (c) => {
      const body = c.req.valid('json');
      const other = 'accountId' in body ? body.accountId : body.identityId;
      const { id = '' } = c.req.valid('param');
      return c.json(
        present(await joinIdentities(c.get('deps'), c.get('tenantId'), c.get('principal'), id, other)),
        200,
      );
    })
    .openapi(split, async (c) => {
      const { id = '' } = c.req.valid('param');
      const { accountId: account } = c.req.valid('json');
      return c.json(
        present(await splitAccount(c.get('deps'), c.get('tenantId'), c.get('principal'), id, account)),
        200,
      );
    })
    .openapi(matches, async (c) => {
      const { id = '' } = c.req.valid('param');
      const found = await matchesOf(c.get('deps'), c.get('tenantId'), id);
      const data = found.map(({ account, ...match }) => {
        const { login, status } = account.attributes;
        return {
          account: {
            id: account.id,
            name: account.name,
            login: typeof login === 'string' ? login : null,
            status: typeof status === 'string' ? status : 'UNKNOWN',
            source: account.sourceId,
          },
          ...match,
        };
      });
      return c.json({ data }, 200);
    });
}

function present({ identity, accounts }: IdentityDetail) {
  return {
    identityId: identity.id,
    name: identity.name,
    accounts: accounts.map(({ node }) => ({
      id: node.id,
      name: node.name,
      source: node.sourceId,
      since: iso(node.beganAt),
    })),
  };
}
