import { expect, test, vi } from 'vitest';
import { SCENARIOS, type ScenarioResult } from './control/scenarios.ts';
import { DETECTIONS, type TruthRow } from './control/truth-model.ts';
import { createLab } from './lab.ts';
import { bodyOf, handClock, testLab } from './testing/lab-client.ts';
import { canSignIn } from './world/world.ts';

const count = (rows: TruthRow[], detection: string, verdict: string) =>
  rows.filter((row) => row.detection === detection && row.verdict === verdict).length;

test('the default org has the asked size and a week of history that fits the state', () => {
  const { lab } = testLab({ people: 500 });
  expect(lab.world.users.size).toBe(500);
  const entries = lab.log.persisted();
  expect(entries.length).toBeGreaterThan(2000);
  expect(entries.length).toBeLessThan(5000);
  const last = new Map<string, number>();
  for (const { event, publishedAt } of lab.log.published()) {
    if (event.eventType === 'user.session.start' && event.outcome.result === 'SUCCESS')
      last.set(event.actor.id, publishedAt);
  }
  expect(last.size).toBeGreaterThan(300);
  for (const [id, time] of last) expect(lab.world.users.get(id)?.lastLogin).toBe(time);
  for (const id of lab.world.users.keys()) expect(id).toMatch(/^00u[0-9A-Za-z]{17}$/);
  for (const id of lab.world.apps.keys()) expect(id).toMatch(/^0oa[0-9A-Za-z]{17}$/);
  const statuses = new Set([...lab.world.users.values()].map(({ status }) => status));
  expect(statuses.size).toBe(8);
});

test('nothing is dated in the future or before the account', () => {
  const { lab, clock } = testLab({ people: 500 });
  for (const user of lab.world.users.values()) {
    for (const time of [user.activated, user.lastLogin, user.passwordChanged, user.lastUpdated]) {
      if (time === null) continue;
      expect(time).toBeLessThanOrEqual(clock.now());
      expect(time).toBeGreaterThanOrEqual(user.created);
    }
  }
  for (const { publishedAt } of lab.log.all()) expect(publishedAt).toBeLessThanOrEqual(clock.now());
});

