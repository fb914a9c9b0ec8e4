import type { LoaderFunctionArgs } from '@remix-run/cloudflare';

/** A part of the path that the route's pattern promises. */
export function paramOf(args: Pick<LoaderFunctionArgs, 'params'>, name: string): string {
  const value = args.params[name];
  if (value === undefined) throw new Error(`The route has no :${name}`);
  return value;
}
