import { type LoaderFunctionArgs, redirect } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { getSession } from '~/api/session.server';

/** Leads to the first part of the settings that the role may see. */
export async function loader(args: LoaderFunctionArgs) {
  const session = await getSession(await apiOf(args));
  if (session.permissions.includes('tenant:manage')) throw redirect('/settings/users');
  throw redirect(session.principal.sourceIds === null ? '/settings/audit' : '/settings/account');
}

export default function Settings() {
  return null;
}
