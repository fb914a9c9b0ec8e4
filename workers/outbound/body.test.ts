import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { T0 } from '../../test/deps.ts';
import { iso } from '../platform/clock.ts';
import { type BodyInput, testBody, webhookBody } from './body.ts';

/** The payload that Okta's ISPM Workflows template reads. */
const time = z.iso.datetime();
const types = z.array(z.object({ type: z.string().min(1), reasons: z.array(z.string()) }));
const affectedEntity = z.object({
  id: z.string().min(1),
  type: z.enum(['Account', 'User', 'OAuth grant']),
  displayName: z.string().min(1),
  idInService: z.string().min(1),
  sourceProductName: z.literal('Okta'),
  sourceProductTenant: z.string(),
  additionalData: z.object({
    username: z.string().min(1),
    types,
    lastLogin: time.nullable(),
    activeAccounts: z.array(z.object({ sourceProductName: z.string(), username: z.string().nullable() })).optional(),
    unrotatedTokens: z
      .array(
        z.object({
          type: z.string(),
          methodName: z.string(),
          createdAt: time.nullable(),
          lastUsed: time.nullable(),
          lastRotated: time.nullable(),
          nextRotation: time.nullable(),
          expires: time.nullable(),
        }),
      )
      .optional(),
  }),
});
const nested = z.object({
  eventId: z.string().min(1),
  eventType: z.string().min(1),
  eventTimestamp: time,
  eventSource: z.string().min(1),
  eventData: z.object({
    title: z.string().min(1),
    category: z.string().min(1),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    detectedAt: time,
    shortDescription: z.string().min(1),
    fullDescription: z.string().min(1),
    suggestedRemediation: z.string().min(1),
    riskAndImpact: z.string().min(1),
    affectedEntity,
  }),
});
const flat = z.object({
  issueId: z.string().min(1),
  issueLink: z.url(),
  issueTitle: z.string().min(1),
  issueSeverity: z.string().min(1),
  issueCategory: z.string().min(1),
  issueDetectedAt: time,
  issueShortDescription: z.string().min(1),
  issueFullDescription: z.string().min(1),
  issueRiskAndImpact: z.string().min(1),
  issueSuggestedRemediation: z.string().min(1),
  entityIdInService: z.string().min(1),
  entityDisplayName: z.string().min(1),
  entitySourceProductName: z.string().min(1),
  entitySourceProductTenant: z.string(),
  additionalDataTypes: types,
  additionalDataLastLogin: time.nullable(),
});

const FLOPACK_PATHS = [
  'eventData.title',
  'eventData.category',
  'eventData.severity',
  'eventData.detectedAt',
  'eventData.shortDescription',
  'eventData.fullDescription',
  'eventData.suggestedRemediation',
  'eventData.riskAndImpact',
  'eventData.affectedEntity.id',
  'eventData.affectedEntity.type',
  'eventData.affectedEntity.displayName',
  'eventData.affectedEntity.idInService',
  'eventData.affectedEntity.sourceProductName',
  'eventData.affectedEntity.sourceProductTenant',
  'eventData.affectedEntity.additionalData.username',
  'eventData.affectedEntity.additionalData.types',
  'eventData.affectedEntity.additionalData.lastLogin',
];

const input: BodyInput = {
  eventId: 'dlv_1',
  change: 'opened',
  at: T0 + 1_000,
  consoleUrl: 'https://console.test/',
  issue: {
    tenantId: 'tnt_1',
    id: 'iss_1',
    detection: 'no-mfa-global-admin',
    title: 'No MFA - Global Admin Account',
    severity: 'critical',
    status: 'open',
    priority: 93,
    subjectKind: 'account',
    subjectId: 'acc_1',
    subjectSource: 'src_1',
    subjectNativeId: '00u1',
    subjectName: 'Ann Admin',
    openedAt: T0,
    resolvedAt: null,
  },
  detection: {
    category: 'MFA',
    description: 'The account has no second factor. It e.g. signs in with a password.',
    riskAndImpact: 'Whoever has the password has the org.',
    remediation: 'Enrol a factor.',
  },
  entity: {
    username: 'ann@acme.test',
    types: [{ type: 'Global Admin', reasons: ['Super Administrator, directly'] }],
    lastLogin: T0 - 5_000,
  },
  product: { name: 'Okta', tenant: 'acme' },
};

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], value);
}

