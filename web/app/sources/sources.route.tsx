import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { askHealth, listSources } from '~/api/sources.server';
import { useSession } from '~/shell/session';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { words } from '~/ui/words';
import { HealthFigures } from './health-figures';
import styles from './sources.module.css';
import { SyncState } from './sync-state';

export const meta: MetaFunction = () => [{ title: 'Sources · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const sources = await listSources(api);
  const rows = await Promise.all(
    sources.map(async (source) => {
      const health = await askHealth(api, source.id);
      return { source, health: health.ok ? health.value : null };
    }),
  );
  return { rows };
}

export default function Sources() {
  const { rows } = useLoaderData<typeof loader>();
  const { can } = useSession();
  const connect = can('sources:manage') ? (
    <Button component={Link} to="/sources/new">
      Connect a source
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader title="Sources" lead="The systems Postern reads, and how fresh what it knows is." actions={connect} />
      {rows.length === 0 ? (
        <Panel>
          <Empty title="No source is connected" action={connect}>
            Connect an Okta org: its users, groups, apps, admin roles and factors become the graph that everything here
            is drawn from.
          </Empty>
        </Panel>
      ) : (
        <ul className="stack">
          {rows.map(({ source, health }) => (
            <li key={source.id}>
              <Panel>
                <div className={styles.cardHead}>
                  <h2>
                    <Link to={`/sources/${source.id}`} prefetch="intent">
                      {source.name}
                    </Link>
                  </h2>
                  <StatusTag status={source.status} />
                  <Label>{words(source.mode)}</Label>
                  <span className="mute break">{new URL(source.baseUrl).host}</span>
                </div>
                {health === null ? (
                  <p className="mute">Its health could not be read just now.</p>
                ) : (
                  <>
                    <HealthFigures health={health} sourceId={source.id} />
                    <SyncState run={health.lastSync} sourceId={source.id} />
                  </>
                )}
              </Panel>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
