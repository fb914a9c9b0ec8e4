import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Millis } from '../platform/clock.ts';

const PREFIX = 'whsec_';
/** Standard Webhooks: a symmetric secret has 24 to 64 random bytes. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isSigningSecret(secret: string): boolean {
  const encoded = secret.slice(PREFIX.length);
  if (!secret.startsWith(PREFIX) || !BASE64.test(encoded)) return false;
  const { length } = Buffer.from(encoded, 'base64');
  return length >= MIN_SECRET_BYTES && length <= MAX_SECRET_BYTES;
}

/** `whsec_` and 24 to 64 bytes in base64. */
export const signingSecretSchema = z
  .string()
  .max(120)
  .refine(isSigningSecret, {
    message: `must be "${PREFIX}" followed by ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64`,
  });

/** A signing secret of 256 random bits in the serialisation of Standard Webhooks. */
export function newSigningSecret(): string {
  return PREFIX + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
}

/**
 * The three headers of Standard Webhooks: `webhook-id` stays the same over all attempts of a delivery, so a receiver
 * can drop a repetition; `webhook-timestamp` is the second of this attempt; `webhook-signature` is HMAC-SHA256 over
 * `id.timestamp.body`.
 */
export function signatureHeaders(secret: string, id: string, at: Millis, body: string): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  };
}
