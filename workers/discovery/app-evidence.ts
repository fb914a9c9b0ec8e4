import type { CanonicalEvent, EventParty } from '../inbox/event.ts';
import { derivedId } from '../platform/ids.ts';
import { domainOf } from './domain.ts';
import { debugData, idOf, textAt } from './event-fields.ts';
import type { AppSeen, KeyKind } from './sighting.ts';

/** Okta's own apps by catalogue name: its dashboard and console are not somebody's SaaS. */
const PROVIDER_APPS = new Set([
  'saasure',
  'okta_enduser',
  'okta_browser_plugin',
  'okta_flow_sso',
  'okta_atspoke_sso',
  'flow',
]);
/** Okta's first-party OAuth clients are named like `okta.2b195223-…`. */
const PROVIDER_CLIENT = 'okta.';

const CATALOG_PATH = /^\/app\/([A-Za-z0-9_.-]{1,100})\//;
const MAX_NAME = 300;

export function isProviderApp(catalogName: string | null): boolean {
  return catalogName !== null && PROVIDER_APPS.has(catalogName);
}

/** The id that an app of a source always has here. */
export function discoveredAppId(tenantId: string, sourceId: string, keyKind: KeyKind, key: string): string {
  return derivedId('dap', tenantId, sourceId, keyKind, key);
}

/** The app's name in Okta's catalogue, from the path that a sign-on went through. */
export function catalogNameOf(event: CanonicalEvent): string | null {
  const data = debugData(event);
  const path = textAt(data, 'requestUri', 'url');
  return path === null ? null : (CATALOG_PATH.exec(path)?.[1] ?? null);
}

/** Where an event says that the app is, as it stands there. */
export function addressesIn(event: CanonicalEvent): (string | null)[] {
  const data = debugData(event);
  return [textAt(data, 'redirectUri', 'redirect_uri'), textAt(data, 'audience')];
}

/** The domain that an event gives the app: where it is sent back to, or whom an assertion is for. */
export function domainIn(event: CanonicalEvent, party: EventParty | null): string | null {
  for (const text of [...addressesIn(event), party?.alternateId]) {
    const domain = typeof text === 'string' && /^https?:/i.test(text) ? domainOf(text) : null;
    if (domain !== null) return domain;
  }
  return null;
}

/** Names apps and makes their ids, each only once a batch. */
export type AppReader = (
  found: { nativeId: string | null; party: EventParty | null },
  event: CanonicalEvent,
) => AppSeen | null;

/** Null when nothing names the app stably, or when it is part of the provider. */
export function appReader(tenantId: string, sourceId: string): AppReader {
  const ids = new Map<string, string>();
  return ({ nativeId, party }, event) => {
    const catalogName = catalogNameOf(event);
    if (isProviderApp(catalogName) || nativeId?.startsWith(PROVIDER_CLIENT)) return null;
    const domain = domainIn(event, party);
    const keyed = keyOf(nativeId, catalogName, domain);
    if (keyed === null) return null;
    const [keyKind, key] = keyed;
    const memo = `${keyKind}/${key}`;
    const id = ids.get(memo) ?? discoveredAppId(tenantId, sourceId, keyKind, key);
    ids.set(memo, id);
    const name = party?.name ?? party?.alternateId ?? null;
    return { id, key, keyKind, nativeId, name: name?.slice(0, MAX_NAME) ?? null, catalogName, domain };
  };
}

function keyOf(nativeId: string | null, catalogName: string | null, domain: string | null): [KeyKind, string] | null {
  if (nativeId !== null) return ['app', nativeId];
  if (catalogName !== null) return ['catalog', catalogName];
  return domain === null ? null : ['domain', domain];
}

/** An app instance that is a target. */
export const instanceOf = (party: EventParty) => ({ nativeId: idOf(party.id), party });
