import type { DetectionInfo } from '../detections/types.ts';
import type { Issue } from '../issues/issue.ts';
import { iso, isoOrNull, type Millis } from '../platform/clock.ts';
import type { EntityFacts } from './entity.ts';
import type { IssueChange } from './message.ts';

/** The parts of an issue that a delivery tells. */
export type IssueFacts = Pick<
  Issue,
  | 'tenantId'
  | 'id'
  | 'title'
  | 'severity'
  | 'status'
  | 'priority'
  | 'subjectKind'
  | 'subjectId'
  | 'subjectSource'
  | 'subjectNativeId'
  | 'subjectName'
  | 'openedAt'
  | 'resolvedAt'
> & { detection: string };

export type DetectionText = Pick<DetectionInfo, 'category' | 'description' | 'riskAndImpact' | 'remediation'>;

export interface BodyInput {
  /** Also the `webhook-id`. */
  eventId: string;
  change: IssueChange;
  at: Millis;
  issue: IssueFacts;
  detection: DetectionText;
  entity: EntityFacts;
  product: { name: string; tenant: string };
  /** Origin of the console, for the link to the issue. */
  consoleUrl: string;
}

export const EVENT_SOURCE = 'Postern';

const EVENT_TYPES: Record<IssueChange, string> = {
  opened: 'issue.created',
  reopened: 'issue.reopened',
  resolved: 'issue.resolved',
  manual: 'issue.sent',
};

/** What Okta ISPM calls the kinds of subject; `Source` is ours: an org that is connected. */
const ENTITY_TYPES: Record<IssueFacts['subjectKind'], string> = {
  identity: 'User',
  account: 'Account',
  source: 'Source',
};

/**
 * The body of a delivery. Three layers of the same facts, so that flows written for Okta ISPM run unchanged:
 *
 * - `eventData`: the nesting that Okta's own Workflows template "Identity Security Posture Management" reads
 *   (`eventData.title`, `eventData.affectedEntity.additionalData.username`, …);
 * - `id`, `timestamp`, `source`, `type`: the envelope of Okta's documented sample message
 *   (help.okta.com, "Configure an event hook"), beside `eventId`, `eventTimestamp`, `eventSource`, `eventType`;
 * - `issueId`, `entityDisplayName`, …: the flat inputs of a delegated flow.
 *
 * `issue` holds what has no counterpart there.
 */
export function webhookBody(input: BodyInput) {
  const { issue, detection, entity, product } = input;
  const eventTimestamp = iso(input.at);
  const eventType = EVENT_TYPES[input.change];
  const detectedAt = iso(issue.openedAt);
  const shortDescription = firstSentence(detection.description);
  const lastLogin = isoOrNull(entity.lastLogin);
  return {
    id: input.eventId,
    timestamp: eventTimestamp,
    source: EVENT_SOURCE,
    type: eventType,
    eventId: input.eventId,
    eventType,
    eventTimestamp,
    eventSource: EVENT_SOURCE,
    eventData: {
      id: issue.id,
      title: issue.title,
      category: detection.category,
      severity: issue.severity,
      detectedAt,
      shortDescription,
      fullDescription: detection.description,
      suggestedRemediation: detection.remediation,
      riskAndImpact: detection.riskAndImpact,
      affectedEntity: {
        id: issue.subjectId,
        type: ENTITY_TYPES[issue.subjectKind],
        displayName: issue.subjectName,
        idInService: issue.subjectNativeId,
        identifierInService: entity.username,
        sourceProductName: product.name,
        sourceProductTenant: product.tenant,
        additionalData: {
          username: entity.username,
          types: entity.types,
          lastLogin,
          ...(entity.activeAccounts && { activeAccounts: entity.activeAccounts.map(presentActiveAccount) }),
          ...(entity.unrotatedTokens && { unrotatedTokens: entity.unrotatedTokens.map(presentToken) }),
        },
      },
    },
    issueId: issue.id,
    issueLink: `${input.consoleUrl.replace(/\/+$/, '')}/issues/${issue.id}`,
    issueTitle: issue.title,
    issueSeverity: issue.severity,
    issueCategory: detection.category,
    issueDetectedAt: detectedAt,
    issueShortDescription: shortDescription,
    issueFullDescription: detection.description,
    issueRiskAndImpact: detection.riskAndImpact,
    issueSuggestedRemediation: detection.remediation,
    entityIdInService: issue.subjectNativeId,
    entityDisplayName: issue.subjectName,
    entitySourceProductName: product.name,
    entitySourceProductTenant: product.tenant,
    additionalDataTypes: entity.types,
    additionalDataLastLogin: lastLogin,
    issue: {
      id: issue.id,
      detection: issue.detection,
      status: issue.status,
      change: input.change,
      priority: issue.priority,
      openedAt: detectedAt,
      resolvedAt: isoOrNull(issue.resolvedAt),
    },
  };
}

export type WebhookBody = ReturnType<typeof webhookBody>;

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function presentActiveAccount(account: NonNullable<EntityFacts['activeAccounts']>[number]) {
  return { ...account, lastLogin: isoOrNull(account.lastLogin) };
}

function presentToken(token: NonNullable<EntityFacts['unrotatedTokens']>[number]) {
  return {
    type: 'API Token',
    methodName: token.name,
    createdAt: isoOrNull(token.createdAt),
    lastUsed: null,
    lastRotated: null,
    nextRotation: null,
    expires: null,
  };
}

/** The body of "Test connection": the shape of a delivery, about nobody. `issue.change` is `manual`. */
export function testBody(eventId: string, at: Millis, consoleUrl: string): WebhookBody {
  return webhookBody({
    eventId,
    change: 'manual',
    at,
    consoleUrl,
    issue: {
      tenantId: '',
      id: 'iss_test',
      detection: 'test-connection',
      title: 'Test connection',
      severity: 'low',
      status: 'open',
      priority: 0,
      subjectKind: 'account',
      subjectId: 'acc_test',
      subjectSource: 'src_test',
      subjectNativeId: '00utest0000000000000',
      subjectName: 'Test Account',
      openedAt: at,
      resolvedAt: null,
    },
    detection: {
      category: 'Hygiene',
      description: 'This is a test event. No issue was found and nothing has to be done.',
      riskAndImpact: 'None: the event only shows that the connection works.',
      remediation: 'Nothing has to be done.',
    },
    entity: {
      username: 'test.account@example.com',
      types: [{ type: 'Admin', reasons: ['Test event'] }],
      lastLogin: at,
    },
    product: { name: 'Okta', tenant: 'example' },
  });
}
