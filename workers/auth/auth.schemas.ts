import { z } from '@hono/zod-openapi';
import { ROLES } from '../../db/control/schema.ts';
import { iso, isoOrNull, parseTime } from '../platform/clock.ts';
import { MAX_PASSWORD, MIN_PASSWORD } from './passwords.ts';
import type { TokenRow } from './tokens.repository.ts';
import type { UserRow } from './users.repository.ts';

export const MAX_USER_SOURCES = 100;

export const roleSchema = z.enum(ROLES).openapi('Role');

/** A name that people read: one line, not blank. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');

export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

export const newPasswordSchema = z
  .string()
  .max(MAX_PASSWORD)
  .openapi({ description: `At least ${MIN_PASSWORD} characters, not the e-mail address` });

export const idParams = z.object({ id: z.string().min(1).max(80) });

/** An ISO 8601 time in a request, as milliseconds. */
export const timeSchema = z
  .string()
  .max(40)
  .transform((text, ctx) => {
    const at = parseTime(text);
    if (at !== null) return at;
    ctx.addIssue({ code: 'custom', message: 'is not an ISO 8601 time' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time' });

const time = z.string().openapi({ format: 'date-time' });

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    sourceIds: z.array(z.string()).nullable().openapi({ description: 'Sources an issue responder may work on' }),
    extraPermissions: z
      .array(z.string())
      .openapi({ description: 'Granted beyond the role: `remediate` to an issue responder' }),
    disabledAt: time.nullable(),
    createdAt: time,
    lastLoginAt: time.nullable(),
  })
  .openapi('User');

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    createdAt: time,
    createdBy: z.string(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .openapi('Token');

export const toUser = (row: UserRow): z.infer<typeof userSchema> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  sourceIds: row.sourceIds,
  extraPermissions: row.extraPermissions ?? [],
  disabledAt: isoOrNull(row.disabledAt),
  createdAt: iso(row.createdAt),
  lastLoginAt: isoOrNull(row.lastLoginAt),
});

export const toToken = (row: TokenRow): z.infer<typeof tokenSchema> => ({
  id: row.id,
  name: row.name,
  role: row.role,
  createdAt: iso(row.createdAt),
  createdBy: row.createdBy,
  expiresAt: isoOrNull(row.expiresAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
  revokedAt: isoOrNull(row.revokedAt),
});
