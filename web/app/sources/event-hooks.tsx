import { TextInput } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { EventTypes, HookState, HooksInOkta, ReadyHooks, Registration } from '~/api/source-events.server';
import { CopyField } from '~/ui/copy';
import { ActionButton, Disclosure, Fields, FormActions, Submit } from '~/ui/forms';
import { Notice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { plural, words } from '~/ui/words';
import { EventTypeTable } from './event-type-table';
import styles from './source-events.module.css';

interface EventHooksProps {
  mode: string;
  manage: boolean;
  apiUrl: string;
  types: EventTypes | null;
  ready: ReadyHooks | null;
  /** What Okta said to the form just sent. */
  registered: Registration | null;
  found: HooksInOkta | null;
  error: string | undefined;
}

/** What is kept of the org's events, and the hooks that push it. */
export function EventHooks({ mode, manage, apiUrl, types, ready, registered, found, error }: EventHooksProps) {
  const pushed = mode === 'event_hook' || mode === 'hybrid';
  return (
    <Panel title="Event types and hooks" hint="What Postern keeps, and how Okta is told to push it." id="event-hooks">
      {pushed && manage ? (
        <>
          <Form method="post">
            <Fields>
              <TextInput
                label="Public address of Postern"
                description="Okta calls it from the internet: https, without a path."
                name="publicUrl"
                type="url"
                required
                withAsterisk={false}
                maxLength={300}
                placeholder="https://postern.example.com"
                defaultValue={apiUrl}
                error={error}
              />
              <FormActions>
                <Submit intent="register-hooks">Register in Okta</Submit>
              </FormActions>
            </Fields>
          </Form>
          <p className={styles.note}>
            Makes the Event Hooks with a new secret and has Okta verify them; hooks that are there are changed. The
            credential needs <code>okta.eventHooks.manage</code> for this, and only for this.
          </p>
          <div className={styles.look}>
            <ActionButton intent="look-hooks" variant="default" size="compact-sm">
              See what Okta has
            </ActionButton>
          </div>
        </>
      ) : null}
      {registered === null ? null : <HookList hooks={[...registered.hooks, ...registered.replaced]} />}
      {found === null ? null : <Found found={found} />}
      {pushed && ready !== null ? (
        <div className={styles.part}>
          <Disclosure label="Make them by hand">
            <p className="mute">
              Send each to <code>POST /api/v1/eventHooks</code> of the org with a secret made below “Addresses and
              secrets” in its place, then verify it.
            </p>
            {ready.bodies.map((body) => (
              <CopyField key={body.name} label={body.name} value={JSON.stringify(body)} />
            ))}
          </Disclosure>
        </div>
      ) : null}
      {types === null ? (
        <p className="mute">The event types could not be listed just now.</p>
      ) : (
        <div className={styles.part}>
          <Disclosure label={`${plural(types.data.length, 'event type')} that are kept`}>
            <EventTypeTable types={types} />
          </Disclosure>
        </div>
      )}
    </Panel>
  );
}

function Found({ found }: { found: HooksInOkta }) {
  if (found.error !== null) return <Notice tone="warn">{found.error}</Notice>;
  const ours = found.hooks.filter((hook) => hook.ours);
  const others = found.hooks.length - ours.length;
  return (
    <>
      {ours.length === 0 ? <p className="mute">No hook of the org sends to this source.</p> : <HookList hooks={ours} />}
      {others === 0 ? null : <p className="mute">{plural(others, 'other hook')} of the org send elsewhere.</p>}
      {found.missing.length === 0 ? null : (
        <Disclosure label={`${plural(found.missing.length, 'type')} not pushed`}>
          <ul className={styles.types}>
            {found.missing.map((type) => (
              <li key={type}>
                <code>{type}</code>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  );
}

function HookList({ hooks }: { hooks: HookState[] }) {
  return (
    <ul className={styles.hooks}>
      {hooks.map((hook) => (
        <li key={hook.id ?? hook.name}>
          <StatusTag {...stateOf(hook)} />
          <strong className="break">{hook.name}</strong>
          {hook.error === null ? null : <span className="break">{hook.error}</span>}
        </li>
      ))}
    </ul>
  );
}

function stateOf({ status, verificationStatus, error }: HookState): { status: string; label: string } {
  if (status === 'ACTIVE' && verificationStatus === 'VERIFIED' && error === null) {
    return { status: 'connected', label: 'Verified' };
  }
  if (status === 'INACTIVE') return { status: error === null ? 'disabled' : 'failed', label: 'Switched off' };
  return { status: 'failed', label: status === null ? 'Not made' : words(verificationStatus ?? status) };
}
