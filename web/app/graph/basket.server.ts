import { createCookie } from '@remix-run/cloudflare';
import { MAX_BASKET, removalOf } from './basket';

/** Removals to ask about, kept for the session of the browser. Ids only: names are read when they are shown. */
const basketCookie = createCookie('postern_what_if', { httpOnly: true, sameSite: 'lax', path: '/' });

export async function readBasket(request: Request): Promise<string[]> {
  const value: unknown = await basketCookie.parse(request.headers.get('Cookie'));
  if (typeof value !== 'string') return [];
  return value
    .split(' ')
    .filter((key) => removalOf(key) !== null)
    .slice(0, MAX_BASKET);
}

/** The `Set-Cookie` that keeps these. */
export function keepBasket(keys: string[]): Promise<string> {
  return basketCookie.serialize(keys.join(' '), keys.length === 0 ? { maxAge: 0 } : {});
}
