import { describe, expect, it } from 'vitest';
import { all, eventually, type Issue, lab } from './helpers.ts';

interface Scenario {
  scenario: string;
  startedAt: string;
  subject: { kind: string; nativeId: string; name: string };
  detections: string[];
}

interface Message {
  at: string;
  signatureValid: boolean | null;
  body: { eventData: { title: string; affectedEntity: { idInService: string } } };
}

const NAMES = [
  'admin-without-mfa',
  'leaver-keeps-access',
  'new-super-admin',
  'api-token-created',
  'mfa-fatigue',
  'mfa-reset-new-device',
];

describe('a scenario', () => {
  it.each(NAMES)('%s becomes an issue and a signed webhook', async (name) => {
    const played = await lab<Scenario>('POST', `/lab/scenarios/${name}`);
    for (const detection of played.detections) {
      await eventually(`${name}: ${detection}`, async () => {
        const issues = await all<Issue>(`/issues?status=open&detection=${detection}`);
        return issues.find((issue) => issue.subject.nativeId === played.subject.nativeId);
      });
    }
    const message = await eventually(`${name}: the webhook`, async () => {
      const { data } = await lab<{ data: Message[] }>(
        'GET',
        `/receivers/webhooks/demo/messages?since=${encodeURIComponent(played.startedAt)}`,
      );
      return data.find((sent) => sent.body.eventData?.affectedEntity.idInService === played.subject.nativeId);
    });
    expect(message.signatureValid).toBe(true);
  });
});
