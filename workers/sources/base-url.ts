import type { Deps } from '../platform/deps.ts';
import { PosternError } from '../platform/errors.ts';
import { checkOutboundUrl } from '../platform/http/outbound-fetch.ts';
import { badBaseUrl } from './sources.errors.ts';

/**
 * The origin of an Okta org from what a person typed: https, public (loopback in development), no path, and not the
 * admin console's host, which serves people only. Throws `source.bad_url`.
 */
export function oktaOrigin(deps: Pick<Deps, 'env'>, typed: string): string {
  const url = checked(deps, typed);
  if (url.pathname !== '/' || url.search || url.hash) {
    throw badBaseUrl({ detail: `Give the address of the org alone, for example ${url.origin}.` });
  }
  const [name = '', ...rest] = url.hostname.split('.');
  if (name.endsWith('-admin')) {
    const org = [name.slice(0, -'-admin'.length), ...rest].join('.');
    throw badBaseUrl({ detail: `This is the admin console. The org itself is at https://${org}.` });
  }
  return url.origin;
}

function checked(deps: Pick<Deps, 'env'>, typed: string): URL {
  try {
    return checkOutboundUrl(deps.env, typed.trim());
  } catch (error) {
    if (error instanceof PosternError) throw badBaseUrl(error.detail ? { detail: error.detail } : {});
    throw error;
  }
}
