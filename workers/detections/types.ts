import type { AccountAttributes, AssignmentAttributes, FactorState, NodeKind } from '../graph/model.ts';
import type { Signal } from '../graph/signal.ts';
import type { Millis } from '../platform/clock.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export const DETECTION_IDS = [
  'no-mfa-global-admin',
  'no-mfa-admin',
  'no-mfa-account',
  'pending-mfa',
  'unused-admin',
  'unused-account',
  'old-password-admin',
  'leaver-live-accounts',
  'admin-role-granted',
  'api-token-admin',
  'mfa-reset-new-device',
  'push-fatigue',
] as const;
export type DetectionId = (typeof DETECTION_IDS)[number];

/** Detections about a source itself: what it says of the org can be trusted only as far as its events arrive. */
export const SOURCE_DETECTION_IDS = [
  'push-silent',
  'push-loss',
  'push-cap-near',
  'hook-unverified',
  'hook-inactive',
  'tail-stuck',
  'sync-held',
  'dead-letters-open',
] as const;
export type SourceDetectionId = (typeof SOURCE_DETECTION_IDS)[number];

/** Whatever an issue can be of. */
export const ISSUE_DETECTION_IDS = [...DETECTION_IDS, ...SOURCE_DETECTION_IDS] as const;
export type IssueDetectionId = (typeof ISSUE_DETECTION_IDS)[number];

/** Data a detection needs; a source may not grant all of it. */
export type DataNeed = 'users' | 'factors' | 'roles' | 'apps' | 'assignments' | 'events';

/** global_admin: holds SUPER_ADMIN; admin: holds any other admin role, directly or through a group. */
export type PrivilegeTier = 'global_admin' | 'admin' | 'none';

export interface RoleHolding {
  roleId: string;
  /** SUPER_ADMIN, ORG_ADMIN, …, CUSTOM. */
  type: string;
  name: string;
  /** The group it comes through; null when held directly. */
  via: { id: string; name: string } | null;
}

export interface AppAssignment extends AssignmentAttributes {
  appId: string;
  appNativeId: string;
  appName: string;
  appStatus: string;
  signOnMode: string | null;
}

/** Everything a detection may read of one account, assembled by the shard from its own rows. */
export interface AccountView {
  accountId: string;
  identityId: string;
  sourceId: string;
  nativeId: string;
  name: string;
  attributes: AccountAttributes;
  tier: PrivilegeTier;
  roles: RoleHolding[];
  factors: FactorState;
  assignments: AppAssignment[];
  groupCount: number;
  /** Newest last, only those within SIGNAL_RETENTION_DAYS. */
  signals: Signal[];
  /** What the source could not or did not yet give, and why: need → reason. A need that is not in it is complete. */
  missing: Partial<Record<DataNeed, string>>;
  /** Name of the source: of its org. Absent while the org is not read. */
  sourceName?: string;
  /** The other accounts of the identity, where this one speaks for it. */
  others?: AccountView[];
  /** Another account speaks for the identity: what is judged of identities is not judged here. */
  spokenFor?: boolean;
}

/** Facts shown as evidence: label → value. Times as epoch milliseconds under keys that end in `At`. */
export type Facts = Record<string, string | number | boolean | null | string[]>;

export type Verdict =
  | { status: 'pass' }
  | { status: 'unknown'; reason: string }
  | {
      status: 'fail';
      /** Title with the privilege tier filled in, e.g. `Unused Global Admin Account`. */
      title: string;
      severity: Severity;
      facts: Facts;
      /** Events that made it, newest last. */
      eventIds: string[];
      /** When the condition may end by time alone. */
      recheckAt?: Millis;
    };

export const DETECTION_CATEGORIES = [
  'MFA',
  'Privilege',
  'Hygiene',
  'Offboarding',
  'Credential',
  'Threat',
  'Ingestion',
] as const;

/** What is said of a detection, whoever decides it. */
export interface DetectionInfo {
  id: IssueDetectionId;
  /** The title of the plain case. */
  title: string;
  category: (typeof DETECTION_CATEGORIES)[number];
  subjectKind: 'account' | 'identity' | 'source';
  /** Highest severity it gives. */
  severity: Severity;
  needs: DataNeed[];
  description: string;
  riskAndImpact: string;
  remediation: string;
}

/** Decided by the graph, on one account. */
export interface Detection extends DetectionInfo {
  id: DetectionId;
  subjectKind: Extract<NodeKind, 'account' | 'identity'>;
  /** Pure: the same view and time give the same verdict. */
  evaluate(view: AccountView, now: Millis): Verdict;
}

export interface PriorityFactor {
  factor: string;
  points: number;
  detail: string;
}

export interface PathStep {
  node: { id: string; kind: NodeKind; name: string };
  /** Edge kind that leads to the next step; null on the last. */
  edge: string | null;
}

/** What the account can reach: input of the priority and part of the evidence. */
export interface Reach {
  apps: number;
  groups: number;
  roles: number;
  /** Shortest path to tier zero, from the identity to the org; null when there is none. */
  pathToTierZero: PathStep[] | null;
  /** Crown jewels that are opened, belonged to or held; absent: none. The first by name. */
  crownJewels?: { count: number; first: { id: string; name: string }[] };
}

/** A change of verdict, the only thing that leaves a shard. Idempotent to apply: `seq` orders changes of a subject. */
export interface VerdictChange {
  seq: number;
  at: Millis;
  detection: DetectionId;
  status: 'fail' | 'pass' | 'unknown';
  subject: { kind: 'account' | 'identity'; id: string; source: string; nativeId: string; name: string };
  identityId: string;
  title: string;
  severity: Severity;
  /** 0 to 100. */
  priority: number;
  priorityFactors: PriorityFactor[];
  /** With `unknown` the facts are those of the last fail and, under `reason`, why it cannot be checked. */
  evidence: { facts: Facts; eventIds: string[]; reach: Reach };
}

/** The same of a source: it has no identity, and `evidence.reach` is empty. */
export interface SourceVerdictChange extends Omit<VerdictChange, 'detection' | 'subject' | 'identityId'> {
  detection: SourceDetectionId;
  subject: { kind: 'source'; id: string; source: string; nativeId: string; name: string };
  identityId: null;
}

/** What issues are made of. */
export type AnyVerdictChange = VerdictChange | SourceVerdictChange;
