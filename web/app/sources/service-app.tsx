import { Textarea, TextInput } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { OauthKey, Source } from '~/api/sources.server';
import { CopyField } from '~/ui/copy';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import { Panel } from '~/ui/page';
import { Ago, Until } from '~/ui/time';
import styles from './sources.module.css';

interface ServiceAppProps {
  /** The key pair made for this form; null until it is asked for. */
  madeKey: OauthKey | null;
  clientId: string;
  errors: Record<string, string | undefined>;
}

/** The two steps that connect a service app: its key and grants in Okta, then its client ID here. */
export function ServiceApp({ madeKey, clientId, errors }: ServiceAppProps) {
  return (
    <ol className={styles.steps}>
      <li>
        <p>
          In Okta open <strong>Applications</strong>, <strong>Create App Integration</strong>,{' '}
          <strong>API Services</strong>. Edit its client credentials: choose <strong>Public key / Private key</strong>{' '}
          and <strong>Save keys in Okta</strong>, then add this public key.
        </p>
        {madeKey === null ? (
          <div>
            <Submit intent="make-key" variant="default" formNoValidate>
              Make a key pair
            </Submit>
            {errors.keyId === undefined ? null : (
              <p role="alert" className={styles.fieldError}>
                {errors.keyId}
              </p>
            )}
          </div>
        ) : (
          <>
            <input type="hidden" name="keyId" value={madeKey.id} />
            <CopyField label="Public key (JWK)" value={JSON.stringify(madeKey.publicJwk, null, 2)} />
            <Grants grants={madeKey.grants} />
          </>
        )}
      </li>
      <li>
        <TextInput
          label="Client ID"
          description="Shown on the app's page in Okta. It is no secret."
          name="clientId"
          placeholder="0oa…"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={clientId}
          error={errors.clientId ?? errors['auth.clientId']}
        />
        {madeKey !== null ? null : (
          <Disclosure label="Use a private key of your own" tone="plain" open={errors.privateKeyJwk !== undefined}>
            <Textarea
              aria-label="Private key (JWK)"
              name="privateKeyJwk"
              rows={3}
              placeholder='{"kty":"RSA", …}'
              spellCheck={false}
              error={errors.privateKeyJwk ?? errors['auth.privateKeyJwk']}
            />
          </Disclosure>
        )}
      </li>
    </ol>
  );
}

/** Exactly what to grant, to copy and to tick off. */
function Grants({ grants }: { grants: OauthKey['grants'] }) {
  const scopes = [...new Set(grants.map((grant) => grant.scope))];
  const least = [...new Set(grants.filter((grant) => grant.required).map((grant) => grant.role))];
  return (
    <>
      <p>
        Under <strong>Okta API Scopes</strong> grant:
      </p>
      <CopyField label="Scopes" value={scopes.join(' ')} />
      <p>
        Under <strong>Admin roles</strong> assign at least <strong>{least.join(', ')}</strong>. Each part that Postern
        reads takes both:
      </p>
      <ul className={styles.grants}>
        {grants.map((grant) => (
          <li key={grant.name}>
            <span>
              {grant.name}
              {grant.required ? '' : ' (optional)'}
            </span>
            <code className="break">{grant.scope}</code>
            <span className="mute">{grant.role}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The key that a source signs with, and the one that follows. Nothing here is secret. */
export function ServiceAppKey({ source, manage }: { source: Source; manage: boolean }) {
  if (source.authType !== 'oauth') return null;
  const { publicJwk, nextKey } = source;
  return (
    <Panel title="Service app" hint="Postern signs with the private key, which is sealed and never shown.">
      {publicJwk === null ? null : <CopyField label="Public key in use" value={JSON.stringify(publicJwk, null, 2)} />}
      {nextKey === null ? null : (
        <div className={styles.section}>
          <CopyField label="New public key" value={JSON.stringify(nextKey.publicJwk, null, 2)} />
          <p className="mute">
            Made <Ago at={nextKey.createdAt} />. Add it to the service app beside the old one, then test the connection:
            once Okta accepts it, it takes over.
            {nextKey.expiresAt === null ? null : (
              <>
                {' '}
                Otherwise it is forgotten <Until at={nextKey.expiresAt} />.
              </>
            )}
          </p>
        </div>
      )}
      {manage ? (
        <div className={styles.section}>
          <div className="row">
            <ActionButton intent="new-key" size="compact-sm" variant="default">
              {nextKey === null ? 'Rotate the key' : 'Make another new key'}
            </ActionButton>
            {nextKey === null ? null : (
              <ActionButton intent="drop-key" about={nextKey.id} size="compact-sm" variant="default">
                Forget the new key
              </ActionButton>
            )}
          </div>
          {source.keyId === null ? null : (
            <Disclosure label="Change the client ID" tone="plain">
              <Form method="post">
                <Fields>
                  <TextInput label="Client ID" name="clientId" defaultValue={source.clientId ?? ''} required />
                  <div>
                    <Submit intent="client-id" variant="default">
                      Save
                    </Submit>
                  </div>
                </Fields>
              </Form>
            </Disclosure>
          )}
        </div>
      ) : null}
    </Panel>
  );
}
