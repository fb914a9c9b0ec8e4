import { Button, TextInput } from '@mantine/core';
import { Form, Link, useLocation } from '@remix-run/react';
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
export function MomentForm({ moment }: { moment: string | null }) {
  const { pathname } = useLocation();
  return (
    <>
      <Form method="get" className={styles.finder} aria-label="Moment">
        <MomentField label="As it was on (UTC)" name="asOf" moment={moment} />
        <Button type="submit" variant="default">
          Look back
        </Button>
        {moment === null ? null : <Link to={pathname}>Back to now</Link>}
      </Form>
      {moment === null ? null : <AsItWas moment={moment} />}
    </>
  );
}

export function AsItWas({ moment }: { moment: string }) {
  return <Notice tone="info">This is the graph as it was on {utc(moment)}.</Notice>;
}
