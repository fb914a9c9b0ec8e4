import { NativeSelect, Textarea } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { DiscoveredApp } from '~/api/discovery.server';
import type { Choice } from '~/ui/filters';
import { Fields, Submit } from '~/ui/forms';
import type { ActionAnswer } from '~/ui/notice';
import { words } from '~/ui/words';
import styles from './discovery.module.css';
import { REVIEWS } from './tags';

const OUTCOMES: Record<(typeof REVIEWS)[number], string> = {
  unreviewed: words('unreviewed'),
  approved: 'Approved: may be used',
  restricted: 'Restricted: by some, or with fewer scopes',
  blocked: 'Blocked: is to go',
};

interface AppActionsProps {
  app: DiscoveredApp;
  people: Choice[];
  answer: ActionAnswer | undefined;
}

export function AppActions({ app, people, answer }: AppActionsProps) {
  const errors = answer === undefined || answer.ok ? {} : answer.problem.fields;
  return (
    <div className={styles.actions}>
      <Form method="post">
        <Fields>
          <NativeSelect
            label="Owner"
            description="Who answers for it."
            name="owner"
            key={app.owner}
            defaultValue={app.owner ?? ''}
            data={[{ value: '', label: 'Nobody' }, ...people]}
            error={errors.owner}
          />
          <div>
            <Submit intent="owner" variant="default">
              Save owner
            </Submit>
          </div>
        </Fields>
      </Form>
      <Form method="post">
        <Fields>
          <NativeSelect
            label="Review"
            name="review"
            key={app.review.state}
            defaultValue={app.review.state}
            data={REVIEWS.map((value) => ({ value, label: OUTCOMES[value] }))}
            error={errors.review}
          />
          <Textarea
            label="Note"
            description="Why, for whoever asks later."
            name="note"
            key={app.review.note}
            defaultValue={app.review.note ?? ''}
            maxLength={2_000}
            rows={3}
            error={errors.note}
          />
          <div>
            <Submit intent="review">Save review</Submit>
          </div>
        </Fields>
      </Form>
    </div>
  );
}
