import { PasswordInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { changePassword } from '~/api/session.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { readForm } from '~/server/form.server';
import { useSession } from '~/shell/session';
import { Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Facts, Panel } from '~/ui/page';
import { words } from '~/ui/words';
import { MIN_PASSWORD } from './roles';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'Your account · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  await apiOf(args);
  return null;
}

const passwordForm = z
  .object({
    current: z.string().min(1, 'Enter your password'),
    password: z.string().min(MIN_PASSWORD, `At least ${MIN_PASSWORD} characters`).max(256, 'At most 256 characters'),
    again: z.string(),
  })
  .refine((form) => form.password === form.again, { path: ['again'], message: 'The two are not the same' });

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const read = readForm(await args.request.formData(), passwordForm);
  if (!read.ok) return answer(read, '');
  const { current, password } = read.value;
  return answer(await changePassword(api, { current, password }), 'Changed. Your other sessions have ended.');
}

export default function Account() {
  const result = useAnswer<typeof action>();
  const { principal } = useSession();
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel>
          <Facts
            facts={[
              { label: 'Name', value: principal.name },
              { label: 'Role', value: words(principal.role) },
            ]}
          />
        </Panel>
        <Panel title="Change your password">
          <Form method="post" key={result?.ok === true ? 'done' : 'form'}>
            <Fields>
              <PasswordInput
                label="Password now"
                name="current"
                autoComplete="current-password"
                error={errors.current}
              />
              <PasswordInput
                label="New password"
                description={`At least ${MIN_PASSWORD} characters.`}
                name="password"
                autoComplete="new-password"
                error={errors.password}
              />
              <PasswordInput label="New password again" name="again" autoComplete="new-password" error={errors.again} />
              <div>
                <Submit intent="password">Change password</Submit>
              </div>
            </Fields>
          </Form>
        </Panel>
      </div>
    </>
  );
}
