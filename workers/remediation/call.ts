import { z } from 'zod';
import { hasCode } from '../sources/okta/errors.ts';
import { STATUS_AFTER } from './look.ts';
import type { OktaAccess } from './okta-access.ts';
import { liveUser, readOne } from './okta-reads.ts';
import type { CallAnswer, PlannedCall } from './plan.types.ts';

const status = z.number().catch(0);

/**
 * Makes one call of a plan. It may have been made before, by a run that broke off: what is gone or so already is done.
 * Throws what the client throws for anything else.
 */
export async function makeCall(okta: OktaAccess, { method, path }: PlannedCall): Promise<CallAnswer> {
  try {
    return { method, path, status: (await okta.write({ method, path })).status, note: null };
  } catch (error) {
    if (hasCode(error, 'okta.not_found')) {
      return { method, path, status: status.parse(error.fields?.oktaStatus), note: 'It was gone already.' };
    }
    if (hasCode(error, 'okta.bad_request') && (await isSoAlready(okta, path))) {
      return { method, path, status: status.parse(error.fields?.oktaStatus), note: 'It was so already.' };
    }
    throw error;
  }
}

/** Okta answers 400 to a suspension of whom is suspended. */
async function isSoAlready(okta: OktaAccess, path: string): Promise<boolean> {
  const [, user, step] = /^(\/api\/v1\/users\/[^/]+)\/lifecycle\/(\w+)$/.exec(path) ?? [];
  const wanted = step === undefined ? undefined : STATUS_AFTER[step];
  if (user === undefined || wanted === undefined) return false;
  return (await readOne(okta, user, liveUser))?.status === wanted;
}
