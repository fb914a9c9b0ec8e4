import { expect, it } from 'vitest';
import type { Verdict } from '../detections/types.ts';
import { presentVerdicts } from './graph.present.ts';

const said = (verdict: Verdict) => ({ detection: 'no-mfa-admin' as const, verdict });
const pass = { status: 'pass' } as Verdict;
const fail = { status: 'fail', facts: {}, eventIds: [] } as unknown as Verdict;
const unknown = { status: 'unknown', reason: 'Factors were not read' } as Verdict;

it('tells the worst that a detection says of the accounts of an identity, once', () => {
  const statuses = (...all: Verdict[]) => presentVerdicts(all.map(said)).map(({ status }) => status);
  expect(statuses(pass, fail, unknown)).toEqual(['fail']);
  expect(statuses(unknown, pass)).toEqual(['unknown']);
  expect(statuses(pass, pass)).toEqual(['pass']);
  expect(presentVerdicts([said(pass), said(unknown)])).toEqual([
    { detection: 'no-mfa-admin', status: 'unknown', reason: 'Factors were not read' },
  ]);
});
