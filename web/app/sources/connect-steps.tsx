import { Button } from '@mantine/core';
import { Link } from '@remix-run/react';
import type { CreatedSource } from '~/api/sources.server';
import { CopyField } from '~/ui/copy';
import { Notice } from '~/ui/notice';
import styles from './sources.module.css';

interface ConnectStepsProps {
  source: CreatedSource;
  /** Public origin of the Worker; empty when the deployment did not say. */
  apiUrl: string;
}

/** Exactly what is left to do in Okta (and AWS), with every value to copy. */
export function ConnectSteps({ source, apiUrl }: ConnectStepsProps) {
  const hookUrl = `${apiUrl}${source.ingest?.eventHookUrlPath ?? `/ingest/okta/events/${source.id}`}`;
  const bridgeUrl = `${apiUrl}${source.ingest?.eventBridgeUrlPath ?? `/ingest/okta/eventbridge/${source.id}`}`;
  return (
    <>
      {apiUrl === '' && (source.eventHookSecret !== null || source.eventBridgeSecret !== null) ? (
        <Notice tone="info">Put the public address of your Postern Worker in front of the paths below.</Notice>
      ) : null}
      <ol className={styles.steps}>
        {source.eventHookSecret === null ? null : (
          <>
            <li>
              <p>
                In the Okta Admin Console open <strong>Workflow → Event Hooks</strong> and choose{' '}
                <strong>Create Event Hook</strong>. Enter this as the endpoint URL:
              </p>
              <CopyField label="Endpoint URL" value={hookUrl} />
            </li>
            <li>
              <p>
                Set <strong>Authentication field</strong> to <code>Authorization</code> and{' '}
                <strong>Authentication secret</strong> to:
              </p>
              <CopyField label="Event Hook secret" value={source.eventHookSecret} secret />
            </li>
            <li>
              <p>
                Subscribe to the user, group, application, factor and administrator-role events, save, then choose{' '}
                <strong>Verify</strong>. Okta asks the endpoint once and marks the hook as verified.
              </p>
            </li>
          </>
        )}
        {source.eventBridgeSecret === null ? null : (
          <>
            <li>
              <p>
                In Okta open <strong>Reports → Log Streaming</strong>, add an <strong>AWS EventBridge</strong> stream,
                and accept the partner event source in AWS. Make an API destination with this URL:
              </p>
              <CopyField label="API destination URL" value={bridgeUrl} />
            </li>
            <li>
              <p>
                Give its connection the API-key authorisation type, with the key name <code>Authorization</code> and
                this value. Then route all events of the partner bus to it.
              </p>
              <CopyField label="EventBridge secret" value={source.eventBridgeSecret} secret />
            </li>
          </>
        )}
        <li>
          <p>Test the connection and start the first sync. From then on everything shows by itself.</p>
          <div>
            <Button component={Link} to={`/sources/${source.id}`}>
              Go to the source
            </Button>
          </div>
        </li>
      </ol>
    </>
  );
}
