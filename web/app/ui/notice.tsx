import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type Problem, problemText } from '~/api/problem';
import styles from './notice.module.css';

const ICONS = { good: IconCircleCheck, bad: IconAlertTriangle, warn: IconAlertTriangle, info: IconInfoCircle } as const;

interface NoticeProps {
  tone: keyof typeof ICONS;
  title?: string;
  children?: ReactNode;
}

export function Notice({ tone, title, children }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={17} aria-hidden="true" />
      <div>
        {title === undefined ? null : <p className={styles.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** Why a question was not answered. */
export function Refused({ title = 'This could not be answered', problem }: { title?: string; problem: Problem }) {
  return (
    <Notice tone="bad" title={title}>
      {problemText(problem)}
    </Notice>
  );
}

/** What an action answers to its page. Field messages stand beside their fields. */
export type ActionAnswer = { ok: true; message: string; tone?: 'good' | 'warn' } | { ok: false; problem: Problem };

export function AnswerNotice({ answer }: { answer: ActionAnswer | undefined | null }) {
  if (answer === undefined || answer === null) return null;
  if (answer.ok) return <Notice tone={answer.tone ?? 'good'}>{answer.message}</Notice>;
  return (
    <Notice tone="bad" title={answer.problem.detail === null ? undefined : answer.problem.title}>
      {problemText(answer.problem)}
    </Notice>
  );
}
