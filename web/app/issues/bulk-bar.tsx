import { Checkbox, NativeSelect } from '@mantine/core';
import { Form } from '@remix-run/react';
import { type ChangeEvent, useSyncExternalStore } from 'react';
import type { Choice } from '~/ui/filters';
import { Submit } from '~/ui/forms';
import styles from './issues.module.css';

/** The form that the rows' checkboxes belong to, by id: a table cannot hold one. */
export const BULK_FORM = 'send-issues';

/** Shown by a style rule as soon as a row is checked, so it needs no script. */
export function BulkBar({ targets }: { targets: Choice[] }) {
  return (
    <Form method="post" id={BULK_FORM} className={styles.bulk}>
      <label htmlFor="send-to">Send the selected issues to</label>
      <NativeSelect id="send-to" name="integrationId" data={targets} />
      <Submit intent="send">Send</Submit>
    </Form>
  );
}

const noSubscription = () => () => undefined;

/** Checks every row of the page. Only where scripts run: without them it could not. */
export function SelectAll() {
  const inBrowser = useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );
  if (!inBrowser) return <span className="spoken">Select</span>;
  const toggle = (event: ChangeEvent<HTMLInputElement>) => {
    for (const box of document.querySelectorAll<HTMLInputElement>(`input[name="issue"][form="${BULK_FORM}"]`)) {
      box.checked = event.currentTarget.checked;
    }
  };
  return <Checkbox aria-label="Select all issues on this page" onChange={toggle} />;
}
