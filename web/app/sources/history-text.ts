import type { Backfill } from '~/api/backfills.server';
import { duration, words } from '~/ui/words';

const WAITS: Record<string, string> = {
  rate_limit: 'Waiting for Okta’s rate limit: most of it is left to new events and to your other programs.',
  inbox: 'Waiting until what was read has been stored.',
  retry: 'Okta did not answer. It is tried again by itself.',
};

/** What to do, where the API's own words do not say it. */
const ADVICE: Record<string, string> = {
  'okta.unauthorized': 'Then test the connection, and start the backfill again.',
  'okta.forbidden': 'Grant the scope okta.logs.read or an admin role that may read the log, and start it again.',
  'okta.unavailable': 'Okta could not be reached for an hour. Test the connection, and start it again.',
};

export function waitingFor(why: string): string {
  return WAITS[why] ?? words(why);
}

export function timeLeft(run: Backfill): string {
  if (run.status === 'queued') return 'about to start';
  return run.estimateSeconds === null ? 'estimating' : `about ${duration(run.estimateSeconds)} left`;
}

/** Why a run ended, and what to do about it; null when there is nothing to say. */
export function adviceFor(error: Backfill['error']): string | null {
  if (error === null) return null;
  const advice = ADVICE[error.code];
  const said = error.detail === '' ? words(error.code) : error.detail;
  return advice === undefined ? `${said} What was read stays.` : `${said} ${advice} What was read stays.`;
}
