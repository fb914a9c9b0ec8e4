import { NativeSelect, Textarea } from '@mantine/core';
import { Form, Link } from '@remix-run/react';
import type { IssueDetail } from '~/api/issues.server';
import type { Choice } from '~/ui/filters';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import type { ActionAnswer } from '~/ui/notice';
import { words } from '~/ui/words';
import { DISMISS_REASONS } from './dismiss-reasons';
import styles from './issues.module.css';

interface IssueActionsProps {
  issue: IssueDetail;
  users: Choice[];
  targets: Choice[];
  me: { id: string; name: string };
  answer: ActionAnswer | undefined;
}

export function IssueActions({ issue, users, targets, me, answer }: IssueActionsProps) {
  const people = users.some((user) => user.value === me.id) ? users : [{ value: me.id, label: me.name }, ...users];
  const errors = answer === undefined || answer.ok ? {} : answer.problem.fields;
  return (
    <div className={styles.actions}>
      <Form method="post" className="row">
        <NativeSelect
          aria-label="Assignee"
          name="assignee"
          key={issue.assignee}
          defaultValue={issue.assignee ?? ''}
          data={[{ value: '', label: 'Nobody' }, ...people]}
          style={{ flex: 1 }}
        />
        <Submit intent="assign" variant="default">
          Assign
        </Submit>
      </Form>
      {targets.length === 0 ? (
        <p className="mute">
          To send it on, add an <Link to="/integrations">integration</Link>.
        </p>
      ) : (
        <Form method="post" className="row">
          <NativeSelect aria-label="Integration" name="integrationId" data={targets} style={{ flex: 1 }} />
          <Submit intent="send" variant="default">
            Send
          </Submit>
        </Form>
      )}
      {issue.status === 'open' ? (
        <Disclosure label="Dismiss" open={errors.reason !== undefined || errors.note !== undefined}>
          <Form method="post">
            <Fields>
              <NativeSelect
                label="Reason"
                name="reason"
                required
                withAsterisk={false}
                error={errors.reason}
                data={DISMISS_REASONS.map((value) => ({ value, label: words(value) }))}
              />
              <Textarea
                label="Note"
                description="For whoever asks later why this was left."
                name="note"
                maxLength={2_000}
                rows={3}
                error={errors.note}
              />
              <div>
                <Submit intent="dismiss">Dismiss issue</Submit>
              </div>
            </Fields>
          </Form>
        </Disclosure>
      ) : (
        <ActionButton intent="reopen" variant="default">
          Reopen
        </ActionButton>
      )}
    </div>
  );
}
