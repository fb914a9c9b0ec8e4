import type { Deps } from '../platform/deps.ts';
import { defineError, PosternError } from '../platform/errors.ts';
import { checkOutboundUrl } from '../platform/http/outbound-fetch.ts';
import { MAX_TYPES_PER_HOOK, type OktaHook } from './okta/event-hooks-api.ts';
import { HOOK_TYPES } from './okta/event-types.ts';

export const badPublicUrl = defineError({
  code: 'source.bad_public_url',
  status: 400,
  title: 'Okta needs the public address of Postern',
});

/** One Event Hook that a source should have. */
export interface WantedHook {
  /** The same each time, so that registering again changes the hook instead of adding one. */
  name: string;
  types: readonly string[];
}

/** The hooks that bring everything a hook may bring: as many as Okta's limit makes of them. */
export function wantedHooks(
  sourceId: string,
  types: readonly string[] = HOOK_TYPES,
  perHook = MAX_TYPES_PER_HOOK,
): WantedHook[] {
  const parts = Math.ceil(types.length / perHook);
  return Array.from({ length: parts }, (_, i) => ({
    name: `Postern ${sourceId} ${i + 1}`,
    types: types.slice(i * perHook, (i + 1) * perHook),
  }));
}

/** Where events of the source are taken in, below the public origin. */
export function hookPath(sourceId: string): string {
  return `/ingest/okta/events/${sourceId}`;
}

/** Whether a hook of the org sends to this source, by whatever host. */
export function sendsHere(hook: OktaHook, sourceId: string): boolean {
  return hook.uri !== null && URL.canParse(hook.uri) && new URL(hook.uri).pathname.endsWith(hookPath(sourceId));
}

export interface PlannedHook extends WantedHook {
  /** The hook to change; null when one must be made. */
  existing: OktaHook | null;
}

/**
 * Which hooks of the org become the wanted ones: first those with their names, then others that send to this source
 * (made by hand, say). `surplus` are such hooks that are left over: they would bring everything twice.
 */
export function planHooks(
  sourceId: string,
  wanted: readonly WantedHook[],
  inOkta: readonly OktaHook[],
): { hooks: PlannedHook[]; surplus: OktaHook[] } {
  const free = new Set(inOkta.filter((hook) => sendsHere(hook, sourceId) || wanted.some((w) => w.name === hook.name)));
  const take = (found: OktaHook | undefined): OktaHook | null => {
    if (!found) return null;
    free.delete(found);
    return found;
  };
  const byName = wanted.map((one) => ({ ...one, existing: take([...free].find((hook) => hook.name === one.name)) }));
  const hooks = byName.map((one) => ({ ...one, existing: one.existing ?? take([...free][0]) }));
  return { hooks, surplus: [...free] };
}

/**
 * The origin that Okta can call: the one given, else the one the request came to. Throws `source.bad_public_url` unless
 * it is public and https (or loopback, in development): the console reaches the API under a name of its own.
 */
export function publicOrigin(deps: Pick<Deps, 'env'>, given: string | undefined, requestUrl: string): string {
  const typed = given?.trim() || new URL(requestUrl).origin;
  let url: URL;
  try {
    url = checkOutboundUrl(deps.env, typed);
  } catch (error) {
    if (!(error instanceof PosternError)) throw error;
    const reason = given?.trim() ? (error.detail ?? error.title) : 'The request does not tell it: give publicUrl.';
    throw badPublicUrl({ detail: reason });
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw badPublicUrl({ detail: `Give the origin alone, for example ${url.origin}.` });
  }
  return url.origin;
}
