import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../lab/core/rng.ts';
import { createEventSource } from './events.ts';
import { parseFlags } from './flags.ts';
import { cut, killPoints } from './kill-phase.ts';
import { type LogServer, startLogServer } from './log-server.ts';
import { memoryIn } from './memory.ts';
import { newLedger } from './sender.ts';
import { integrityRows, lagRows } from './verify.ts';

describe('the plan of a soak', () => {
  it('reads its flags, and says what is wrong with them', () => {
    expect(parseFlags([])).toEqual({ minutes: 15, rate: 200, skipKill: false, json: false });
    expect(parseFlags(['--minutes', '0.5', '--rate', '50', '--skip-kill', '--json'])).toEqual({
      minutes: 0.5,
      rate: 50,
      skipKill: true,
      json: true,
    });
    expect(() => parseFlags(['--rate', 'many'])).toThrow('--rate');
    expect(() => parseFlags(['--what'])).toThrow();
  });

  it('kills at the same ten points each time, inside the burst', () => {
    const points = killPoints('kills', 20_000, 10);
    expect(points).toEqual(killPoints('kills', 20_000, 10));
    expect(new Set(points).size).toBe(10);
    expect(points).toEqual([...points].sort((a, b) => a - b));
    expect(Math.min(...points)).toBeGreaterThan(0);
    expect(Math.max(...points)).toBeLessThan(20_000);
  });

  it('cuts deliveries without losing an event', () => {
    expect(cut([1, 2, 3, 4, 5], () => 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(cut([1, 2], () => 0)).toEqual([[1], [2]]);
    expect(cut([], () => 3)).toEqual([]);
  });

  it('makes events of their own uuid, most of them without effects', () => {
    const make = createEventSource(createRng('x'), { users: ['00u1'], groups: ['00g1'] });
    const events = Array.from({ length: 2_000 }, () => make(0));
    expect(new Set(events.map(({ uuid }) => uuid)).size).toBe(2_000);
    const changing = events.filter(({ eventType }) => !/session|sso|auth_via_mfa/.test(String(eventType)));
    expect(changing.length).toBeGreaterThan(2);
    expect(changing.length).toBeLessThan(60);
  });
});

describe('the verdict of a soak', () => {
  const health = { received: 2, accepted: 2, ignored: 0, duplicate: 0, processed: 2, pending: 0, dead: 0 };
  const idle = { lagSeconds: 0, tail: { state: 'idle' } };
  const stored = (...uuids: string[]) =>
    uuids.map((uuid) => ({ uuid, storedAt: '1970-01-01T00:00:01.000Z', channels: ['event_hook'] }));
  const ledger = (...uuids: string[]) => ({
    ...newLedger(),
    sentAt: new Map(uuids.map((uuid) => [uuid, 0])),
    acknowledged: new Set(uuids),
  });
  const missed = (rows: ReturnType<typeof integrityRows>) =>
    rows.filter((one) => one.holds === false).map((one) => one.name);

  it('holds only when sent, acknowledged, stored and counted agree', () => {
    expect(missed(integrityRows(ledger('a', 'b'), stored('a', 'b'), { ...health, ...idle }))).toEqual([]);
    expect(missed(integrityRows(ledger('a', 'b'), stored('a'), { ...health, ...idle }))).toEqual([
      'stored',
      'acknowledged and not stored',
    ]);
    expect(missed(integrityRows(ledger('a', 'b'), stored('a', 'b', 'b'), { ...health, ...idle }))).toEqual(['doubled']);
    expect(missed(integrityRows(ledger('a', 'b'), stored('a', 'b', 'c'), { ...health, ...idle }))).toEqual([
      'stored',
      'stored and never sent',
    ]);
    expect(
      missed(integrityRows(ledger('a', 'b'), stored('a', 'b'), { ...health, ...idle, processed: 1, dead: 1 })),
    ).toEqual(['counted as processed', 'accepted, neither processed nor a duplicate', 'dead']);
  });

  it('misses its mark when one event took too long', () => {
    const rows = lagRows('lag', new Map([['a', 0]]), stored('a', 'strange'), 500);
    expect(rows.map(({ value, holds }) => [value, holds])).toEqual([
      [1_000, null],
      [1_000, null],
      [1_000, false],
    ]);
    expect(lagRows('lag', new Map(), stored('a'))).toEqual([]);
  });

  it('sums the memory of the runtime of its own process group', () => {
    const listing = '  10  1024 node\n  10 2048 workerd\n  10 1024 /x/bin/workerd\n  99 4096 workerd\n';
    expect(memoryIn(listing, 10)).toBe(3);
    expect(memoryIn(listing, 11)).toBeNull();
  });
});

describe('the log of a soak', () => {
  let server: LogServer | undefined;
  afterEach(() => server?.close());

  it('pages what it was given, in order, and never ends', async () => {
    server = await startLogServer('http://127.0.0.1:9');
    const make = createEventSource(createRng('x'), { users: ['00u1'], groups: ['00g1'] });
    const events = Array.from({ length: 5 }, () => make(0));
    for (const event of events) server.add(event);
    const uuids: string[] = [];
    let next = `${server.origin}/api/v1/logs?since=2026-01-01T00:00:00.000Z&limit=2`;
    for (;;) {
      const response = await fetch(next);
      const page = (await response.json()) as { uuid: string }[];
      next = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? '';
      if (page.length === 0) break;
      uuids.push(...page.map(({ uuid }) => uuid));
    }
    expect(uuids).toEqual(events.map(({ uuid }) => uuid));
    expect(next).toContain('after=5');
  });
});
