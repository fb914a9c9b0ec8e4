import { PasswordInput, TextInput } from '@mantine/core';
import {
  type ActionFunctionArgs,
  data,
  type LoaderFunctionArgs,
  type MetaFunction,
  redirect,
} from '@remix-run/cloudflare';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { openSession } from '~/api/session.server';
import { filled, readForm } from '~/server/form.server';
import { safePath } from '~/server/paths.server';
import { keepSession, sessionToken } from '~/server/session.server';
import { Submit } from '~/ui/forms';
import { Mark } from '~/ui/mark';
import { Notice } from '~/ui/notice';
import styles from './login.module.css';

const loginForm = z.object({
  email: filled('Enter your e-mail address', 254),
  password: z.string().min(1, 'Enter your password').max(256, 'That is too long for a password'),
  next: z.string().optional(),
});

export const meta: MetaFunction = () => [{ title: 'Sign in · Postern' }];

export async function loader({ request }: LoaderFunctionArgs) {
  const next = safePath(new URL(request.url).searchParams.get('next'));
  if ((await sessionToken(request)) !== null) throw redirect(next);
  return { next };
}

export async function action(args: ActionFunctionArgs) {
  const form = await args.request.formData();
  const email = String(form.get('email') ?? '');
  const read = readForm(form, loginForm);
  if (!read.ok) return data({ email, problem: read.problem, message: null }, { status: 400 });
  const opened = await openSession(args, read.value.email, read.value.password);
  if (!opened.ok) {
    const { problem } = opened;
    return data({ email, problem, message: MESSAGES[problem.code] ?? problem.detail }, { status: problem.status });
  }
  return redirect(safePath(read.value.next), {
    headers: { 'Set-Cookie': await keepSession(args.request, opened.value.token, opened.value.expiresAt) },
  });
}

const MESSAGES: Record<string, string> = {
  'login.failed': 'The e-mail address or the password is not right.',
  'login.throttled': 'Too many attempts with this address. Wait some minutes, then try again.',
};

export default function Login() {
  const { next } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <main className={styles.page} id="content">
      <div className={styles.wall}>
        <Wall />
      </div>
      <div className={styles.panel}>
        <div className={styles.brand}>
          <Mark size={38} />
          <span>Postern</span>
        </div>
        <h1>Sign in</h1>
        <p className={styles.lead}>Identity security posture, live.</p>
        {answer?.message ? <Notice tone="bad">{answer.message}</Notice> : null}
        <Form method="post" className={styles.form} noValidate>
          <input type="hidden" name="next" value={next} />
          <TextInput
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            size="md"
            required
            withAsterisk={false}
            defaultValue={answer?.email ?? ''}
            error={answer?.problem.fields.email}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            size="md"
            required
            withAsterisk={false}
            error={answer?.problem.fields.password}
          />
          <Submit intent="sign-in" size="md" fullWidth>
            Sign in
          </Submit>
        </Form>
      </div>
    </main>
  );
}

/** Courses of stone with one small door in them. */
function Wall() {
  return (
    <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="stones" width="120" height="64" patternUnits="userSpaceOnUse">
          <path d="M0 0H120M0 32H120M30 0V32M90 32V64" stroke="#1f3031" strokeWidth="1.5" fill="none" />
        </pattern>
        <linearGradient id="light" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#8fe0d4" stopOpacity="0.55" />
          <stop offset="1" stopColor="#8fe0d4" stopOpacity="0" />
        </linearGradient>
      </defs>
      <rect width="600" height="800" fill="#101b1c" />
      <rect width="600" height="700" fill="url(#stones)" />
      <path d="M318 700V556a62 62 0 0 1 124 0V700z" fill="#0a1112" stroke="#35504f" strokeWidth="10" />
      <path d="M330 700V556a50 50 0 0 1 100 0V700z" fill="#8fe0d4" />
      <path d="M330 700V556a50 50 0 0 1 50-50V716l-50-16z" fill="#178579" />
      <circle cx="368" cy="618" r="5" fill="#0a1112" />
      <path d="M330 700H430L540 800H260z" fill="url(#light)" />
      <path d="M0 700H600" stroke="#35504f" strokeWidth="2" />
    </svg>
  );
}
