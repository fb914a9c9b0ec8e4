import { data } from '@remix-run/cloudflare';
import { apiOf } from '../api/client.server';
import { getSession } from '../api/session.server';
import type { Permission } from '../shell/session';
import type { RequestArgs } from './session.server';

/** For pages that are only a form: 403 at once, instead of at the end. The API decides again when it is sent. */
export async function requirePermission(args: RequestArgs, permission: Permission): Promise<void> {
  const session = await getSession(await apiOf(args));
  if (!session.permissions.includes(permission)) throw data({ detail: null }, { status: 403 });
}
