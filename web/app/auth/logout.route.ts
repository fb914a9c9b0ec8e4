import { type ActionFunctionArgs, redirect } from '@remix-run/cloudflare';
import { closeSession } from '~/api/session.server';
import { forgetSession, sessionToken } from '~/server/session.server';

/** Signing out is a POST: a link or an image must not be able to do it. */
export function loader() {
  return redirect('/');
}

export async function action(args: ActionFunctionArgs) {
  const token = await sessionToken(args.request);
  if (token !== null) await closeSession(args, token);
  return redirect('/login', { headers: { 'Set-Cookie': await forgetSession(args.request) } });
}
