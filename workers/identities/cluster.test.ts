import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterAccounts } from './cluster.ts';
import type { Known } from './known.ts';
import { type Decision, MAX_SHARED, pairsOf } from './pairs.ts';

function known(accountId: string, sourceId: string, more: Partial<Known> = {}): Known {
  return { accountId, sourceId, nativeId: `n${accountId}`, keys: [], mail: 'ok', created: null, ended: null, ...more };
}

const mail = (text: string) => ({ keys: [`mail:${text}`] });
const says = (a: string, b: string, decision: Decision['decision'], at = 1): Decision => ({
  a,
  b,
  decision,
  by: 'Ada',
  at,
});

function clustered(accounts: Known[], decisions: Decision[] = [], homes: string[] = [], prefer: string | null = null) {
  const map = new Map(accounts.map((one) => [one.accountId, one]));
  const pairs = pairsOf(map, decisions, new Set());
  const rank = (source: string) => Number(source.slice(1));
  return clusterAccounts({ accounts: map, pairs, decisions, homes: new Set(homes), prefer, rank });
}

const homesOf = (members: ReturnType<typeof clustered>) =>
  Object.fromEntries([...members].map(([id, member]) => [id, member?.homeId ?? id]));

describe('accounts of one person', () => {
  it('are with the source that was connected first, or where others are already', () => {
    const three = [known('c', 's1', mail('x')), known('b', 's2', mail('x')), known('a', 's3', mail('x'))];
    expect(homesOf(clustered(three))).toEqual({ a: 'c', b: 'c', c: 'c' });
    expect(homesOf(clustered(three, [], ['b']))).toEqual({ a: 'b', b: 'b', c: 'b' });
    expect(homesOf(clustered(three, [], ['b'], 'a'))).toEqual({ a: 'a', b: 'a', c: 'a' });
  });

  it('go by the stronger sign where two disagree', () => {
    const members = clustered([
      known('a', 's1', { keys: ['mail:x', 'number:1'] }),
      known('b', 's2', mail('x')),
      known('c', 's2', { keys: ['number:1'] }),
    ]);
    expect(homesOf(members)).toEqual({ a: 'a', b: 'b', c: 'a' });
    expect(members.get('c')).toMatchObject({ how: 'employee_number' });
  });

  it('go by what people say before all signs', () => {
    const both = [known('a', 's1', mail('x')), known('b', 's2', mail('x')), known('c', 's2')];
    expect(homesOf(clustered(both, [says('a', 'b', 'split')]))).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect(homesOf(clustered(both, [says('a', 'c', 'joined')]))).toEqual({ a: 'a', b: 'a', c: 'a' });
    expect(homesOf(clustered(both, [says('a', 'c', 'joined'), says('b', 'c', 'split')]))).toEqual({
      a: 'a',
      b: 'b',
      c: 'a',
    });
  });

  it('are not told by what too many share', () => {
    const crowd = Array.from({ length: MAX_SHARED + 1 }, (_, n) => known(`a${n}`, `s${n}`, mail('x')));
    expect(new Set(Object.values(homesOf(clustered(crowd)))).size).toBe(crowd.length);
    expect(new Set(Object.values(homesOf(clustered(crowd.slice(1))))).size).toBe(1);
  });
});

const accountsArbitrary = fc.uniqueArray(
  fc.record({
    n: fc.integer({ min: 0, max: 11 }),
    source: fc.integer({ min: 1, max: 3 }),
    mail: fc.option(fc.integer({ min: 0, max: 4 })),
    number: fc.option(fc.integer({ min: 0, max: 4 })),
  }),
  { selector: ({ n }) => n, maxLength: 12 },
);
const decisionsArbitrary = fc.uniqueArray(
  fc.record({
    a: fc.integer({ min: 0, max: 10 }),
    over: fc.integer({ min: 1, max: 5 }),
    joined: fc.boolean(),
    at: fc.integer({ min: 0, max: 3 }),
  }),
  { selector: ({ a, over }) => `${a} ${over}`, maxLength: 6 },
);

it('whatever the input: the same in any order, never what somebody split, never two of a source by rule', () => {
  const id = (n: number) => `a${String(n).padStart(2, '0')}`;
  fc.assert(
    fc.property(accountsArbitrary, decisionsArbitrary, (raw, said) => {
      const accounts = raw.map(({ n, source, mail: m, number }) =>
        known(id(n), `s${source}`, {
          keys: [...(m === null ? [] : [`mail:${m}`]), ...(number === null ? [] : [`number:${number}`])],
        }),
      );
      const decisions = said.map(({ a, over, joined, at }) =>
        says(id(a), id(a + over), joined ? 'joined' : 'split', at),
      );
      const members = clustered(accounts, decisions);
      expect(homesOf(clustered([...accounts].reverse(), [...decisions].reverse()))).toEqual(homesOf(members));
      const homes = homesOf(members);
      for (const { a, b, decision } of decisions) {
        if (decision === 'split' && homes[a] !== undefined && homes[b] !== undefined)
          expect(homes[a]).not.toBe(homes[b]);
      }
      for (const [one, member] of members)
        expect(member === null || homes[member.homeId] === member.homeId, one).toBe(true);
      if (decisions.length === 0) {
        const places = accounts.map(({ accountId, sourceId }) => `${homes[accountId]} ${sourceId}`);
        expect(new Set(places).size).toBe(places.length);
      }
    }),
    { numRuns: 300 },
  );
});
