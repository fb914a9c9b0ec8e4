import { z } from 'zod';
import type { Outcome } from '~/api/problem';
import { filled, invalid, listField, optionalText, readForm } from '~/server/form.server';

const integrationForm = z.object({
  name: filled('Give it a name', 100),
  url: filled('Enter the address', 2_000).refine(
    (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
    'This is not an https address',
  ),
  keyIn: z.enum(['none', 'query', 'header'], { error: 'Choose how the key travels' }).default('none'),
  keyName: optionalText(100),
  keyValue: optionalText(4_000),
});

/**
 * The form of an integration as the API takes it. `stored` is how the key of an existing one travels: it may stay as it
 * is, but not move to another place without being typed again, because its value is not known here.
 */
export function readIntegration(
  form: FormData,
  stored: 'new' | { in: string; name: string } | null,
): Outcome<Record<string, unknown>> {
  const read = readForm(form, integrationForm);
  if (!read.ok) return read;
  const { name, url, keyIn, keyName, keyValue } = read.value;
  const base = stored === 'new' ? { kind: 'webhook', name, url } : { name, url };
  if (keyIn === 'none') return { ok: true, value: stored === 'new' ? base : { ...base, key: null } };
  const kept = stored !== 'new' && stored?.in === keyIn && stored.name === keyName;
  if (kept && keyValue === undefined) return { ok: true, value: base };
  const fields: Record<string, string> = {};
  if (keyName === undefined) fields.keyName = 'Enter the name of the parameter or header';
  if (keyValue === undefined) fields.keyValue = 'Enter the key';
  if (Object.keys(fields).length > 0) return { ok: false, problem: invalid(fields) };
  return { ok: true, value: { ...base, key: { in: keyIn, name: keyName, value: keyValue } } };
}

const automationForm = z.object({
  name: filled('Give it a name', 100),
  minSeverity: z.enum(['low', 'medium', 'high', 'critical']).or(z.literal('')).default(''),
  detections: listField,
  changes: listField.pipe(z.array(z.enum(['opened', 'reopened', 'resolved'])).min(1, 'Choose at least one change')),
});

/** No detection chosen means all of them. */
export function readAutomation(form: FormData): Outcome<Record<string, unknown>> {
  const read = readForm(form, automationForm);
  if (!read.ok) return read;
  const { name, minSeverity, detections, changes } = read.value;
  return {
    ok: true,
    value: {
      name,
      minSeverity: minSeverity === '' ? null : minSeverity,
      detections: detections.length === 0 ? null : detections,
      changes,
    },
  };
}
