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
  keyValue: optionalText(1_000),
});

/** The form of an integration as the API takes it. An empty key value leaves the stored one as it is. */
export function readIntegration(form: FormData, isNew: boolean): Outcome<Record<string, unknown>> {
  const read = readForm(form, integrationForm);
  if (!read.ok) return read;
  const { name, url, keyIn, keyName, keyValue } = read.value;
  if (keyIn === 'none') return { ok: true, value: isNew ? { kind: 'webhook', name, url } : { name, url, key: null } };
  const fields: Record<string, string> = {};
  if (keyName === undefined) fields.keyName = 'Enter the name of the parameter or header';
  if (isNew && keyValue === undefined) fields.keyValue = 'Enter the key';
  if (Object.keys(fields).length > 0) return { ok: false, problem: invalid(fields) };
  if (isNew)
    return { ok: true, value: { kind: 'webhook', name, url, key: { in: keyIn, name: keyName, value: keyValue } } };
  if (keyValue === undefined) return { ok: true, value: { name, url } };
  return { ok: true, value: { name, url, key: { in: keyIn, name: keyName, value: keyValue } } };
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
