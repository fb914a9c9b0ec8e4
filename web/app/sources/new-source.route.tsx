import { PasswordInput, Radio, Textarea, TextInput } from '@mantine/core';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { problemText } from '~/api/problem';
import { type CreatedSource, createSource } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { requirePermission } from '~/server/permission.server';
import { ChoiceGroup, Fields, FormActions, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { PageHeader, Panel } from '~/ui/page';
import { ConnectSteps } from './connect-steps';
import { MODES } from './modes';
import { readNewSource } from './source-forms.server';
import styles from './sources.module.css';

export const meta: MetaFunction = () => [{ title: 'Connect a source · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  await requirePermission(args, 'sources:manage');
  return { apiUrl: args.context.cloudflare.env.PUBLIC_API_URL ?? '' };
}

/** What was typed comes back with the messages; the credential does not. */
export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  const read = readNewSource(form);
  const made = read.ok ? await createSource(api, read.value) : read;
  if (made.ok) return data({ created: made.value as CreatedSource | null, problem: null, typed: null });
  const typed = Object.fromEntries(
    ['name', 'domain', 'mode', 'authType', 'clientId'].map((key) => [key, String(form.get(key) ?? '')]),
  );
  return data({ created: null, problem: made.problem, typed }, { status: made.problem.status });
}

export default function NewSource() {
  const { apiUrl } = useLoaderData<typeof loader>();
  const answer = useAnswer<typeof action>();
  if (answer?.created) return <Connected source={answer.created} apiUrl={apiUrl} />;

  const { problem } = answer ?? {};
  const errors = problem?.code === 'source.bad_url' ? { domain: problemText(problem) } : (problem?.fields ?? {});
  const typed = answer?.typed ?? {};
  return (
    <>
      <PageHeader
        title="Connect an Okta org"
        parent={{ to: '/sources', label: 'Sources' }}
        lead="Postern only reads. Give it a credential of a read-only administrator."
      />
      {answer?.problem ? <AnswerNotice answer={{ ok: false, problem: answer.problem }} /> : null}
      <Form method="post">
        <Panel>
          <Fields>
            <TextInput
              label="Name"
              description="What people here call it."
              name="name"
              required
              withAsterisk={false}
              maxLength={100}
              defaultValue={typed.name ?? 'Okta'}
              error={errors.name}
            />
            <TextInput
              label="Okta domain"
              description="The org itself, without -admin."
              name="domain"
              required
              withAsterisk={false}
              placeholder="acme.okta.com"
              autoCapitalize="none"
              spellCheck={false}
              defaultValue={typed.domain ?? ''}
              error={errors.domain ?? errors.baseUrl}
            />
            <ChoiceGroup legend="How events arrive" error={errors.mode}>
              <div className={styles.modes}>
                {MODES.map((mode) => (
                  <Radio
                    key={mode.value}
                    name="mode"
                    value={mode.value}
                    label={mode.label}
                    description={mode.hint}
                    defaultChecked={(typed.mode ?? 'hybrid') === mode.value}
                  />
                ))}
              </div>
            </ChoiceGroup>
            <ChoiceGroup legend="Credential" error={errors.authType ?? errors.auth}>
              <div className={styles.credential}>
                <Radio
                  name="authType"
                  value="ssws"
                  label="API token"
                  description="Quick to start. It acts with the rights of the administrator who made it."
                  defaultChecked={(typed.authType ?? 'ssws') === 'ssws'}
                />
                <div className={styles.credentialFields}>
                  <PasswordInput
                    aria-label="API token"
                    name="token"
                    autoComplete="off"
                    placeholder="00…"
                    error={errors.token ?? errors['auth.token']}
                  />
                </div>
              </div>
              <div className={styles.credential}>
                <Radio
                  name="authType"
                  value="oauth"
                  label="Service app (OAuth 2.0, private key JWT)"
                  description="Only the scopes you grant, and no person behind it. The better choice to stay."
                  defaultChecked={typed.authType === 'oauth'}
                />
                <div className={styles.credentialFields}>
                  <TextInput
                    aria-label="Client ID"
                    name="clientId"
                    placeholder="Client ID: 0oa…"
                    defaultValue={typed.clientId ?? ''}
                    error={errors.clientId ?? errors['auth.clientId']}
                  />
                  <Textarea
                    aria-label="Private key (JWK)"
                    name="privateKeyJwk"
                    rows={3}
                    placeholder='Private key as JWK: {"kty":"RSA", …}'
                    spellCheck={false}
                    error={errors.privateKeyJwk ?? errors['auth.privateKeyJwk']}
                  />
                </div>
              </div>
            </ChoiceGroup>
            <FormActions>
              <Submit intent="create">Connect</Submit>
              <Link to="/sources">Cancel</Link>
            </FormActions>
          </Fields>
        </Panel>
      </Form>
    </>
  );
}

function Connected({ source, apiUrl }: { source: CreatedSource; apiUrl: string }) {
  return (
    <>
      <PageHeader
        title={`${source.name} is added`}
        parent={{ to: '/sources', label: 'Sources' }}
        lead="The secrets below are shown this once. Copy them before you leave the page."
      />
      <Panel title="Next steps">
        <ConnectSteps source={source} apiUrl={apiUrl} />
      </Panel>
    </>
  );
}
