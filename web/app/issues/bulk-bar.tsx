import { NativeSelect } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { Choice } from '~/ui/filters';
import { Submit } from '~/ui/forms';
import styles from './issues.module.css';

/** The form that the rows' checkboxes belong to, by id: a table cannot hold one. */
export const BULK_FORM = 'send-issues';

export function BulkBar({ targets }: { targets: Choice[] }) {
  return (
    <Form method="post" id={BULK_FORM} className={styles.bulk}>
      <NativeSelect label="Send the selected issues to" name="integrationId" data={targets} />
      <Submit intent="send" variant="default">
        Send
      </Submit>
    </Form>
  );
}
