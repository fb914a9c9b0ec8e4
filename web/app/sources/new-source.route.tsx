import { PasswordInput, Radio, TextInput } from '@mantine/core';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { problemText } from '~/api/problem';
import { askOauthKey, type CreatedSource, createSource, makeOauthKey, type OauthKey } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { requirePermission } from '~/server/permission.server';
import { ChoiceGroup, Fields, FormActions, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { PageHeader, Panel } from '~/ui/page';
import { ConnectSteps } from './connect-steps';
import { MODES } from './modes';
import { ServiceApp } from './service-app';
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
  const typed = Object.fromEntries(
    ['name', 'domain', 'mode', 'authType', 'clientId'].map((key) => [key, String(form.get(key) ?? '')]),
  );
  if (form.get('intent') === 'make-key') {
    const key = await makeOauthKey(api);
    if (key.ok) return data({ created: null, problem: null, typed, key: key.value as OauthKey | null });
    return data({ created: null, problem: key.problem, typed, key: null }, { status: key.problem.status });
  }
  const read = readNewSource(form);
  const made = read.ok ? await createSource(api, read.value) : read;
  if (made.ok) return data({ created: made.value as CreatedSource | null, problem: null, typed: null, key: null });
  const keyId = String(form.get('keyId') ?? '');
  const key = keyId === '' ? null : await askOauthKey(api, keyId);
  return data(
    { created: null, problem: made.problem, typed, key: key?.ok ? key.value : null },
    { status: made.problem.status },
  );
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
        lead="Postern reads, and changes nothing unless you turn remediation on. A read-only administrator is enough."
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
                  value="oauth"
                  label="OAuth service app (recommended)"
                  description="Only the scopes you grant, and no person behind it. Postern makes the key."
                  defaultChecked={(typed.authType ?? 'oauth') === 'oauth'}
                />
                <div className={styles.credentialFields}>
                  <ServiceApp madeKey={answer?.key ?? null} clientId={typed.clientId ?? ''} errors={errors} />
                </div>
              </div>
              <div className={styles.credential}>
                <Radio
                  name="authType"
                  value="ssws"
                  label="API token"
                  description="Quick to start. It acts with the rights of the administrator who made it."
                  defaultChecked={typed.authType === 'ssws'}
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
