/** What the API said is wrong (RFC 9457), or what the console found when it could not ask. Safe to show. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string | null;
  /** Messages by form field. */
  fields: Record<string, string>;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** One line for a notice. */
export function problemText(problem: Problem): string {
  return problem.detail ?? problem.title;
}
