import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all, api, eventually, type Issue, lab, product } from './helpers.ts';

interface Truth {
  detection: string;
  subject: { kind: string; nativeId: string };
  verdict: 'fail' | 'pass' | 'unknown';
  note: string;
}

const key = (item: { detection: string; subject: { kind: string; nativeId: string } }) =>
  `${item.detection} ${item.subject.kind} ${item.subject.nativeId}`;

async function compare(): Promise<{ missing: string[]; extra: string[]; open: string[] }> {
  const truth = await lab<{ data: Truth[] }>('GET', '/lab/truth');
  const expected = new Set(truth.data.filter((row) => row.verdict === 'fail').map(key));
  const open = (await all<Issue>('/issues?status=open')).map(key);
  return {
    missing: [...expected].filter((item) => !open.includes(item)),
    extra: open.filter((item) => !expected.has(item)),
    open,
  };
}

describe('a fresh start', () => {
  beforeAll(() => lab('POST', '/lab/pause'));
  afterAll(() => lab('POST', '/lab/resume'));

  it('shows exactly the issues that the lab planted', async () => {
    const same = await eventually('the issues to equal the truth', async () => {
      const now = await compare();
      return now.missing.length === 0 && now.extra.length === 0 ? now : undefined;
    }).catch(compare);
    expect({ missing: 'missing' in same ? same.missing : [], extra: 'extra' in same ? same.extra : [] }).toEqual({
      missing: [],
      extra: [],
    });
    expect(new Set(same.open).size).toBe(same.open.length);
    const detections = new Set(same.open.map((item) => item.split(' ')[0]));
    expect(detections.size).toBe(12);
  });

  it('has its roles log in', async () => {
    for (const user of product.users) {
      const response = await fetch(`${product.api}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: user.email, password: user.password }),
      });
      expect(response.status, user.role).toBe(201);
    }
  });

  it('re-syncs without writing a row when nothing changed', async () => {
    await lab('POST', '/lab/faults', { rateMultiplier: 1_000 });
    await sync(); // brings what the log told only roughly
    expect(await sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    await lab('DELETE', '/lab/faults');
  });
});

interface Run {
  id: string;
  status: string;
  rowsWritten: number;
}

async function sync(): Promise<Run> {
  const path = `/sources/${product.sourceId}`;
  const run = await api.request<{ id: string }>('POST', `${path}/sync`, {});
  return eventually('the sync to end', async () => {
    const { lastSync } = await api.request<{ lastSync: Run }>('GET', `${path}/health`);
    return lastSync.id === run.id && !['queued', 'running'].includes(lastSync.status) ? lastSync : undefined;
  });
}
