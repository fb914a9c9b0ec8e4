import { NativeSelect, TextInput } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { Source } from '~/api/sources.server';
import { CopyField } from '~/ui/copy';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import type { ActionAnswer } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { Ago, Until } from '~/ui/time';
import { words } from '~/ui/words';
import { MODES } from './modes';
import styles from './sources.module.css';

export function Settings({ source, answer }: { source: Source; answer: ActionAnswer | undefined }) {
  const errors = answer === undefined || answer.ok ? {} : answer.problem.fields;
  return (
    <Panel title="Settings">
      <Form method="post">
        <Fields>
          <TextInput label="Name" name="name" maxLength={100} defaultValue={source.name} error={errors.name} />
          <NativeSelect
            label="How events arrive"
            description={MODES.find((mode) => mode.value === source.mode)?.hint}
            name="mode"
            defaultValue={source.mode}
            data={MODES.map(({ value, label }) => ({ value, label }))}
            error={errors.mode}
          />
          <TextInput
            label="Removal limit, percent"
            description="A sync that would remove more of anything than this waits for a person."
            name="removalLimitPercent"
            type="number"
            min={0}
            max={100}
            defaultValue={source.removalLimitPercent}
            error={errors.removalLimitPercent}
          />
          <div>
            <Submit intent="settings" variant="default">
              Save
            </Submit>
          </div>
        </Fields>
      </Form>
    </Panel>
  );
}

/** Secrets that were just made. */
export function NewSecrets({ secrets }: { secrets: { channel: string; value: string }[] }) {
  if (secrets.length === 0) return null;
  return (
    <div className={styles.newSecrets}>
      <Panel title="New secret" hint="Shown this once: copy it now. A secret that it replaces works for 24 hours more.">
        <Fields>
          {secrets.map(({ channel, value }) => (
            <CopyField key={channel} label={`${words(channel)} secret`} value={value} secret />
          ))}
        </Fields>
      </Panel>
    </div>
  );
}

const CHANNELS = ['event_hook', 'eventbridge'] as const;

/** Where Okta sends events, and the secrets it presents. A secret itself is never shown again. */
export function Secrets({ source, apiUrl, manage }: { source: Source; apiUrl: string; manage: boolean }) {
  const paths = { event_hook: source.ingest?.eventHookUrlPath, eventbridge: source.ingest?.eventBridgeUrlPath };
  const used = CHANNELS.filter((channel) => source.mode === channel || source.mode === 'hybrid');
  if (used.length === 0) return null;
  return (
    <Panel title="Addresses and secrets">
      {used.map((channel) => {
        const secret = source.secrets?.[channel] ?? null;
        return (
          <div key={channel} className={styles.section}>
            <CopyField label={`${words(channel)} address`} value={`${apiUrl}${paths[channel] ?? ''}`} />
            <div className="row" style={{ marginTop: '0.6rem', justifyContent: 'space-between' }}>
              <span className="mute">
                {secret === null ? (
                  'No secret yet'
                ) : (
                  <>
                    Secret made <Ago at={secret.createdAt} />
                    {secret.previousExpiresAt === null ? null : (
                      <>
                        , the one before ends <Until at={secret.previousExpiresAt} />
                      </>
                    )}
                  </>
                )}
              </span>
              {manage ? (
                <ActionButton intent="rotate" about={channel} size="compact-sm" variant="default">
                  {secret === null ? 'Make a secret' : 'Rotate'}
                </ActionButton>
              ) : null}
            </div>
          </div>
        );
      })}
    </Panel>
  );
}

export function Danger({ source }: { source: Source }) {
  const disabled = source.status === 'disabled';
  return (
    <Panel title="Danger zone" tone="danger">
      <div className={styles.section}>
        <h3>{disabled ? 'Enable' : 'Disable'}</h3>
        <p className="mute" style={{ marginBottom: '0.5rem' }}>
          {disabled
            ? 'Events are taken in and syncs run again.'
            : 'No event is taken in and no sync runs until it is enabled.'}
        </p>
        <ActionButton intent={disabled ? 'enable' : 'disable'} variant="default">
          {disabled ? 'Enable' : 'Disable'}
        </ActionButton>
      </div>
      <div className={styles.section}>
        <h3>Disconnect</h3>
        <p className="mute" style={{ marginBottom: '0.5rem' }}>
          Its credential and secrets are destroyed at once, and what it brought to the graph ends. Evidence stays for as
          long as it is kept.
        </p>
        <Disclosure label="Disconnect" tone="danger">
          <Form method="post">
            <Fields>
              <TextInput label={`Type ${source.name} to confirm`} name="confirm" autoComplete="off" />
              <div>
                <Submit intent="delete" color="crimson">
                  Disconnect for good
                </Submit>
              </div>
            </Fields>
          </Form>
        </Disclosure>
      </div>
    </Panel>
  );
}
