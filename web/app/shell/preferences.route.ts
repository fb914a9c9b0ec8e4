import { type ActionFunctionArgs, redirect } from '@remix-run/cloudflare';
import { safePath } from '~/server/paths.server';
import { isScheme, SCHEME_COOKIE, SCHEME_MAX_AGE_SECONDS } from '~/theme/scheme';

export function loader() {
  return redirect('/');
}

/** Keeps the colour scheme and goes back to the page it was chosen on. */
export async function action({ request }: ActionFunctionArgs) {
  const form = await request.formData();
  const scheme = form.get('scheme');
  const headers = new Headers();
  if (isScheme(scheme)) {
    headers.set('Set-Cookie', `${SCHEME_COOKIE}=${scheme}; Path=/; Max-Age=${SCHEME_MAX_AGE_SECONDS}; SameSite=Lax`);
  }
  return redirect(safePath(form.get('next')), { headers });
}
