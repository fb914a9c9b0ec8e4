import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { OPERATOR_TENANT } from '../../../db/control/schema.ts';
import { NO_TENANT, tenantRequired } from '../../auth/auth.errors.ts';
import { holds, type Permission, type Principal, seesSource } from '../../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { forbidden, invalidRequest, notFound } from '../errors.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../pagination.ts';

export interface ApiEnv {
  Bindings: Env;
  Variables: {
    deps: Deps;
    principal: Principal;
    /** The tenant every repository call takes first. Comes from the token or session, never from the body. */
    tenantId: string;
  };
}

/** A router whose validation failures become `application/problem+json` like every other error. */
export function createRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw invalidRequest({
        detail: result.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`).join('; '),
        fields: {
          errors: result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
        },
      });
    },
  });
}

export interface PermissionRule {
  /**
   * Whether an operator must name a customer's tenant. `operators`: their own home will do as well (users, tokens,
   * audit). `optional`: no tenant is looked at. Routes that ask for `operate` never need one.
   */
  tenant?: 'required' | 'operators' | 'optional';
  /** What the route is for who sees some sources only; `tenant` unless told. */
  sources?: SourceRule;
}

/**
 * What a route tells of sources. `tenant`: of the whole tenant at once, so it is closed to who sees some sources only.
 * `own`: its handler keeps to those (`seesSource`, `visibleSource`). `id`: its `{id}` is a source, looked at here.
 * `none`: nothing of any source.
 */
export type SourceRule = 'tenant' | 'own' | 'id' | 'none';

/** Middleware that can be asked what it demands, so that documents and tests need no second list. */
export type PermissionCheck = MiddlewareHandler<ApiEnv> & {
  readonly permission: Permission;
  readonly sources: SourceRule;
};

/**
 * Route middleware: `middleware: requirePermission('issues:work')`. Answers 403 `forbidden`, 400 `tenant.required` to
 * an operator who named no tenant, and 404 for a source that the caller does not see.
 */
export function requirePermission(permission: Permission, rule: PermissionRule = {}): PermissionCheck {
  const sources = rule.sources ?? 'tenant';
  const check: MiddlewareHandler<ApiEnv> = async (c, next) => {
    if (!holds(c.get('principal'), permission)) {
      throw forbidden({ detail: `Your role (${c.get('principal').role}) does not hold "${permission}".` });
    }
    const tenantId = c.get('tenantId');
    const atHome = tenantId === OPERATOR_TENANT;
    if (permission !== 'operate' && rule.tenant !== 'optional' && (tenantId === NO_TENANT || atHome)) {
      if (!atHome || rule.tenant !== 'operators') throw tenantRequired();
    }
    checkSources(c.get('principal'), sources, c.req.param('id'));
    await next();
  };
  return Object.assign(check, { permission, sources });
}

function checkSources(principal: Principal, rule: SourceRule, id: string | undefined): void {
  if (principal.sourceIds === null) return;
  if (rule === 'tenant') {
    throw forbidden({ detail: 'This tells of every source of the tenant, and you see some of them only.' });
  }
  if (rule === 'id' && !seesSource(principal, id ?? '')) throw notFound();
}

/** The middleware of a registered handler; undefined for one not made by `requirePermission`. */
export function checkOf(handler: object): PermissionCheck | undefined {
  return 'permission' in handler ? (handler as PermissionCheck) : undefined;
}

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
  })
  .openapi('Problem');

const problemContent = { content: { 'application/problem+json': { schema: problemSchema } } };

/** The error answers that every route may give. Spread into `responses`. */
export const problems = {
  400: { description: 'The request is not valid', ...problemContent },
  401: { description: 'No valid token or session', ...problemContent },
  403: { description: 'The role does not allow it', ...problemContent },
  404: { description: 'No such thing in this tenant', ...problemContent },
} as const;

export function jsonContent<T extends z.ZodType>(schema: T, description = 'OK') {
  return { description, content: { 'application/json': { schema } } };
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { required: true, content: { 'application/json': { schema } } } };
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), next: z.string().nullable() });
}

/** `?limit=&cursor=`; extend with a feature's own filters and `sort`. */
export const listQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: `1 to ${MAX_LIMIT}` }),
  cursor: z.string().max(2_000).optional().openapi({ description: '`next` of the page before' }),
});

export const idParam = (name = 'id') => z.object({ [name]: z.string().min(1).max(80) } as Record<string, z.ZodString>);
