import { type AppLoadContext, createCookie } from '@remix-run/cloudflare';

/** What loaders and actions are called with, as far as the session and the API client need it. */
export interface RequestArgs {
  request: Request;
  context: AppLoadContext;
}

/** On https the `__Host-` prefix binds the cookie to this host and path; a browser refuses it on plain http. */
function sessionCookie(request: Request) {
  const secure = new URL(request.url).protocol === 'https:';
  return createCookie(secure ? '__Host-postern' : 'postern_session', {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
  });
}

/** The session token of the request, or null. */
export async function sessionToken(request: Request): Promise<string | null> {
  const value: unknown = await sessionCookie(request).parse(request.headers.get('Cookie'));
  return typeof value === 'string' && value !== '' ? value : null;
}

/** `Set-Cookie` that keeps the token until the API's own expiry (ISO 8601). */
export function keepSession(request: Request, token: string, expiresAt: string): Promise<string> {
  return sessionCookie(request).serialize(token, { expires: new Date(expiresAt) });
}

export function forgetSession(request: Request): Promise<string> {
  return sessionCookie(request).serialize('', { maxAge: 0 });
}