describe('the body of a delivery', () => {
  it('has the nesting of the Workflows template and the flat inputs of a delegated flow', () => {
    const body = webhookBody(input);
    expect(() => nested.parse(body)).not.toThrow();
    expect(() => flat.parse(body)).not.toThrow();
    for (const path of FLOPACK_PATHS) expect(at(body, path), path).toBeDefined();
  });

  it('tells the issue', () => {
    expect(webhookBody(input)).toMatchObject({
      id: 'dlv_1',
      type: 'issue.created',
      timestamp: iso(T0 + 1_000),
      source: 'Postern',
      eventId: 'dlv_1',
      eventType: 'issue.created',
      eventTimestamp: iso(T0 + 1_000),
      eventSource: 'Postern',
      eventData: {
        title: 'No MFA - Global Admin Account',
        severity: 'critical',
        detectedAt: iso(T0),
        shortDescription: 'The account has no second factor.',
        affectedEntity: {
          id: 'acc_1',
          type: 'Account',
          displayName: 'Ann Admin',
          idInService: '00u1',
          identifierInService: 'ann@acme.test',
          sourceProductName: 'Okta',
          sourceProductTenant: 'acme',
          additionalData: {
            username: 'ann@acme.test',
            types: [{ type: 'Global Admin', reasons: ['Super Administrator, directly'] }],
            lastLogin: iso(T0 - 5_000),
          },
        },
      },
      issueLink: 'https://console.test/issues/iss_1',
      issue: { id: 'iss_1', status: 'open', change: 'opened', priority: 93, detection: 'no-mfa-global-admin' },
    });
  });

  it.each([
    ['opened', 'issue.created'],
    ['reopened', 'issue.reopened'],
    ['resolved', 'issue.resolved'],
    ['manual', 'issue.sent'],
  ] as const)('names the change: %s', (change, eventType) => {
    expect(webhookBody({ ...input, change })).toMatchObject({ eventType, type: eventType, issue: { change } });
  });

  it('lists the working accounts of a person, and live tokens', () => {
    const account = { displayName: 'Ann', idInService: null, identifierInService: 'ann', username: 'ann' };
    const body = webhookBody({
      ...input,
      issue: { ...input.issue, subjectKind: 'identity', subjectId: 'idn_1' },
      entity: {
        ...input.entity,
        lastLogin: null,
        activeAccounts: [{ ...account, sourceProductName: 'Salesforce', sourceProductTenant: null, lastLogin: T0 }],
        unrotatedTokens: [{ name: 'tok', createdAt: T0 }],
      },
    });
    expect(() => nested.parse(body)).not.toThrow();
    const { affectedEntity: entity } = body.eventData;
    expect(entity.type).toBe('User');
    expect(entity.additionalData.activeAccounts?.[0]).toMatchObject({
      sourceProductName: 'Salesforce',
      lastLogin: iso(T0),
    });
    expect(entity.additionalData.unrotatedTokens?.[0]).toMatchObject({ methodName: 'tok', createdAt: iso(T0) });
  });

  it('is the same shape for a test of the connection', () => {
    const body = testBody('dlv_t', T0, 'https://console.test');
    expect(() => nested.parse(body)).not.toThrow();
    expect(() => flat.parse(body)).not.toThrow();
    const keys = (value: unknown): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => [key, ...keys(inner).map((k) => `${key}.${k}`)])
        : [];
    expect(keys(body)).toEqual(keys(webhookBody(input)));
  });
});
