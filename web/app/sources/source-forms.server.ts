import { z } from 'zod';
import type { Outcome } from '~/api/problem';
import { filled, invalid, readForm } from '~/server/form.server';
import { MODE_VALUES } from './modes';

const newSourceForm = z.object({
  name: filled('Give it a name', 100),
  domain: filled('Enter the domain of the org', 300),
  mode: z.enum(MODE_VALUES, { error: 'Choose how events arrive' }),
  authType: z.enum(['ssws', 'oauth'], { error: 'Choose a credential' }),
  token: z.string().trim().max(500).default(''),
  clientId: z.string().trim().max(200).default(''),
  keyId: z.string().trim().max(80).default(''),
  privateKeyJwk: z.string().trim().max(10_000).default(''),
});

/** The form of a new Okta source as the API takes it. Every message at once, not one round after the other. */
export function readNewSource(form: FormData): Outcome<Record<string, unknown>> {
  const read = readForm(form, newSourceForm);
  const fields = read.ok ? {} : { ...read.problem.fields };
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const oauth = text('authType') === 'oauth';
  const baseUrl = originOf(text('domain'));
  const key = parseKey(text('privateKeyJwk'));
  if (baseUrl === null) fields.domain ??= 'This is not a domain. Example: acme.okta.com';
  if (!oauth && text('token') === '') fields.token = 'Enter the API token';
  if (oauth && text('clientId') === '') fields.clientId = 'Enter the client ID of the service app';
  const made = text('keyId') !== '';
  if (oauth && !made && text('privateKeyJwk') === '') fields.keyId = 'Make a key pair first';
  if (oauth && text('privateKeyJwk') !== '' && key === null)
    fields.privateKeyJwk = 'Paste the private key as a JWK (JSON)';
  if (!read.ok || Object.keys(fields).length > 0) return { ok: false, problem: invalid(fields) };
  const { name, mode, token, clientId, keyId } = read.value;
  const signing = key === null ? { keyId } : { privateKeyJwk: key };
  const auth = oauth ? { type: 'oauth', clientId, ...signing } : { type: 'ssws', token };
  return { ok: true, value: { kind: 'okta', name, baseUrl, mode, auth } };
}

const settingsForm = z.object({
  name: filled('Give it a name', 100),
  mode: z.enum(MODE_VALUES, { error: 'Choose how events arrive' }),
  removalLimitPercent: z.coerce
    .number({ error: 'Enter a number' })
    .int('Enter a whole number')
    .min(0, 'At least 0')
    .max(100, 'At most 100'),
});

export function readSettings(form: FormData) {
  return readForm(form, settingsForm);
}

/** `acme.okta.com` or an address of it as an origin; https unless the address says otherwise (development). */
function originOf(domain: string): string | null {
  const text = domain.includes('://') ? domain : `https://${domain}`;
  if (!URL.canParse(text)) return null;
  const { origin, hostname, protocol } = new URL(text);
  return hostname !== '' && (protocol === 'https:' || protocol === 'http:') ? origin : null;
}

function parseKey(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const read = z.looseObject({ kty: z.string() }).safeParse(parsed);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
