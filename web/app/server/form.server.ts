import { z } from 'zod';
import type { Outcome, Problem } from '../api/problem';

/** Reads a form by a schema; messages come back by field. Fields sent more than once are lists. */
export function readForm<S extends z.ZodType>(form: FormData, schema: S): Outcome<z.output<S>> {
  const values: Record<string, unknown> = {};
  for (const key of new Set(form.keys())) {
    const all = form.getAll(key).filter((value) => typeof value === 'string');
    values[key] = all.length > 1 ? all : all[0];
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return { ok: true, value: parsed.data };
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) fields[issue.path.join('.')] ??= issue.message;
  return { ok: false, problem: invalid(fields) };
}

export function invalid(fields: Record<string, string>): Problem {
  return {
    status: 400,
    code: 'invalid_request',
    title: 'Some fields need another look',
    detail: Object.keys(fields).length === 0 ? null : 'The messages stand beside the fields.',
    fields,
  };
}

export const UNKNOWN_INTENT: Problem = {
  status: 400,
  code: 'console.unknown_action',
  title: 'This form is not known here',
  detail: 'Reload the page and try again.',
  fields: {},
};

/** A text field that must be filled in. */
export function filled(message: string, max = 200) {
  return z.string({ error: message }).trim().min(1, message).max(max, `At most ${max} characters`);
}

/** A text field that may stay empty. */
export function optionalText(max: number) {
  return z
    .string()
    .trim()
    .max(max, `At most ${max} characters`)
    .optional()
    .transform((value) => (value === '' ? undefined : value));
}

/** Checkboxes of one name: none, one or many. */
export const listField = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]));
