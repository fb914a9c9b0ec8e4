import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../workers/discovery/evidence.ts';
import { fold } from '../../workers/discovery/fold.ts';
import { toCanonicalEvent } from '../../workers/sources/okta/log-event.ts';

const file = join(process.env.POSTERN_CORPORA ?? '', 'okta-events', 'events.jsonl');
const present = (process.env.POSTERN_CORPORA ?? '') !== '' && existsSync(file);
if (!present) console.log('POSTERN_CORPORA is not set: discovery from recorded events is skipped');

describe.skipIf(!present)('recorded System Log events as evidence of apps', () => {
  const events = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .flatMap((line) => {
        const { event } = JSON.parse(line) as { event: unknown };
        const read = toCanonicalEvent('tnt_c', 'src_c', event);
        return 'ok' in read ? [read.ok] : [];
      });

  it('give sign-ons and the life of apps, each by the provider’s id', () => {
    const sightings = evidenceOf('tnt_c', 'src_c', events());
    expect(new Set(sightings.map(({ kind }) => kind))).toEqual(new Set(['sso', 'app_changed']));
    expect(sightings.every(({ app }) => app?.keyKind === 'app')).toBe(true);
    expect(sightings.find(({ kind }) => kind === 'sso')).toMatchObject({
      app: {
        key: '0oam44qwezA075Gms5d7',
        name: 'AWS Dev Account',
        catalogName: 'dev-36006609_awstest_1',
        domain: 'amazon.com',
      },
      account: { nativeId: '00uk3xaeudYtHS5l65d7', login: 'privileged.user@example.com' },
    });
  });

  it('name no app where only a display name does', () => {
    const unnamed = events().filter(({ targets }) => targets.every(({ id }) => id === 'unknown'));
    expect(evidenceOf('tnt_c', 'src_c', unnamed)).toEqual([]);
  });

  it('fold to the same rows twice', () => {
    const sightings = evidenceOf('tnt_c', 'src_c', events());
    expect(fold([...sightings, ...sightings].reverse()).apps).toHaveLength(fold(sightings).apps.length);
  });
});
