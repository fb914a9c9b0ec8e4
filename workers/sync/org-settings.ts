import { type Attributes, nodeId } from '../graph/model.ts';
import { PosternError } from '../platform/errors.ts';
import { isAbsent } from '../sources/okta/errors.ts';
import { ORG_SETTINGS, type OrgSetting, orgPart, type SettingNeed } from '../sources/okta/map/org.ts';
import { listAll } from './list-all.ts';
import type { FailedScope } from './run.ts';
import type { SyncSession } from './session.ts';
import { reasonOf } from './sweep.ts';

/**
 * Reads what the org says of itself, as far as the needs go, into its tier-zero node. An answer that is refused keeps what was known; what the
 * org does not have is left out.
 */
export async function readOrgSettings(
  session: SyncSession,
  needs: readonly SettingNeed[],
): Promise<{ failed: FailedScope[]; rows: number; calls: number }> {
  const { source, graph } = session;
  const org = await graph.node(nodeId('resource', source.id, 'org'), 1);
  const stored = org?.node.attributes.settings;
  const settings: Attributes = typeof stored === 'object' && stored !== null ? { ...stored } : {};
  const own: Attributes = {};
  const failed: FailedScope[] = [];
  let asOf = session.clock.now();
  let told = 0;
  const before = session.okta.calls();
  for (const setting of ORG_SETTINGS.filter(({ need }) => needs.includes(need))) {
    try {
      const answer = await answerTo(session, setting);
      const read = setting.read(answer.body);
      Object.assign(own, read.own);
      Object.assign(settings, read.settings);
      asOf = answer.date ?? asOf;
      told++;
    } catch (error) {
      // one setting more or less: what Okta is too busy for is read the next time
      if (!(error instanceof PosternError) || !error.code.startsWith('okta.')) throw error;
      if (error.code === 'okta.unauthorized') throw error;
      if (isAbsent(error)) continue;
      const gap = error.code === 'okta.forbidden' ? ({ optional: 'right' } as const) : {};
      failed.push({ scope: setting.scope, reason: reasonOf(error), ...gap });
    }
  }
  const calls = session.okta.calls() - before;
  if (told === 0) return { failed, rows: 0, calls };
  const page = { nodes: [orgPart(source, own, settings)], edges: [], asOf, by: session.by, evaluate: false };
  return { failed, rows: (await graph.applyPage(page)).rowsWritten, calls };
}

async function answerTo(session: SyncSession, { path, list }: OrgSetting) {
  if (!list) return session.okta.get(path);
  const { rows, date } = await listAll(session, path);
  return { body: rows, date };
}
