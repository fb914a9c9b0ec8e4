import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bridgeEnvelopes, hookEnvelope } from '../../scripts/lib/deliveries.ts';
import {
  api,
  deliver,
  eventually,
  type NewSource,
  newSource,
  product,
  settled,
  signOn,
  sourceHealth,
} from './helpers.ts';

describe('ingest through the front door', () => {
  let source: NewSource;
  let path: string;
  beforeAll(async () => {
    source = await newSource('Front door');
    path = `/ingest/okta/events/${source.id}`;
  });

  it('answers what is documented', async () => {
    const body = hookEnvelope([signOn(1)]);
    const status = async (response: Promise<Response>) => (await response).status;
    expect(await status(deliver(path, undefined, body))).toBe(401);
    expect(await status(deliver(path, 'wrong', body))).toBe(403);
    expect(await status(deliver(path, source.eventBridgeSecret, body))).toBe(403);
    expect(await status(deliver(path, source.eventHookSecret, 'not json'))).toBe(400);
    expect(await status(deliver(path, source.eventHookSecret, '{"data":{}}'))).toBe(400);
    expect(await status(deliver(path, source.eventHookSecret, `"${'x'.repeat(11_000_000)}"`))).toBe(413);
    expect(
      await status(
        fetch(`${product.api}${path}`, { method: 'PUT', headers: { authorization: source.eventHookSecret } }),
      ),
    ).toBe(405);
    const empty = await deliver(path, source.eventHookSecret, hookEnvelope([]));
    expect([empty.status, await empty.json()]).toEqual([200, { accepted: 0, ignored: 0 }]);
  });

  it('echoes the verification challenge', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${product.api}${path}`, { headers: { 'x-okta-verification-challenge': 'abc', ...headers } });
    const open = await ask({});
    expect([open.status, await open.json()]).toEqual([200, { verification: 'abc' }]);
    expect((await ask({ authorization: 'wrong' })).status).toBe(403);
    // more than one Event Hook secret in the deployment: the address without a source names none of them
    const anyone = await fetch(`${product.api}/ingest/okta/events`, {
      headers: { 'x-okta-verification-challenge': 'abc' },
    });
    expect(anyone.status).toBe(401);
  });

  it('keeps the neighbours of bad events', async () => {
    const before = await sourceHealth(source.id);
    const good = [signOn(10), signOn(11)];
    const bad = [
      { ...signOn(12), uuid: undefined },
      { ...signOn(13), published: '2026-13-45T99:99:99Z' },
      'a string',
      { ...signOn(14), displayMessage: 'x'.repeat(2_000_000) },
    ];
    const unknown = { ...signOn(15), eventType: 'some.type.nobody.knows' };
    const response = await deliver(path, source.eventHookSecret, hookEnvelope([good[0], ...bad, unknown, good[1]]));
    expect(response.status).toBe(200);
    await settled(source.id, before.accepted + 2);
    const letters = await eventually('the dead letters', async () => {
      const { data } = await api.request<{ data: { reason: string; detail: string }[] }>(
        'GET',
        `/dead-letters?source=${source.id}`,
      );
      return data.length >= 3 ? data : undefined;
    });
    expect(letters.every((letter) => letter.reason !== '' && letter.detail !== '')).toBe(true);
  });

  it('takes 10,000 events in one delivery', async () => {
    const big = await newSource('Big delivery');
    const response = await deliver(
      `/ingest/okta/events/${big.id}`,
      big.eventHookSecret,
      hookEnvelope(Array.from({ length: 10_000 }, (_, n) => signOn(n))),
    );
    expect([response.status, await response.json()]).toEqual([200, { accepted: 10_000, ignored: 0 }]);
    const health = await settled(big.id, 10_000);
    expect(health).toMatchObject({ accepted: 10_000, processed: 10_000, duplicate: 0, dead: 0 });
  });
});

interface RecordedEvent {
  uuid: string;
  eventType: string;
  published: string;
  target: { type: string }[] | null;
}

/** Sign-ons to an app are kept one by one for 90 days unless the tenant says otherwise: older ones are processed only. */
const pastRetention = ({ eventType, published, target }: RecordedEvent) =>
  eventType === 'user.authentication.sso' &&
  (target ?? []).some(({ type }) => type === 'AppInstance') &&
  Date.parse(published) < Date.now() - 90 * 86_400_000;

const corpus = process.env.POSTERN_CORPORA
  ? join(process.env.POSTERN_CORPORA, 'okta-events', 'events.jsonl')
  : undefined;
if (!corpus || !existsSync(corpus))
  console.log('POSTERN_CORPORA is not set: the tests with recorded events are skipped');

describe.skipIf(!corpus || !existsSync(corpus))('recorded events', () => {
  it('are stored once over both channels and twice, and none fails for its shape', async () => {
    const source = await newSource('Recorded');
    const events = readFileSync(corpus ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: RecordedEvent }).event);
    let accepted = 0;
    let ignored = 0;
    for (let round = 0; round < 2; round++) {
      for (const response of [
        await deliver(`/ingest/okta/events/${source.id}`, source.eventHookSecret, hookEnvelope(events)),
        await deliver(`/ingest/okta/eventbridge/${source.id}`, source.eventBridgeSecret, bridgeEnvelopes(events)),
      ]) {
        expect(response.status).toBe(200);
        const answer = (await response.json()) as { accepted: number; ignored: number };
        expect(answer.accepted + answer.ignored).toBe(events.length);
        accepted += answer.accepted;
        ignored += answer.ignored;
      }
    }
    const health = await settled(source.id, accepted);
    expect(health).toMatchObject({ received: accepted + ignored, accepted, ignored, dead: 0 });
    const stored = await api.request<{ data: { uuid: string; channels: string[] }[] }>(
      'GET',
      `/events?source=${source.id}&limit=200`,
    );
    const uuids = stored.data.map((event) => event.uuid);
    expect(new Set(uuids).size).toBe(uuids.length);
    const expired = new Set(events.filter(pastRetention).map((event) => event.uuid));
    expect(uuids.filter((uuid) => expired.has(uuid))).toEqual([]);
    expect(accepted - health.duplicate).toBe(uuids.length + expired.size);
  });
});
