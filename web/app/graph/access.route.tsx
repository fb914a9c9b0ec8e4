import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { askAccess } from '~/api/graph.server';
import { queryOf } from '~/server/query.server';
import { Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { AccessAnswer } from './access-answer';
import { Candidates } from './candidates';
import { endOf } from './ends.server';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { momentFrom } from './moment';
import { AsItWas, MomentField } from './moment-form';
import { NodePicker } from './node-picker';

export const meta: MetaFunction = () => [{ title: 'Access · Postern' }];

const PEOPLE = ['identity'];
const APPS = ['app'];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['identity', 'app', 'asOf'] as const);
  const asOf = momentFrom(query.asOf);
  const [identity, app] = await Promise.all([
    endOf(api, query.identity, { kinds: PEOPLE, asOf }),
    endOf(api, query.app, { kinds: APPS, asOf }),
  ]);
  const asked = identity.node !== null && app.node !== null;
  const access = asked ? await askAccess(api, { identity: identity.node?.id, app: app.node?.id, asOf }) : null;
  // the answer knows what the ends were called at that moment
  const told = access?.ok === true ? access.value : null;
  return {
    asOf,
    identity: { ...identity, node: told?.identity ?? identity.node },
    app: { ...app, node: told?.app ?? app.node },
    access,
  };
}

export default function AccessPage() {
  const { asOf, identity, app, access } = useLoaderData<typeof loader>();
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
          asOf={asOf}
        />
        <NodePicker
          key={`app ${app.node?.id ?? app.text}`}
          label="App"
          name="app"
          placeholder="Name of an app"
          chosen={app.node}
          text={app.text}
          kinds={APPS}
          asOf={asOf}
        />
        <MomentField label="As it was on (UTC)" name="asOf" moment={asOf} />
        <Button type="submit" loading={busy}>
          Explain
        </Button>
        {identity.text === '' && app.text === '' && asOf === null ? null : <Link to="/graph/access">Clear</Link>}
      </Form>
      <div className="stack">
        {asOf === null ? null : <AsItWas moment={asOf} />}
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
          <AccessAnswer access={access.value} asOf={asOf} />
        ) : (
          <Refused problem={access.problem} />
        )}
      </div>
    </>
  );
}
