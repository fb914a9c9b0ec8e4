import { sha256Hex } from '../platform/crypto.ts';

const FIRST_SECONDS = 2;
const LONGEST_SECONDS = 300;

/**
 * Seconds to wait before the next attempt: full jitter over an exponentially growing span. The jitter comes from the
 * message's id, so that a batch that failed together spreads out and a test knows the answer.
 */
export function backoffSeconds(messageId: string, attempts: number): number {
  const span = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempts, 20));
  const fraction = Number.parseInt(sha256Hex(`${messageId}:${attempts}`).slice(0, 8), 16) / 2 ** 32;
  return Math.max(1, Math.ceil(fraction * span));
}
