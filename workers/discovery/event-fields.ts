import type { CanonicalEvent, EventParty } from '../inbox/event.ts';

type Fields = Record<string, unknown>;

/** Most scopes read of one event. */
const MAX_SCOPES = 200;
const MAX_SCOPE = 200;
const MAX_ID = 200;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** An id as the provider writes it; null for what only stands where one could be. */
export function idOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const id = value.trim();
  return id === '' || id.length > MAX_ID || id === 'unknown' || id === 'null' || /\s/.test(id) ? null : id;
}

/** Text under one of the names, whatever their case. */
export function textOf(fields: Fields, ...names: string[]): string | null {
  const wanted = new Set(names);
  for (const [key, value] of Object.entries(fields)) {
    if (wanted.has(key.toLowerCase()) && typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** Text under the first of these exact names that has some: for what is read of every sign-on. */
export function textAt(fields: Fields, ...names: string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

export function debugData(event: CanonicalEvent): Fields {
  return fieldsOf(event.body.debugData);
}

/** `detailEntry` of the targets, in their order. */
export function targetDetails(event: CanonicalEvent): Fields[] {
  const details = event.body.targetDetails;
  return Array.isArray(details) ? details.map((entry) => fieldsOf(fieldsOf(entry).detailEntry)) : [];
}

/** Scopes as a list or as one text, parted by spaces or commas. */
export function scopesIn(value: unknown): string[] {
  const list = typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : [];
  return list.flatMap((one) => scopeOf(one) ?? []);
}

export function scopeOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const scope = value.trim();
  // `*` is our own sign for all of them
  return scope === '' || scope.length > MAX_SCOPE || scope === '*' || /\s/.test(scope) ? null : scope;
}

export function distinct(scopes: string[]): string[] {
  return [...new Set(scopes)].slice(0, MAX_SCOPES);
}

export function userOf(party: EventParty | null): EventParty | null {
  return party !== null && party.type === 'User' && idOf(party.id) !== null ? party : null;
}

export function targetsOfType(event: CanonicalEvent, type: string): EventParty[] {
  return event.targets.filter((target) => target.type === type);
}

export function targetUser(event: CanonicalEvent): EventParty | null {
  return event.targets.find((target) => userOf(target) !== null) ?? null;
}

export function succeeded(event: CanonicalEvent): boolean {
  return event.outcome === null || event.outcome.result === 'SUCCESS' || event.outcome.result === 'ALLOW';
}
