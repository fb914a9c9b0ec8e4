/** `2026-11-22T01:18`, as a field of date and time holds it, or a full ISO 8601 time; as ISO 8601 UTC. Null for neither. */
export function momentFrom(text: string | undefined): string | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const date = new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** An address of the console, of the moment that is looked at; null: now. */
export function atMoment(path: string, asOf: string | null | undefined): string {
  if (asOf === null || asOf === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(asOf)}`;
}

/** The value of a field of date and time, in UTC. */
export function fieldValue(moment: string | null): string {
  return moment === null ? '' : moment.slice(0, 16);
}
