import { describe, expect, it } from 'vitest';
import { automationSends } from './automation.ts';

const all = { enabled: true, detections: null, minSeverity: null, changes: ['opened' as const, 'reopened' as const] };
const issue = { detection: 'no-mfa-admin', severity: 'medium' as const };

describe('automations', () => {
  it('send the changes they name', () => {
    expect(automationSends(all, issue, 'opened')).toBe(true);
    expect(automationSends(all, issue, 'reopened')).toBe(true);
    expect(automationSends(all, issue, 'resolved')).toBe(false);
    expect(automationSends({ ...all, changes: ['resolved'] }, issue, 'resolved')).toBe(true);
  });

  it('never send what a person sends by hand', () => {
    expect(automationSends(all, issue, 'manual')).toBe(false);
  });

  it('send nothing when they are off', () => {
    expect(automationSends({ ...all, enabled: false }, issue, 'opened')).toBe(false);
  });

  it('send the detections they name, all when they name none', () => {
    expect(automationSends({ ...all, detections: ['no-mfa-admin'] }, issue, 'opened')).toBe(true);
    expect(automationSends({ ...all, detections: ['push-fatigue'] }, issue, 'opened')).toBe(false);
  });

  it.each([
    ['low', true],
    ['medium', true],
    ['high', false],
    ['critical', false],
  ] as const)('send from a severity on: %s', (minSeverity, sends) => {
    expect(automationSends({ ...all, minSeverity }, issue, 'opened')).toBe(sends);
  });
});
