import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { askAccess } from '~/api/graph.server';
import { problemText } from '~/api/problem';
import { queryOf } from '~/server/query.server';
import { Notice } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { AccessAnswer } from './access-answer';
import { Candidates } from './candidates';
import { endOf } from './ends.server';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { NodePicker } from './node-picker';

export const meta: MetaFunction = () => [{ title: 'Access · Postern' }];

const PEOPLE = ['identity'];
const APPS = ['app'];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['identity', 'app'] as const);
  const [identity, app] = await Promise.all([endOf(api, query.identity, PEOPLE), endOf(api, query.app, APPS)]);
  const access =
    identity.node === null || app.node === null ? null : await askAccess(api, identity.node.id, app.node.id);
  return { identity, app, access };
}

export default function AccessPage() {
  const { identity, app, access } = useLoaderData<typeof loader>();
  const busy = useNavigation().state === 'loading';
  return (
    <>
      <GraphHeader
        title="Access"
        lead="Why a person has an app: every way, through which group, role or direct grant, since when and by what event."
      />
      <Form method="get" className={styles.finder} role="search" aria-label="Access">
        <NodePicker
          key={`identity ${identity.node?.id ?? identity.text}`}
          label="Person"
          name="identity"
          placeholder="Name or login"
          chosen={identity.node}
          text={identity.text}
          kinds={PEOPLE}
        />
        <NodePicker
          key={`app ${app.node?.id ?? app.text}`}
          label="App"
          name="app"
          placeholder="Name of an app"
          chosen={app.node}
          text={app.text}
          kinds={APPS}
        />
        <Button type="submit" loading={busy}>
          Explain
        </Button>
        {identity.text === '' && app.text === '' ? null : <Link to="/graph/access">Clear</Link>}
      </Form>
      <div className="stack">
        <Candidates end={identity} field="identity" label="Person" />
        <Candidates end={app} field="app" label="App" />
        {access === null ? (
          identity.text === '' || app.text === '' ? (
            <Panel>
              <Empty title="Choose a person and an app">
                The answer names each way with its evidence, whether it opens the app now, and the accounts inside it.
              </Empty>
            </Panel>
          ) : null
        ) : access.ok ? (
          <AccessAnswer access={access.value} />
        ) : (
          <Notice tone="bad" title="This could not be answered">
            {problemText(access.problem)}
          </Notice>
        )}
      </div>
    </>
  );
}
