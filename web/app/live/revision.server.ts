import type { Backfill } from '../api/backfills.server';
import type { Api } from '../api/client.server';
import { askRevision } from '../api/graph.server';
import type { IssueSummary } from '../api/issues.server';
import { askShards } from '../api/operator.server';
import type { Outcome } from '../api/problem';
import { askHealth, askSources } from '../api/sources.server';

/** Sources whose health one look takes in: beyond it their state still shows, only not by the second. */
const WATCHED_SOURCES = 20;

/**
 * A value that differs when what `path` shows has changed. Issues by the API's own mark; the pages of sources by
 * their health as well, so that counters and sync progress move by themselves; those of the graph by its mark. An
 * operator, who has no tenant (no summary), sees how the shards of one change.
 */
export async function revisionOf(api: Api, path: string, summary: Outcome<IssueSummary> | null): Promise<string> {
  if (summary === null || isWithoutTenant(summary)) return digest(await shardsMark(api, path));
  const source = /^\/sources\/(src_[\w-]+)$/.exec(path)?.[1];
  const health =
    source !== undefined
      ? await healthMark(api, [source])
      : path === '/sources'
        ? await allHealth(api)
        : SHOWS_GRAPH.test(path)
          ? await graphMark(api)
          : '';
  return digest(`${summary.ok ? (summary.value.changedAt ?? '0') : '?'}|${health}`);
}

function isWithoutTenant(summary: Outcome<IssueSummary>): boolean {
  return !summary.ok && summary.problem.code === 'tenant.required';
}

async function shardsMark(api: Api, path: string): Promise<string> {
  const id = /^\/operate\/tenants\/(tnt_[\w-]+)$/.exec(path)?.[1];
  if (id === undefined) return '';
  const told = await askShards(api, id);
  return told.ok ? JSON.stringify(told.value) : '?';
}

/** Pages that show the graph itself. */
const SHOWS_GRAPH = /^\/(graph|inventory|coverage)(\/|$)/;

async function graphMark(api: Api): Promise<string> {
  const mark = await askRevision(api);
  return mark.ok ? mark.value.revision : '?';
}

async function allHealth(api: Api): Promise<string> {
  const sources = await askSources(api);
  if (!sources.ok) return '?';
  const watched = sources.value.data.slice(0, WATCHED_SOURCES);
  const marks = await healthMark(
    api,
    watched.map((source) => source.id),
  );
  return `${sources.value.data.map((source) => source.status).join()}|${marks}`;
}

async function healthMark(api: Api, ids: string[]): Promise<string> {
  const all = await Promise.all(ids.map((id) => askHealth(api, id)));
  return all
    .map((each) => {
      if (!each.ok) return '?';
      // lag and the times of polls move even when nothing happens
      const { received, processed, pending, dead, tail, hooks, lastSync, backfill } = each.value;
      return [
        received,
        processed,
        pending,
        dead,
        tail?.state,
        hooks.map(({ status }) => status),
        JSON.stringify(lastSync),
        backfillMark(backfill?.last ?? null),
      ].join();
    })
    .join(';');
}

/** Its estimate counts down by itself: a page loaded for that alone would never rest. */
function backfillMark(run: Backfill | null): string {
  if (run === null) return '';
  const { id, status, percent, events, calls, waiting } = run;
  return [id, status, percent, events, calls, waiting?.why].join('/');
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
