import { utc } from '~/ui/time';
import { number, readable } from '~/ui/words';

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A time as the API gives it: ISO 8601, or epoch milliseconds where it does not know that it is one. */
export function moment(value: unknown): string | null {
  if (typeof value === 'number' && value > EARLIEST) return new Date(value).toISOString();
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? value : null;
}

/** 2001: a smaller number is a count, not a time. */
const EARLIEST = 978_307_200_000;

/** Longer lists and texts are cut. */
const SHOWN_ITEMS = 12;
const SHOWN_TEXT = 400;

/** What people can read of an attribute; null for what says nothing, or is a document. */
export function attributeText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  const at = moment(value);
  if (at !== null) return utc(at);
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : readable(value);
  if (!Array.isArray(value) || value.some((item) => typeof item === 'object')) return null;
  if (value.length === 0) return 'None';
  const more = value.length > SHOWN_ITEMS ? ` and ${number(value.length - SHOWN_ITEMS)} more` : '';
  return `${value.slice(0, SHOWN_ITEMS).map(String).join(', ')}${more}`;
}

/** Whether an attribute is a document, to be shown as one. */
export function isDocument(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.some((item) => typeof item === 'object') : Object.keys(value).length > 0;
}
