import { expect, test } from 'vitest';
import { bodyOf, testLab } from './testing/lab-client.ts';

test('faults come and go', async () => {
  const { ask, post } = testLab({ people: 60 });
  const status = async (path: string) => (await ask(path)).status;
  await post('/lab/faults', { rate429: 1 });
  const refused = await ask('/api/v1/users');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
  expect(
    Number(refused.headers.get('x-rate-limit-reset')) * 1000 - Date.parse(refused.headers.get('date') ?? ''),
  ).toBeLessThan(3000);
  await post('/lab/faults', { rate429: 0, rate5xx: 1 });
  expect(await status('/api/v1/users')).toBe(500);
  await ask('/lab/faults', { method: 'DELETE' });
  expect(await status('/api/v1/users')).toBe(200);
  expect((await post('/lab/faults', { nonsense: 1 })).status).toBe(400);
});

test('an org can answer 200 [] for its users', async () => {
  const { ask, post } = testLab({ people: 60 });
  await post('/lab/faults', { emptyUsers: true });
  const response = await ask('/api/v1/users?limit=200');
  expect(response.status).toBe(200);
  expect(await bodyOf(response)).toEqual([]);
});

test('single endpoints can be forbidden', async () => {
  const { lab, ask, post } = testLab({ people: 60 });
  await post('/lab/faults', { forbidden: ['/api/v1/users/*/factors'] });
  const denied = await ask(`/api/v1/users/${lab.world.rootAdminId}/factors`);
  expect(denied.status).toBe(403);
  expect(await bodyOf(denied)).toMatchObject({ errorCode: 'E0000006' });
  expect((await ask(`/api/v1/users/${lab.world.rootAdminId}`)).status).toBe(200);
});

test('the control describes itself as JSON and as a page', async () => {
  const { ask } = testLab({ people: 60 });
  expect(await bodyOf(ask('/lab'))).toMatchObject({ status: 'ok', endpoints: expect.any(Array) });
  const page = await ask('/lab', { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('/lab/scenarios/mfa-fatigue');
  expect(await bodyOf(ask('/lab/health'))).toMatchObject({ status: 'ok', paused: true });
});
