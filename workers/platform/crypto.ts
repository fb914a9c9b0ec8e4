import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 in hex. Secrets with full entropy (tokens, ingest secrets) are stored as this. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares two strings in time that does not depend on where they differ. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}

/** A secret of 256 random bits, URL-safe, with a prefix that secret scanners can recognise (`pst_…`). */
export function randomSecret(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}_${Buffer.from(bytes).toString('base64url')}`;
}
