import { z } from 'zod';
import { ROLE_LABELS } from '../actions/roles.ts';
import type { RoleType } from '../world/model.ts';
import { invalid } from './errors.ts';
import type { OktaContext } from './http.ts';

function isRoleType(value: string): value is RoleType {
  return Object.hasOwn(ROLE_LABELS, value);
}

/** A role type, for request bodies. */
export const roleTypeSchema = z.string().refine(isRoleType);

/** Reads `{"type": "READ_ONLY_ADMIN"}`. */
export async function readRoleType(c: OktaContext): Promise<RoleType> {
  const parsed = z.object({ type: roleTypeSchema }).safeParse(await c.req.json().catch(() => null));
  if (!parsed.success) throw invalid('type', 'type: must be a role type');
  return parsed.data.type;
}
