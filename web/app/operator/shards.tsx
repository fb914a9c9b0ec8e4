import { TextInput } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { TenantShards } from '~/api/operator.server';
import { ActionButton, Fields, Submit } from '~/ui/forms';
import { ProgressBar } from '~/ui/meter';
import { Notice } from '~/ui/notice';
import { Facts, Panel } from '~/ui/page';
import { StatusTag, type Tone } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural } from '~/ui/words';

/** What the API takes at most. */
export const MAX_SHARDS = 64;

type Change = NonNullable<TenantShards['change']>;

const STATES: Record<string, { label: string; tone: Tone }> = {
  copying: { label: 'Copying', tone: 'busy' },
  switching: { label: 'Switching over', tone: 'busy' },
  cleaning: { label: 'Clearing the old shards', tone: 'busy' },
  cancelling: { label: 'Cancelling', tone: 'held' },
  done: { label: 'Done', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'idle' },
};

/** Over how many shards the graph of a tenant is spread, and the change of it. */
export function Shards({ state: { shards, change }, error }: { state: TenantShards; error: string | undefined }) {
  const underWay = change !== null && change.endedAt === null;
  return (
    <Panel
      title="Graph shards"
      hint="Identities are spread over them. More make room for a larger org, and share the work of large questions."
    >
      <div className="stack">
        <Facts facts={[{ label: 'Now', value: plural(shards, 'shard') }]} />
        {change === null ? null : <LastChange change={change} underWay={underWay} />}
        {underWay ? null : (
          <Form method="post" key={shards}>
            <Fields>
              <TextInput
                label="Spread it over"
                description={`1 to ${MAX_SHARDS} shards. The graph is read and written all the while; nothing of it is lost.`}
                name="shards"
                inputMode="numeric"
                defaultValue={String(Math.min(MAX_SHARDS, shards * 2))}
                error={error}
              />
              <div>
                <Submit intent="shards">Change</Submit>
              </div>
            </Fields>
          </Form>
        )}
      </div>
    </Panel>
  );
}

function LastChange({ change, underWay }: { change: Change; underWay: boolean }) {
  const { from, to, status, progress, rowsDone, rowsTotal, startedAt, endedAt } = change;
  const told = STATES[status] ?? { label: status, tone: 'idle' };
  return (
    <>
      <Facts
        facts={[
          { label: underWay ? 'Under way' : 'Last change', value: `${number(from)} to ${plural(to, 'shard')}` },
          { label: 'State', value: <StatusTag status={status} label={told.label} tone={told.tone} /> },
          {
            label: 'Rows copied',
            value: rowsTotal === 0 ? 'Being counted' : `${number(rowsDone)} of ${number(rowsTotal)}`,
          },
          { label: 'Begun', value: <Ago at={startedAt} /> },
          ...(endedAt === null ? [] : [{ label: 'Ended', value: <Ago at={endedAt} /> }]),
        ]}
      />
      {underWay ? <ProgressBar value={Math.round(progress * 100)} label="Rows copied" /> : null}
      {change.error === null ? null : <Notice tone="warn">It stopped, and is tried again: {change.error}</Notice>}
      {underWay && (status === 'copying' || status === 'switching') ? (
        <ActionButton intent="cancel" variant="default">
          Cancel
        </ActionButton>
      ) : null}
    </>
  );
}
