import { PasswordInput, TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { createTenant, listTenants, type Tenant } from '~/api/operator.server';
import { useAnswer } from '~/live/use-answer';
import { answer, redirectWith } from '~/server/answer.server';
import { filled, readForm } from '~/server/form.server';
import { requirePermission } from '~/server/permission.server';
import { queryOf } from '~/server/query.server';
import { MIN_PASSWORD } from '~/settings/roles';
import { type Column, DataTable } from '~/ui/data-table';
import { Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number } from '~/ui/words';

export const meta: MetaFunction = () => [{ title: 'Tenants · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  await requirePermission(args, 'operate');
  return { page: await listTenants(await apiOf(args), queryOf(args.request, ['cursor'])) };
}

const newTenant = z.object({
  name: filled('What is the customer called?', 100),
  adminName: filled('Who is the first super admin?', 100),
  email: filled('Where do they get mail?', 254),
  password: z.string().min(MIN_PASSWORD, `At least ${MIN_PASSWORD} characters`).max(256, 'At most 256 characters'),
});

export async function action(args: ActionFunctionArgs) {
  const read = readForm(await args.request.formData(), newTenant);
  if (!read.ok) return answer(read, '');
  const { name, adminName, email, password } = read.value;
  const made = await createTenant(await apiOf(args), { name, superAdmin: { name: adminName, email, password } });
  if (!made.ok) return answer(made, '');
  throw await redirectWith(
    `/operate/tenants/${made.value.id}`,
    `${name} is made. ${adminName} signs in with ${email} and connects the first source.`,
  );
}

export default function Tenants() {
  const { page } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <PageHeader title="Tenants" lead="The customers of this deployment. What is in them is for their own people." />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel flush={page.data.length > 0}>
          {page.data.length === 0 ? (
            <Empty title="No tenant yet">Create the first one below, with the person who will set it up.</Empty>
          ) : (
            <>
              <DataTable caption="Tenants" rows={page.data} columns={COLUMNS} />
              <Pager shown={page.data.length} next={page.next} noun="tenant" />
            </>
          )}
        </Panel>
        <Panel title="Create a tenant" hint="With its first super admin, who connects sources and adds everybody else.">
          <Form method="post">
            <Fields>
              <TextInput label="Name" name="name" autoComplete="off" maxLength={100} error={errors.name} />
              <TextInput
                label="First super admin"
                name="adminName"
                autoComplete="off"
                maxLength={100}
                error={errors.adminName ?? errors['superAdmin.name']}
              />
              <TextInput
                label="E-mail"
                name="email"
                type="email"
                autoComplete="off"
                error={errors.email ?? errors['superAdmin.email']}
              />
              <PasswordInput
                label="First password"
                description={`At least ${MIN_PASSWORD} characters. Hand it over in person or by a safe way.`}
                name="password"
                autoComplete="new-password"
                error={errors.password ?? errors['superAdmin.password']}
              />
              <div>
                <Submit intent="create">Create tenant</Submit>
              </div>
            </Fields>
          </Form>
        </Panel>
      </div>
    </>
  );
}

const COLUMNS: Column<Tenant>[] = [
  {
    key: 'name',
    header: 'Name',
    narrow: 'title',
    cell: (tenant) => <Link to={`/operate/tenants/${tenant.id}`}>{tenant.name}</Link>,
  },
  { key: 'status', header: 'Status', narrow: 'bare', cell: ({ status }) => <StatusTag status={status} /> },
  {
    key: 'sources',
    header: 'Sources',
    align: 'right',
    cell: ({ sources }) => (sources === 0 ? <span className="mute">None connected</span> : number(sources)),
  },
  { key: 'users', header: 'Users', align: 'right', cell: ({ users }) => number(users) },
  { key: 'issues', header: 'Open issues', align: 'right', cell: ({ openIssues }) => number(openIssues) },
  { key: 'created', header: 'Created', align: 'right', cell: ({ createdAt }) => <Ago at={createdAt} /> },
];
