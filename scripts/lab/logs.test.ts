import { expect, test } from 'vitest';
import type { LogEvent } from './log/log-event.ts';
import { bodyOf, nextOf, testLab, walk } from './testing/lab-client.ts';

const enc = encodeURIComponent;

test('a polling walk brings everything in the order of arrival and always has a next', async () => {
  const { lab, ask, post, clock } = testLab();
  const seen: string[] = [];
  let url = '/api/v1/logs?limit=500';
  const poll = async () => {
    for (;;) {
      const response = await ask(url);
      const page = await bodyOf<LogEvent[]>(response);
      const next = nextOf(response);
      expect(next).not.toBeNull();
      url = next ?? url;
      if (page.length === 0) return;
      seen.push(...page.map(({ uuid }) => uuid));
    }
  };
  await poll();
  const weekOld = clock.now() - 7 * 86_400_000;
  expect(seen).toEqual(
    lab.log
      .persisted()
      .filter((e) => e.persistedAt >= weekOld)
      .map(({ event }) => event.uuid),
  );
  const [before, persisted] = [seen.length, lab.log.persisted().length];
  await poll();
  expect(seen.length).toBe(before);
  await post('/lab/life', { steps: 20 });
  await poll();
  expect(seen.length - before).toBe(lab.log.persisted().length - persisted);
  expect(seen.length - before).toBeGreaterThan(19);
  expect(new Set(seen).size).toBe(seen.length);
});

test('arrival and publication differ: a late event is missed by a bounded query and found by polling', async () => {
  const { lab, ask, post, clock } = testLab({ people: 60 });
  const start = nextOf(await ask(`/api/v1/logs?since=${new Date(clock.now()).toISOString()}`)) ?? '';
  await post('/lab/faults', { lateEvents: 1, lateMs: 30_000 });
  await post('/lab/life', { steps: 1 });
  await ask('/lab/faults', { method: 'DELETE' });
  const since = new Date(clock.now() - 1000).toISOString();
  const bounded = async () =>
    await walk<LogEvent>(ask, `/api/v1/logs?since=${since}&until=${new Date(clock.now() + 1).toISOString()}`);
  expect(await bounded()).toEqual([]);
  expect(await bodyOf<LogEvent[]>(ask(start))).toEqual([]);
  clock.advance(40_000);
  await post('/lab/scenarios/new-super-admin');
  const polled = await bodyOf<LogEvent[]>(ask(start));
  expect(polled.length).toBeGreaterThan(1);
  expect(polled.map(({ uuid }) => uuid)).toEqual(
    lab.log
      .persisted()
      .slice(-polled.length)
      .map(({ event }) => event.uuid),
  );
});

test('history itself arrives out of order', () => {
  const { lab } = testLab();
  const arrived = lab.log.persisted().map(({ publishedAt }) => publishedAt);
  expect(arrived).not.toEqual([...arrived].sort((a, b) => a - b));
});

test('a bounded walk is finite, ordered by publication, and can be read backwards', async () => {
  const { ask, clock } = testLab();
  const range = `since=${new Date(clock.now() - 3 * 86_400_000).toISOString()}&until=${new Date(clock.now()).toISOString()}&limit=50`;
  const events = await walk<LogEvent>(ask, `/api/v1/logs?${range}`);
  expect(events.length).toBeGreaterThan(100);
  const times = events.map(({ published }) => published);
  expect(times).toEqual([...times].sort());
  const backwards = await walk<LogEvent>(ask, `/api/v1/logs?${range}&sortOrder=DESCENDING`);
  expect(backwards.map(({ uuid }) => uuid).reverse()).toEqual(events.map(({ uuid }) => uuid));
});

test('filter and q narrow; the polling cursor passes what they leave out', async () => {
  const { lab, ask } = testLab();
  const filter =
    'eventType eq "user.session.start" and (outcome.result eq "FAILURE" or not (outcome.result eq "SUCCESS"))';
  const response = await ask(`/api/v1/logs?limit=1000&filter=${enc(filter)}`);
  const page = await bodyOf<LogEvent[]>(response);
  expect(page.length).toBeGreaterThan(0);
  expect(page.every((e) => e.eventType === 'user.session.start' && e.outcome.result === 'FAILURE')).toBe(true);
  expect(await bodyOf(ask(nextOf(response) ?? ''))).toEqual([]);
  const target = `target.id eq "${lab.world.everyoneId}" or actor.id eq "${lab.world.rootAdminId}"`;
  const byActor = await bodyOf<LogEvent[]>(ask(`/api/v1/logs?limit=1000&filter=${enc(target)}`));
  expect(new Set(byActor.map(({ actor }) => actor.id))).toEqual(new Set([lab.world.rootAdminId]));
  const found = await bodyOf<LogEvent[]>(ask(`/api/v1/logs?limit=1000&q=${enc('granted admin_privilege')}`));
  const texts = found.map((event) => JSON.stringify(event).toLowerCase());
  expect(texts.every((text) => text.includes('granted') && text.includes('admin_privilege'))).toBe(true);
  expect(found.length).toBeGreaterThan(0);
});

test.each([
  ['since=yesterday', 'E0000053'],
  ['since=2020-01-01T00:00:00Z', 'E0000053'],
  ['limit=-1', 'E0000053'],
  ['sortOrder=UP', 'E0000053'],
  ['after=nonsense', 'E0000053'],
  [`filter=${enc('published gt "2026-01-01T00:00:00Z"')}`, 'E0000031'],
  [`filter=${enc('debugContext.debugData.url co "x"')}`, 'E0000031'],
  [`filter=${enc('eventType is "x"')}`, 'E0000031'],
  [`q=${'a '.repeat(11)}`, 'E0000053'],
])('%s answers 400 %s', async (query, errorCode) => {
  const { ask } = testLab({ people: 60 });
  const response = await ask(`/api/v1/logs?${query}`);
  expect(response.status).toBe(400);
  expect(await bodyOf(response)).toMatchObject({ errorCode });
});

test('limit stops at 1000, and a cursor can expire', async () => {
  const { ask, post } = testLab({ people: 400 });
  const response = await ask('/api/v1/logs?limit=5000');
  expect((await bodyOf<LogEvent[]>(response)).length).toBe(1000);
  await post('/lab/faults', { expireCursors: true });
  expect((await ask(nextOf(response) ?? '')).status).toBe(400);
});
