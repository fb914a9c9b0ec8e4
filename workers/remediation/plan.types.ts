import type { Severity } from '../detections/types.ts';
import type { NodeKind } from '../graph/model.ts';
import type { Write } from '../sources/okta/writes.ts';
import type { Action } from './actions.ts';

/** What is asked for, by ids of the graph. Which of them an action takes: `remediation.schemas.ts`. */
export interface RemediationRequest {
  action: Action;
  account?: string | undefined;
  group?: string | undefined;
  app?: string | undefined;
  role?: string | undefined;
  credential?: string | undefined;
  /** An API token that the graph does not know: its source and id there. */
  source?: string | undefined;
  tokenId?: string | undefined;
  /** Okta's id of a grant of the app. */
  grantId?: string | undefined;
}

export interface Ref {
  id: string;
  kind: NodeKind;
  nativeId: string;
  name: string;
}

export interface PlannedCall extends Write {
  /** What it does, for people. */
  what: string;
}

/** Why it cannot be done, or must not be. `instead`: what would do. */
export interface Refusal {
  code: string;
  text: string;
  instead: { label: string; request: RemediationRequest }[];
}

export interface Warning {
  code: string;
  text: string;
}

export interface PlannedIssue {
  id: string;
  title: string;
  severity: Severity;
  /** 0 to 100. */
  priority: number;
  subject: string;
}

export interface Effects {
  /** False when the graph has not seen what would be removed: the rest is then empty. */
  known: boolean;
  /** What the target reaches today; null where that is not asked. */
  reach: { apps: number; groups: number; roles: number; tierZero: boolean } | null;
  tierZero: { count: number; first: { id: string; name: string }[] };
  apps: {
    identities: number;
    lost: number;
    first: { id: string; name: string; count: number; apps: { id: string; name: string }[] }[];
  };
  issues: {
    resolved: number;
    opened: number;
    /** Open issues that would resolve, the most urgent first. */
    resolves: PlannedIssue[];
    /** Titles of checks that would begin to fail. */
    opens: { detection: string; title: string; subject: string }[];
    /** Sum of the priorities of the issues that resolve. */
    priority: number;
  };
  truncated: boolean;
}

/** A dry run. Nothing has been changed. */
export interface Plan {
  action: Action;
  title: string;
  source: { id: string; name: string };
  /** Whom or what it happens to. */
  subject: Ref;
  /** What is taken from the subject, or what it is removed from. */
  object: Ref | null;
  /** Okta's id of the person whose API token it is; null for anything else. */
  ownerId: string | null;
  /** What a person has to type. */
  confirm: string;
  calls: PlannedCall[];
  refusals: Refusal[];
  warnings: Warning[];
  effects: Effects;
}

/** A call that is about to be made. */
export interface Intent {
  /** Its place among the calls of the plan. */
  call: number;
  /** For a reset of factors: those that were enrolled before. Null for any other, and where they cannot be seen. */
  enrolled: string[] | null;
}

/** What was said of one call. */
export interface CallAnswer {
  method: string;
  path: string;
  /** HTTP status of Okta; 200 where its answer was lost and Okta showed later that it was done. */
  status: number;
  /** What it means where it is not a plain success. */
  note: string | null;
}
