/** An Event Hook delivery as Okta sends it. */
export function hookEnvelope(events: readonly unknown[]): string {
  return JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: 'https://acme.okta.com/api/v1/eventHooks/who7hphp39JoHLni81d7',
    eventId: crypto.randomUUID(),
    data: { events },
    eventTime: new Date().toISOString(),
    contentType: 'application/json',
  });
}

/** The same events as EventBridge relays them: an array of envelopes. */
export function bridgeEnvelopes(events: readonly unknown[]): string {
  const envelopes = events.map((detail) => ({
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'SystemLog',
    source: 'aws.partner/okta.com/acme/postern',
    account: '123456789012',
    time: new Date().toISOString(),
    region: 'us-east-2',
    resources: [],
    detail,
  }));
  return JSON.stringify(envelopes);
}
