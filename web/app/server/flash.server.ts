import { createCookie } from '@remix-run/cloudflare';

/** A notice that survives one redirect. Never carries a secret: those are shown by the page that made them. */
const flashCookie = createCookie('postern_notice', { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 60 });

export async function readFlash(request: Request): Promise<string | null> {
  const value: unknown = await flashCookie.parse(request.headers.get('Cookie'));
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : null;
}

export function setFlash(message: string): Promise<string> {
  return flashCookie.serialize(message);
}

export function clearFlash(): Promise<string> {
  return flashCookie.serialize('', { maxAge: 0 });
}
