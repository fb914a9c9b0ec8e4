import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import { askBackfills } from '~/api/backfills.server';
import { apiOf } from '~/api/client.server';
import { askCompleteness, askEventTypes, askReadyHooks } from '~/api/source-events.server';
import { askHealth, getSource, listRuns } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { paramOf } from '~/server/params.server';
import { useSession } from '~/shell/session';
import { ActionButton } from '~/ui/forms';
import { type ActionAnswer, AnswerNotice } from '~/ui/notice';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { duration, words } from '~/ui/words';
import { Completeness } from './completeness';
import { ConnectionChecks } from './connection-checks';
import { EventHooks } from './event-hooks';
import { HealthFigures } from './health-figures';
import { HealthSignals } from './health-signals';
import { History } from './history';
import { ServiceAppKey } from './service-app';
import { workOnSource } from './source-actions.server';
import { Danger, NewSecrets, Secrets, Settings } from './source-settings';
import { SyncRuns } from './sync-runs';
import { isUnderWay, SyncState } from './sync-state';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.source.name ?? 'Source'} · Postern` },
];

const SHOWN_RUNS = 12;
const SHOWN_BACKFILLS = 10;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const apiUrl = args.context.cloudflare.env.PUBLIC_API_URL ?? '';
  const [source, health, runs, backfills, counted, types, ready] = await Promise.all([
    getSource(api, id),
    askHealth(api, id),
    listRuns(api, id, SHOWN_RUNS),
    askBackfills(api, id, SHOWN_BACKFILLS),
    askCompleteness(api, id),
    askEventTypes(api),
    askReadyHooks(api, id, apiUrl),
  ]);
  return {
    source,
    health: health.ok ? health.value : null,
    runs: runs.ok ? runs.value.data : [],
    backfills: backfills.ok ? backfills.value.data : [],
    counted: counted.ok ? counted.value : null,
    types: types.ok ? types.value : null,
    ready: ready.ok ? ready.value : null,
    apiUrl,
  };
}

export async function action(args: ActionFunctionArgs) {
  return workOnSource(args, paramOf(args, 'id'));
}

export default function SourcePage() {
  const { source, health, runs, backfills, counted, types, ready, apiUrl } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can } = useSession();
  const manage = can('sources:manage');
  const syncing = isUnderWay(health?.lastSync ?? null);
  return (
    <>
      <PageHeader
        title={source.name}
        parent={{ to: '/sources', label: 'Sources' }}
        marks={
          <>
            <StatusTag status={source.status} />
            <Label>{words(source.mode)}</Label>
          </>
        }
        lead={<span className="break">{source.baseUrl}</span>}
        actions={
          manage ? (
            <>
              <ActionButton intent="test" variant="default">
                Test connection
              </ActionButton>
              <ActionButton intent="sync" disabled={syncing}>
                {syncing ? 'Syncing' : 'Sync now'}
              </ActionButton>
            </>
          ) : undefined
        }
      />
      <AnswerNotice answer={result?.answer} />
      <NewSecrets secrets={result?.secrets ?? []} />
      <div className="columns">
        <div className="stack">
          <Panel title="Health">
            {health === null ? (
              <p className="mute">The health of this source could not be read just now.</p>
            ) : (
              <>
                <HealthFigures health={health} sourceId={source.id} />
                <HealthSignals health={health} mode={source.mode} />
                <SyncState run={health.lastSync} sourceId={source.id} />
              </>
            )}
          </Panel>
          <Panel
            title="Connection"
            hint="What the credential may read. A part that is refused is shown as unknown, never as fine."
          >
            <ConnectionChecks test={result?.test ?? source.lastTest} />
          </Panel>
          <History
            state={health?.backfill ?? null}
            runs={backfills}
            manage={manage}
            disabled={source.status === 'disabled'}
          />
          <Completeness counted={counted} />
          <EventHooks
            mode={source.mode}
            manage={manage}
            apiUrl={apiUrl}
            types={types}
            ready={ready}
            registered={result?.registered ?? null}
            found={result?.hooks ?? null}
            error={badAddress(result?.answer ?? null)}
          />
          <SyncRuns runs={runs} />
          {manage ? <Settings source={source} answer={result?.answer ?? undefined} /> : null}
        </div>
        <div className="stack">
          <Panel title="System Log">
            <Facts
              facts={[
                { label: 'State', value: words(health?.tail?.state ?? 'not running') },
                { label: 'Last event', value: <Ago at={health?.tail?.lastEventAt ?? null} /> },
                { label: 'Last asked', value: <Ago at={health?.tail?.lastPollAt ?? null} /> },
                {
                  label: 'Oldest pending',
                  value:
                    health?.oldestPendingSeconds === null || health === null
                      ? 'None'
                      : duration(health.oldestPendingSeconds),
                },
                ...(health?.tail?.error ? [{ label: 'It said', value: health.tail.error }] : []),
              ]}
            />
          </Panel>
          <ServiceAppKey source={source} manage={manage} />
          <Secrets source={source} apiUrl={apiUrl} manage={manage} />
          <Panel title="Details">
            <Facts
              facts={[
                { label: 'Kind', value: words(source.kind) },
                { label: 'Credential', value: words(source.authType) },
                ...(source.clientId === null ? [] : [{ label: 'Client ID', value: source.clientId }]),
                { label: 'Connected', value: <Ago at={source.createdAt} /> },
                { label: 'Id', value: <span className="mono">{source.id}</span> },
              ]}
            />
          </Panel>
          {manage ? <Danger source={source} /> : null}
        </div>
      </div>
    </>
  );
}

/** The API's word on the address, for the field. */
function badAddress(answer: ActionAnswer | null): string | undefined {
  if (answer === null || answer.ok || answer.problem.code !== 'source.bad_public_url') return undefined;
  return answer.problem.detail ?? answer.problem.title;
}
