import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import { listPeople } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { getApp, listAppUsers } from '~/api/discovery.server';
import { listSources } from '~/api/sources.server';
import { EvidenceEvents } from '~/issues/evidence';
import { useAnswer } from '~/live/use-answer';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { DataTable } from '~/ui/data-table';
import { AnswerNotice } from '~/ui/notice';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { Ago } from '~/ui/time';
import { AppActions } from './app-actions';
import { workOnApp } from './app-actions.server';
import { Grants, Reasons, USER_COLUMNS } from './app-parts';
import { ManagedTag, ReviewTag, RiskTag } from './tags';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.app.name ?? 'App'} · Postern` }];

const USERS_SHOWN = 25;
const KEY_KINDS: Record<string, string> = { app: 'App ID', catalog: 'Catalogue name', domain: 'Domain' };

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const { cursor } = queryOf(args.request, ['cursor'] as const);
  const [app, users, people, sources] = await Promise.all([
    getApp(api, id),
    listAppUsers(api, id, { limit: USERS_SHOWN, cursor }),
    listPeople(api),
    listSources(api),
  ]);
  return {
    app,
    users,
    people: people.filter(({ active }) => active).map(({ id: value, name }) => ({ value, label: name })),
    names: people.map(({ id: key, name }) => [key, name] as const),
    sourceName: sources.find((source) => source.id === app.source)?.name ?? app.source,
  };
}

export async function action(args: ActionFunctionArgs) {
  return workOnApp(args, paramOf(args, 'id'));
}

export default function DiscoveredAppPage() {
  const { app, users, people, names: known, sourceName } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can, principal } = useSession();
  const names = new Map([...known, [principal.id, principal.name] as const]);
  const nameOf = (id: string) => names.get(id) ?? id;
  return (
    <>
      <PageHeader
        title={app.name}
        parent={{ to: '/discovery', label: 'Discovery' }}
        marks={
          <>
            <RiskTag risk={app.risk} />
            <ManagedTag state={app.managed.state} />
            <ReviewTag state={app.review.state} />
          </>
        }
        lead={app.managed.detail}
      />
      <AnswerNotice answer={result} />
      <div className="columns">
        <div className="stack">
          <Panel title="What it may do" hint="Scopes that were consented to, the newest grants first.">
            <Grants grants={app.grants} />
          </Panel>
          <Panel title="Who uses it" hint="Accounts seen with it, those seen last first." flush={users.data.length > 0}>
            {users.data.length === 0 ? (
              <p className="mute">Nobody was seen with it yet.</p>
            ) : (
              <>
                <DataTable caption="Accounts seen with this app" rows={users.data} columns={USER_COLUMNS} />
                <Pager shown={users.data.length} next={users.next} noun="account" />
              </>
            )}
          </Panel>
          <EvidenceEvents events={app.events} />
        </div>
        <div className="stack">
          <Panel title="Risk">
            <Reasons risk={app.risk} reasons={app.reasons} />
          </Panel>
          {can('issues:work') ? (
            <Panel title="Owner and review">
              <AppActions app={app} people={people} answer={result} />
            </Panel>
          ) : null}
          <Panel title="Details">
            <Facts
              facts={[
                { label: 'Source', value: sourceName },
                {
                  label: KEY_KINDS[app.keyKind] ?? 'Key',
                  value: <span className="mono break">{app.key}</span>,
                },
                ...(app.catalogName === null || app.keyKind === 'catalog'
                  ? []
                  : [{ label: 'Catalogue name', value: app.catalogName }]),
                ...(app.domain === null || app.keyKind === 'domain' ? [] : [{ label: 'Domain', value: app.domain }]),
                { label: 'First seen', value: <Ago at={app.firstSeen} /> },
                { label: 'Last seen', value: <Ago at={app.lastSeen} /> },
                { label: 'Last used', value: <Ago at={app.lastUsed} /> },
                { label: 'Owner', value: app.owner === null ? 'Nobody' : nameOf(app.owner) },
                ...(app.review.at === null
                  ? []
                  : [
                      { label: 'Reviewed', value: <Ago at={app.review.at} /> },
                      { label: 'Reviewed by', value: app.review.by === null ? '–' : nameOf(app.review.by) },
                    ]),
                ...(app.review.note === null ? [] : [{ label: 'Note', value: app.review.note }]),
              ]}
            />
          </Panel>
        </div>
      </div>
    </>
  );
}
