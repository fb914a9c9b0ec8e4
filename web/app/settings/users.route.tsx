import { Checkbox, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { createUser, deleteUser, listUsers, type User, updateUser } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { listSources } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { filled, listField, readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { useSession } from '~/shell/session';
import { type Column, DataTable } from '~/ui/data-table';
import { ChoiceGroup, Disclosure, Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';
import { MIN_PASSWORD, ROLE_CHOICES, ROLES } from './roles';
import { SettingsHeader } from './settings-tabs';
import { UserChanges } from './user-changes';

export const meta: MetaFunction = () => [{ title: 'Users · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [users, sources] = await Promise.all([listUsers(api), listSources(api)]);
  return { users, sources: sources.map(({ id, name }) => ({ value: id, label: name })) };
}

const newUser = z.object({
  name: filled('Enter a name', 100),
  email: filled('Enter an e-mail address', 254).pipe(z.email('This is not an e-mail address')),
  role: z.enum(ROLES, { error: 'Choose a role' }),
  password: z.string().min(MIN_PASSWORD, `At least ${MIN_PASSWORD} characters`).max(256, 'At most 256 characters'),
  sourceIds: listField,
});
const roleChange = z.object({ id: filled('Which user?', 80), role: z.enum(ROLES) });
const oneUser = z.object({ id: filled('Which user?', 80) });

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'create': {
      const read = readForm(form, newUser);
      if (!read.ok) return answer(read, '');
      const { sourceIds, ...user } = read.value;
      const made = await createUser(api, sourceIds.length === 0 ? user : { ...user, sourceIds });
      return answer(made, `${user.name} may sign in now.`);
    }
    case 'role': {
      const read = readForm(form, roleChange);
      return answer(
        read.ok ? await updateUser(api, read.value.id, { role: read.value.role }) : read,
        'The role is changed.',
      );
    }
    case 'grant':
    case 'withdraw': {
      const read = readForm(form, oneUser);
      const granted = form.get('intent') === 'grant';
      return answer(
        read.ok ? await updateUser(api, read.value.id, { extraPermissions: granted ? ['remediate'] : [] }) : read,
        granted
          ? 'May make changes in sources now, where remediation is on.'
          : 'May make no changes in sources any more.',
      );
    }
    case 'disable':
    case 'enable': {
      const read = readForm(form, oneUser);
      const disabled = form.get('intent') === 'disable';
      return answer(
        read.ok ? await updateUser(api, read.value.id, { disabled }) : read,
        disabled ? 'Disabled: all sessions have ended.' : 'Enabled.',
      );
    }
    case 'delete': {
      const read = readForm(form, oneUser);
      return answer(read.ok ? await deleteUser(api, read.value.id) : read, 'Removed.');
    }
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

export default function Users() {
  const { users, sources } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { principal } = useSession();
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel flush>
          <DataTable caption="Users" rows={users} columns={columnsOf(principal.id)} />
        </Panel>
        <Panel title="Add a user">
          <Form method="post" key={result?.ok === true ? result.message : 'form'}>
            <Fields>
              <TextInput label="Name" name="name" autoComplete="off" maxLength={100} error={errors.name} />
              <TextInput label="E-mail" name="email" type="email" autoComplete="off" error={errors.email} />
              <NativeSelect label="Role" name="role" defaultValue="viewer" data={ROLE_CHOICES} error={errors.role} />
              <PasswordInput
                label="First password"
                description={`At least ${MIN_PASSWORD} characters. Hand it over in person or by a safe way.`}
                name="password"
                autoComplete="new-password"
                error={errors.password}
              />
              {sources.length < 2 ? null : (
                <ChoiceGroup
                  legend="Sources"
                  hint="For issue responders, who then see only what is of these. None chosen means all."
                  error={errors.sourceIds}
                >
                  {sources.map((source) => (
                    <Checkbox key={source.value} name="sourceIds" value={source.value} label={source.label} />
                  ))}
                </ChoiceGroup>
              )}
              <div>
                <Submit intent="create">Add user</Submit>
              </div>
            </Fields>
          </Form>
        </Panel>
      </div>
    </>
  );
}

function columnsOf(me: string): Column<User>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      narrow: 'title',
      cell: (user) => (
        <>
          <strong>{user.name}</strong>
          {user.id === me ? <span className="mute"> (you)</span> : null}
        </>
      ),
    },
    { key: 'email', header: 'E-mail', narrow: 'bare', cell: (user) => <span className="break">{user.email}</span> },
    {
      key: 'role',
      header: 'Role',
      narrow: 'bare',
      cell: ({ role, sourceIds, extraPermissions }) =>
        [
          words(role),
          ...(sourceIds === null ? [] : [`of ${plural(sourceIds.length, 'source')}`]),
          ...(extraPermissions.includes('remediate') ? ['remediates'] : []),
        ].join(', '),
    },
    {
      key: 'status',
      header: 'Status',
      narrow: 'bare',
      cell: (user) => <StatusTag status={user.disabledAt === null ? 'active' : 'disabled'} />,
    },
    { key: 'login', header: 'Last sign-in', align: 'right', cell: (user) => <Ago at={user.lastLoginAt} /> },
    {
      key: 'actions',
      header: <span className="spoken">Actions</span>,
      align: 'right',
      narrow: 'bare',
      cell: (user) =>
        user.id === me ? null : (
          <Disclosure label="Change" tone="plain">
            <UserChanges user={user} />
          </Disclosure>
        ),
    },
  ];
}
