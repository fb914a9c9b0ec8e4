import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { listDetections } from '~/api/issues.server';
import { askDeliveries, getIntegration, listAutomations } from '~/api/outbound.server';
import { useAnswer } from '~/live/use-answer';
import { paramOf } from '~/server/params.server';
import { useSession } from '~/shell/session';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Empty, Facts, PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { AutomationForm, AutomationRow } from './automations';
import { DeliveryTable } from './delivery-table';
import { workOnIntegration } from './integration-actions.server';
import { IntegrationFields } from './integration-fields';
import styles from './integrations.module.css';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.integration.name ?? 'Integration'} · Postern` },
];

const SHOWN_DELIVERIES = 10;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const [integration, automations, deliveries, detections] = await Promise.all([
    getIntegration(api, id),
    listAutomations(api),
    // closed to who sees some sources only
    askDeliveries(api, { integration: id, limit: SHOWN_DELIVERIES }),
    listDetections(api),
  ]);
  return {
    integration,
    automations: automations.filter((automation) => automation.integrationId === id),
    deliveries: deliveries.ok ? deliveries.value.data : null,
    detections: detections.map((detection) => ({ value: detection.id, label: detection.title })),
  };
}

export async function action(args: ActionFunctionArgs) {
  return workOnIntegration(args, paramOf(args, 'id'));
}

export default function IntegrationPage() {
  const { integration, automations, deliveries, detections } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can } = useSession();
  const manage = can('sources:manage');
  const disabled = integration.status === 'disabled';
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <PageHeader
        title={integration.name}
        parent={{ to: '/integrations', label: 'Integrations' }}
        marks={<StatusTag status={integration.status} />}
        lead={<span className="mono break">{integration.url}</span>}
        actions={
          manage ? (
            <ActionButton intent="test" variant="default">
              Test connection
            </ActionButton>
          ) : undefined
        }
      />
      <AnswerNotice answer={result} />
      <div className="columns">
        <div className="stack">
          <Panel title="Automations" hint="What is sent without anybody pressing a button." flush>
            {automations.length === 0 ? (
              <Empty title="Nothing is sent by itself">
                Issues can still be sent by hand, from their page or the list.
              </Empty>
            ) : (
              <ul className={styles.automations}>
                {automations.map((automation) => (
                  <li key={automation.id}>
                    <AutomationRow automation={automation} detections={detections} manage={manage} />
                  </li>
                ))}
              </ul>
            )}
            {manage ? (
              <div className={styles.add}>
                <Disclosure
                  key={automations.length}
                  label="Add an automation"
                  open={automations.length === 0 || errors.changes !== undefined}
                >
                  <AutomationForm detections={detections} errors={errors} intent="automation-add" />
                </Disclosure>
              </div>
            ) : null}
          </Panel>
          {deliveries === null ? null : (
            <Panel
              title="Latest deliveries"
              action={<Link to={`/deliveries?integration=${integration.id}`}>All of them</Link>}
              flush={deliveries.length > 0}
            >
              {deliveries.length === 0 ? (
                <p className="mute">Nothing has been sent yet.</p>
              ) : (
                <DeliveryTable
                  deliveries={deliveries}
                  integrations={[{ value: integration.id, label: integration.name }]}
                  showTarget={false}
                  replay
                />
              )}
            </Panel>
          )}
        </div>
        <div className="stack">
          <Panel title="Details">
            <Facts
              facts={[
                {
                  label: 'API key',
                  value:
                    integration.key === null
                      ? 'None'
                      : `${integration.key.in === 'query' ? 'URL parameter' : 'Header'} ${integration.key.name}`,
                },
                { label: 'Last test', value: <Ago at={integration.lastTest?.at ?? null} /> },
                ...(integration.lastTest?.error ? [{ label: 'It said', value: integration.lastTest.error }] : []),
                { label: 'Added', value: <Ago at={integration.createdAt} /> },
              ]}
            />
          </Panel>
          {manage ? (
            <Panel title="Change">
              <Form method="post">
                <Fields>
                  <IntegrationFields
                    values={{
                      name: integration.name,
                      url: integration.url,
                      keyIn: integration.key?.in ?? 'none',
                      keyName: integration.key?.name ?? '',
                    }}
                    errors={errors}
                    keepsKey
                  />
                  <div>
                    <Submit intent="save" variant="default">
                      Save
                    </Submit>
                  </div>
                </Fields>
              </Form>
            </Panel>
          ) : null}
          {manage ? (
            <Panel title="Danger zone" tone="danger">
              <div className={styles.disable}>
                <ActionButton intent={disabled ? 'enable' : 'disable'} variant="default">
                  {disabled ? 'Enable' : 'Disable'}
                </ActionButton>
                <p className="mute">
                  {disabled ? 'Nothing is sent to it.' : 'Sends nothing until it is enabled again.'}
                </p>
              </div>
              <Disclosure label="Remove" tone="danger">
                <p className="mute" style={{ marginBottom: '0.6rem' }}>
                  Its automations stop and waiting deliveries are given up. The log of deliveries stays.
                </p>
                <ActionButton intent="delete" color="crimson">
                  Remove for good
                </ActionButton>
              </Disclosure>
            </Panel>
          ) : null}
        </div>
      </div>
    </>
  );
}
