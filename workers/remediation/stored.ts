import type { Principal } from '../auth/principal.ts';
import { PosternError } from '../platform/errors.ts';
import type { CallAnswer, Intent, Plan, RemediationRequest } from './plan.types.ts';
import { answersSchema, intentSchema, requestSchema, storedPlanSchema } from './remediation.schemas.ts';
import type { Remediation } from './remediations.repository.ts';

/** The JSON of a row, read. */
export interface Stored {
  request: RemediationRequest;
  plan: Plan;
  by: Principal;
  answers: CallAnswer[];
  /** The call that was begun and whose answer is not known. */
  intent: Intent | null;
  /** Whether that call may have changed something. */
  unsure: boolean;
}

/** Throws an internal error for a row that another version wrote and this one cannot read. */
export function readStored(row: Remediation): Stored {
  const request = requestSchema.safeParse(JSON.parse(row.request));
  const plan = storedPlanSchema.safeParse(JSON.parse(row.plan));
  const answers = answersSchema.safeParse(JSON.parse(row.answers));
  const intent = intentSchema.safeParse(JSON.parse(row.intent ?? 'null'));
  if (!request.success || !plan.success || !answers.success || !intent.success) {
    throw new PosternError({ code: 'remediation.unreadable', status: 500, title: 'The remediation cannot be read' });
  }
  return {
    request: request.data,
    plan: plan.data,
    answers: answers.data,
    intent: intent.data,
    unsure: intent.data !== null,
    by: JSON.parse(row.requestedBy) as Principal,
  };
}
