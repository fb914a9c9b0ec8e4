import { Button, TextInput } from '@mantine/core';
import { Form, Link, useLocation, useSearchParams } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Notice } from '~/ui/notice';
import { utc } from '~/ui/time';
import styles from './graph.module.css';
import { fieldValue } from './moment';

/** A field for the moment to look at. */
export function MomentField({ label, name, moment }: { label: string; name: string; moment: string | null }) {
  return (
    <TextInput
      key={moment}
      className={styles.moment}
      type="datetime-local"
      label={label}
      name={name}
      defaultValue={fieldValue(moment)}
    />
  );
}

/** Chooses the moment that a page shows; a GET form, so the address holds it. */
export function MomentForm({ moment, children }: { moment: string | null; children?: ReactNode }) {
  return (
    <>
      <Form method="get" className={styles.finder} aria-label="Moment">
        <MomentField label="As it was on (UTC)" name="asOf" moment={moment} />
        <Button type="submit" variant="default">
          Look back
        </Button>
      </Form>
      {moment === null ? null : <AsItWas moment={moment}>{children}</AsItWas>}
    </>
  );
}

/** Says that a page shows the past, with the way back. `children`: what of it is not of then. */
export function AsItWas({ moment, children }: { moment: string; children?: ReactNode }) {
  const { pathname } = useLocation();
  const [query] = useSearchParams();
  const now = new URLSearchParams(query);
  for (const name of ['asOf', 'cursor']) now.delete(name);
  return (
    <Notice tone="info">
      This is the graph as it was on {utc(moment)}. {children}{' '}
      <Link to={now.size === 0 ? pathname : `${pathname}?${now}`}>Back to now</Link>
    </Notice>
  );
}
