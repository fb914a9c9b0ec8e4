import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, type ScalarTag } from 'yaml';
import { root } from '../lib/root.ts';

/** A short form of CloudFormation, parsed: `!Ref X` and `!GetAtt X.Y`. */
const ref = (tag: string, key: string): ScalarTag => ({ tag, resolve: (text) => ({ [key]: text }) as never });

interface Template {
  Parameters: Record<string, Record<string, unknown>>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> } & Record<string, unknown>>;
  Outputs: Record<string, { Value: unknown; Description: string }>;
}

const text = readFileSync(join(root, 'scripts/aws/eventbridge-relay.yaml'), 'utf8');
const template = parse(text, { customTags: [ref('!Ref', 'Ref'), ref('!GetAtt', 'GetAtt')] }) as Template;
const { Parameters, Resources, Outputs } = template;

/** What each type of resource answers to `!GetAtt` (CloudFormation's resource reference). */
const ATTRIBUTES: Record<string, string[]> = {
  'AWS::Events::Connection': ['Arn', 'SecretArn'],
  'AWS::Events::ApiDestination': ['Arn'],
  'AWS::Events::Rule': ['Arn'],
  'AWS::SQS::Queue': ['Arn', 'QueueName', 'QueueUrl'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::IAM::Role': ['Arn', 'RoleId'],
};

function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* walk(inner);
}

const uses = (value: unknown, key: 'Ref' | 'GetAtt') =>
  [...walk(value)].flatMap((object) => (typeof object[key] === 'string' ? [object[key] as string] : []));

/** The resources that one depends on. */
const needs = (name: string): string[] => [
  ...uses(Resources[name], 'Ref').filter((one) => one in Resources),
  ...uses(Resources[name], 'GetAtt').map((one) => one.split('.')[0] ?? ''),
];

const properties = (name: string) => Resources[name]?.Properties ?? {};
const rule = properties('Rule') as {
  EventBusName: unknown;
  EventPattern: unknown;
  Targets: [Record<string, unknown>];
};

describe('the EventBridge relay', () => {
  it('names nothing that it does not have', () => {
    for (const name of uses(template, 'Ref')) {
      expect([name, name in Parameters || name in Resources || name === 'AWS::AccountId']).toEqual([name, true]);
    }
    for (const name of uses(template, 'GetAtt')) {
      const [resource = '', attribute = ''] = name.split('.');
      expect([name, ATTRIBUTES[Resources[resource]?.Type ?? '']?.includes(attribute)]).toEqual([name, true]);
    }
    // every short form was understood: an unknown one would have been left as text
    expect(text.match(/!(?!Ref |GetAtt )\w+/g)).toBeNull();
    expect(uses(template, 'Ref').length + uses(template, 'GetAtt').length).toBe(text.match(/!(Ref|GetAtt) /g)?.length);
  });

  it('has no circle', () => {
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      needs(from).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    for (const name of Object.keys(Resources)) expect([name, reaches(name, name)]).toEqual([name, false]);
  });

  it('uses every parameter, each described, and hides the secret', () => {
    expect(Object.keys(Parameters).sort()).toEqual([
      'InvocationRateLimitPerSecond',
      'PartnerEventBusName',
      'PosternUrl',
      'Secret',
    ]);
    const used = uses([Resources, Outputs], 'Ref');
    for (const [name, parameter] of Object.entries(Parameters)) {
      expect([name, used.includes(name)]).toEqual([name, true]);
      expect(parameter.Description).toEqual(expect.any(String));
    }
    expect(Parameters.Secret?.NoEcho).toBe(true);
    expect(uses(Resources, 'Ref').filter((name) => name === 'Secret')).toHaveLength(1);
    expect(uses(Outputs, 'Ref')).not.toContain('Secret');
  });

  it('leads from the partner bus to Postern', () => {
    expect(rule.EventBusName).toEqual({ Ref: 'PartnerEventBusName' });
    expect(rule.EventPattern).toEqual({
      source: [{ prefix: 'aws.partner/okta.com/' }],
      'detail-type': ['SystemLog'],
    });
    expect(rule.Targets).toHaveLength(1);
    expect(rule.Targets[0].Arn).toEqual({ GetAtt: 'Destination.Arn' });
    expect(properties('Destination')).toMatchObject({
      ConnectionArn: { GetAtt: 'Connection.Arn' },
      HttpMethod: 'POST',
      InvocationEndpoint: { Ref: 'PosternUrl' },
      InvocationRateLimitPerSecond: { Ref: 'InvocationRateLimitPerSecond' },
    });
    expect(properties('Connection')).toMatchObject({
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: { Ref: 'Secret' } } },
    });
    // the receiver wants the envelope whole
    expect(rule.Targets[0]).not.toHaveProperty('Input');
    expect(rule.Targets[0]).not.toHaveProperty('InputPath');
    expect(rule.Targets[0]).not.toHaveProperty('InputTransformer');
  });

  it('may call its destination, and no more', () => {
    expect(rule.Targets[0].RoleArn).toEqual({ GetAtt: 'InvokeRole.Arn' });
    expect(properties('InvokeRole')).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [{ Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'events:InvokeApiDestination', Resource: { GetAtt: 'Destination.Arn' } },
            ],
          },
        },
      ],
    });
  });

  it('keeps what cannot be delivered', () => {
    expect(rule.Targets[0].DeadLetterConfig).toEqual({ Arn: { GetAtt: 'DeadLetterQueue.Arn' } });
    expect(Resources.DeadLetterQueue).toMatchObject({ Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain' });
    expect(properties('DeadLetterQueuePolicy')).toMatchObject({
      Queues: [{ Ref: 'DeadLetterQueue' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { GetAtt: 'DeadLetterQueue.Arn' },
            Condition: { ArnEquals: { 'aws:SourceArn': { GetAtt: 'Rule.Arn' } } },
          },
        ],
      },
    });
  });

  it('takes the addresses that Postern shows', () => {
    const url = new RegExp(String(Parameters.PosternUrl?.AllowedPattern));
    expect('https://postern.example.com/ingest/okta/eventbridge/src_01ABCdef').toMatch(url);
    expect('https://postern.example.com/ingest/okta/eventbridge').toMatch(url);
    expect('http://postern.example.com/ingest/okta/eventbridge').not.toMatch(url);
    expect('https://postern.example.com/ingest/okta/events/src_01').not.toMatch(url);
    const bus = new RegExp(String(Parameters.PartnerEventBusName?.AllowedPattern));
    expect('aws.partner/okta.com/acme/ispm-prod').toMatch(bus);
    expect('default').not.toMatch(bus);
  });
});
