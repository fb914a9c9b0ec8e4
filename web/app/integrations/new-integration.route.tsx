import { Button } from '@mantine/core';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { Form, Link } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { createIntegration } from '~/api/outbound.server';
import { useAnswer } from '~/live/use-answer';
import { requirePermission } from '~/server/permission.server';
import { CopyField } from '~/ui/copy';
import { Fields, FormActions, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { PageHeader, Panel } from '~/ui/page';
import { IntegrationFields } from './integration-fields';
import { readIntegration } from './integration-form.server';

export const meta: MetaFunction = () => [{ title: 'Add a webhook · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  await requirePermission(args, 'sources:manage');
  return null;
}

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  const read = readIntegration(form, 'new');
  const made = read.ok ? await createIntegration(api, read.value) : read;
  if (made.ok) {
    const { id, name, signingSecret } = made.value;
    return data({ created: { id, name, signingSecret }, problem: null, typed: {} });
  }
  const typed = Object.fromEntries(
    ['name', 'url', 'keyIn', 'keyName'].map((key) => [key, String(form.get(key) ?? '')]),
  );
  return data({ created: null, problem: made.problem, typed }, { status: made.problem.status });
}

export default function NewIntegration() {
  const answer = useAnswer<typeof action>();
  const parent = { to: '/integrations', label: 'Integrations' };
  if (answer?.created) {
    const { id, name, signingSecret } = answer.created;
    return (
      <>
        <PageHeader title={`${name} is added`} parent={parent} lead="The signing secret is shown this once." />
        <Panel>
          <Fields>
            {signingSecret === null ? null : <CopyField label="Signing secret" value={signingSecret} secret />}
            <p>
              Every delivery carries <code>webhook-id</code>, <code>webhook-timestamp</code> and{' '}
              <code>webhook-signature</code> (Standard Webhooks). With this secret the receiver can tell that it is
              ours.
            </p>
            <div>
              <Button component={Link} to={`/integrations/${id}`}>
                Test it, then choose what is sent
              </Button>
            </div>
          </Fields>
        </Panel>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Add a webhook" parent={parent} />
      {answer?.problem ? <AnswerNotice answer={{ ok: false, problem: answer.problem }} /> : null}
      <Form method="post">
        <Panel>
          <Fields>
            <IntegrationFields values={answer?.typed ?? {}} errors={answer?.problem?.fields ?? {}} />
            <FormActions>
              <Submit intent="create">Add</Submit>
              <Link to="/integrations">Cancel</Link>
            </FormActions>
          </Fields>
        </Panel>
      </Form>
    </>
  );
}
