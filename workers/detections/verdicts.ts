import type { AccountView, DataNeed, Verdict } from './types.ts';

export type FailVerdict = Extract<Verdict, { status: 'fail' }>;

/** Evidence events that a verdict names at most; the newest are kept. */
export const MAX_EVIDENCE_EVENTS = 50;

export const PASS: Verdict = { status: 'pass' };

export function unknown(reason: string): Verdict {
  return { status: 'unknown', reason };
}

export function fail(input: Omit<FailVerdict, 'status'>): FailVerdict {
  return { status: 'fail', ...input, eventIds: input.eventIds.slice(-MAX_EVIDENCE_EVENTS) };
}

const NEED_NAMES: Record<DataNeed, string> = {
  users: 'Users',
  factors: 'Factors',
  roles: 'Admin roles',
  apps: 'Applications',
  assignments: 'App assignments',
  events: 'System Log events',
};

/** The verdict `unknown` for a need that the source did not give. */
export function missing(view: AccountView, need: DataNeed): Verdict {
  return unknown(`${NEED_NAMES[need]} are not known: ${view.missing[need] ?? 'not read yet'}`);
}

export function isMissing(view: AccountView, need: DataNeed): boolean {
  return view.missing[need] !== undefined;
}
