import { Button, type ButtonProps } from '@mantine/core';
import { Form, useNavigation } from '@remix-run/react';
import type { ReactNode } from 'react';
import styles from './forms.module.css';

interface SubmitProps extends ButtonProps {
  children: ReactNode;
  /** Sent as `intent`, so that one action can tell its forms apart. */
  intent: string;
  /** The row the form is about, where a page holds many. */
  about?: string;
  /** For a button that needs nothing of what the form asks for. */
  formNoValidate?: boolean;
}

/** A submit button that takes one press: while its form is under way it shows so and refuses another. */
export function Submit({ children, intent, about, ...rest }: SubmitProps) {
  const navigation = useNavigation();
  const mine =
    navigation.state !== 'idle' &&
    navigation.formData?.get('intent') === intent &&
    (about === undefined || navigation.formData.get('id') === about);
  return (
    <Button
      {...rest}
      type="submit"
      name="intent"
      value={intent}
      loading={mine}
      disabled={rest.disabled === true || navigation.state === 'submitting'}
    >
      {children}
    </Button>
  );
}

/** A form of hidden fields and one button. */
export function ActionButton({
  fields = {},
  action,
  ...submit
}: SubmitProps & { fields?: Record<string, string>; action?: string }) {
  return (
    <Form method="post" action={action}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {submit.about === undefined ? null : <input type="hidden" name="id" value={submit.about} />}
      <Submit {...submit} />
    </Form>
  );
}

interface DisclosureProps {
  label: ReactNode;
  children: ReactNode;
  open?: boolean;
  tone?: 'danger' | 'plain';
}

/** Hidden until asked for; a plain `details`, so it opens without scripts. */
export function Disclosure({ label, children, open = false, tone }: DisclosureProps) {
  return (
    <details className={styles.disclosure} data-tone={tone} open={open}>
      <summary>{label}</summary>
      <div className={styles.disclosed}>{children}</div>
    </details>
  );
}

/** Fields one under the other. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className={styles.formActions}>{children}</div>;
}

export function ChoiceGroup({
  legend,
  hint,
  error,
  children,
}: {
  legend: string;
  hint?: string;
  error?: string | undefined;
  children: ReactNode;
}) {
  return (
    <fieldset className={styles.group}>
      <legend>{legend}</legend>
      {hint === undefined ? null : <p className={styles.groupHint}>{hint}</p>}
      {children}
      {error === undefined ? null : <p className={styles.error}>{error}</p>}
    </fieldset>
  );
}