test.each([60, 500, 2000])('with %i people every detection has fails and near misses', (people) => {
  const { lab } = testLab({ people });
  const rows = lab.truth();
  for (const detection of DETECTIONS) {
    expect(count(rows, detection, 'fail'), detection).toBeGreaterThanOrEqual(2);
    expect(count(rows, detection, 'pass'), detection).toBeGreaterThanOrEqual(2);
  }
  for (const detection of ['no-mfa-global-admin', 'no-mfa-admin', 'pending-mfa', 'old-password-admin']) {
    expect(count(rows, detection, 'unknown'), detection).toBeGreaterThanOrEqual(1);
  }
  const keys = rows.map((row) => `${row.detection} ${row.subject.nativeId}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('the truth holds still while the lab is paused for hours', () => {
  const { lab, clock } = testLab({ people: 500 });
  const before = lab.truth().map(({ detection, subject, verdict }) => ({ detection, subject, verdict }));
  clock.advance(12 * 3_600_000);
  expect(lab.truth().map(({ detection, subject, verdict }) => ({ detection, subject, verdict }))).toEqual(before);
});

test('the same seed gives the same org, another seed another', () => {
  const make = (seed: number) => createLab({ clock: handClock(), seed, people: 150 });
  const [a, b, c] = [make(7), make(7), make(8)];
  const dump = (lab: typeof a) => ({
    users: [...lab.world.users.values()],
    groups: [...lab.world.groups.values()],
    factors: [...lab.world.factors],
    appUsers: [...lab.world.appUsers].map(([id, users]) => [id, [...users.values()]]),
    events: lab.log.persisted(),
    truth: lab.truth(),
  });
  expect(dump(a)).toEqual(dump(b));
  expect([...a.world.users.keys()]).not.toEqual([...c.world.users.keys()]);
  for (let i = 0; i < 50; i++) expect(a.life.step()).toBe(b.life.step());
  expect(dump(a)).toEqual(dump(b));
});

const EXPECTED: Record<string, string[]> = {
  'admin-without-mfa': ['no-mfa-global-admin', 'admin-role-granted'],
  'leaver-keeps-access': ['leaver-live-accounts'],
  'new-super-admin': ['admin-role-granted'],
  'api-token-created': ['api-token-admin'],
  'mfa-fatigue': ['push-fatigue'],
  'mfa-reset-new-device': ['mfa-reset-new-device'],
};

test.each(Object.keys(SCENARIOS))('the scenario %s flips the truth, paused or not, 50 times over', async (name) => {
  const { lab, ask, post } = testLab({ people: 120 });
  await post('/lab/pause');
  const subjects = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const before = new Set(
      lab
        .truth()
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ subject }) => subject.nativeId),
    );
    const response = await post(`/lab/scenarios/${name}`);
    expect(response.status).toBe(200);
    const result = await bodyOf<ScenarioResult>(response);
    expect(before.has(result.subject.nativeId)).toBe(false);
    subjects.add(result.subject.nativeId);
    expect(result.detections).toEqual(expect.arrayContaining(EXPECTED[name] ?? []));
    if (name.startsWith('calm-')) expect(result.detections.filter((id) => id === SCENARIOS[name]?.calm)).toEqual([]);
    const { data } = await bodyOf<{ data: TruthRow[] }>(ask('/lab/truth?verdict=fail'));
    const failing = data.filter((row) => row.subject.nativeId === result.subject.nativeId).map((row) => row.detection);
    expect(failing).toEqual(result.detections);
    expect(
      data.find((row) => row.subject.nativeId === result.subject.nativeId)?.subject.kind ?? result.subject.kind,
    ).toBe(result.subject.kind);
    const inLog = new Set(lab.log.persisted().map(({ event }) => event.uuid));
    expect(result.events.length).toBeGreaterThan(0);
    expect(result.events.every((uuid) => inLog.has(uuid))).toBe(true);
  }
  expect(subjects.size).toBe(50);
});

test('an unknown scenario is a 404, and the list describes the known ones', async () => {
  const { ask, post } = testLab({ people: 60 });
  expect((await post('/lab/scenarios/nothing')).status).toBe(404);
  expect((await post('/lab/scenarios/constructor')).status).toBe(404);
  const { data } = await bodyOf<{ data: { name: string; description: string }[] }>(ask('/lab/scenarios'));
  expect(data.map(({ name }) => name)).toEqual(Object.keys(SCENARIOS));
});

test('life keeps the state consistent and leaves the root administrator alone', () => {
  const { lab, clock } = testLab({ people: 200 });
  const { world } = lab;
  const root = structuredClone(world.users.get(world.rootAdminId));
  const happened = new Set<string>();
  for (let i = 0; i < 4000; i++) {
    clock.advance(2_000);
    happened.add(lab.life.step());
  }
  expect(happened.size).toBeGreaterThan(12);
  expect(world.users.get(world.rootAdminId)).toEqual(root);
  for (const [groupId, members] of world.members) {
    for (const id of members) expect(world.userGroups.get(id)?.has(groupId)).toBe(true);
  }
  for (const [appId, users] of world.appUsers) {
    for (const [id, { groupId }] of users) {
      expect(world.userApps.get(id)?.has(appId)).toBe(true);
      if (groupId !== null) expect(world.members.get(groupId)?.has(id)).toBe(true);
    }
  }
  for (const user of world.users.values()) {
    if (user.status !== 'DEPROVISIONED') continue;
    expect(world.userGroups.get(user.id)?.size ?? 0).toBe(0);
    expect(canSignIn(user)).toBe(false);
  }
});

test('life runs by itself, and pause stops it', async () => {
  vi.useFakeTimers();
  try {
    const lab = createLab({ clock: handClock(), people: 60, startLife: true, lifeEveryMs: 2000 });
    const post = (path: string) => lab.app.request(path, { method: 'POST' });
    const events = () => lab.log.persisted().length;
    const start = events();
    vi.advanceTimersByTime(60_000);
    const busy = events();
    expect(busy).toBeGreaterThan(start + 20);
    await post('/lab/pause');
    vi.advanceTimersByTime(60_000);
    expect(events()).toBe(busy);
    await post('/lab/resume');
    vi.advanceTimersByTime(60_000);
    expect(events()).toBeGreaterThan(busy);
    lab.close();
  } finally {
    vi.useRealTimers();
  }
});

test('an org may have 10,000 people', () => {
  const { lab } = testLab({ people: 10_000 });
  expect(lab.world.users.size).toBe(10_000);
});
