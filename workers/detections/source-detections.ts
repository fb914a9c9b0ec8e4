import type { DetectionInfo } from './types.ts';

/**
 * Detections whose subject is a source. Postern sees only what arrives: when events stop, arrive by one way only, or
 * cannot be read, every other detection is late or blind, so it is an issue of its own. `workers/sources/watch` decides
 * them by the minute; they resolve by themselves.
 */
export const SOURCE_DETECTIONS: readonly DetectionInfo[] = [
  {
    id: 'push-silent',
    title: 'Push Is Silent',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'high',
    needs: [],
    description:
      'The System Log shows new events of types that push should bring, and push has brought none of them for a quarter of an hour or longer. A quiet org is not silence: without events in the log nothing is raised.',
    riskAndImpact:
      'Events arrive by the System Log alone, up to a minute later than by push. Okta pushes at most twice and does not replay, and it tells nobody when an Event Hook stops, so this lasts until somebody mends it.',
    remediation:
      '1. In Okta, open Workflow > Event Hooks: the hooks to this source must be active and verified. “Register in Okta” on the source’s page makes them anew.\n2. For EventBridge, look at the rule, the API destination and its dead-letter queue in AWS, and at the log stream’s status in Okta.\n3. Check that the secret in Okta or AWS is the current one, and that a firewall or proxy lets POST requests through to the address shown on the source’s page.\n4. If this source is not meant to be pushed to, set its mode to polling.',
  },
  {
    id: 'push-loss',
    title: 'Push Loses Events',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'medium',
    needs: [],
    description:
      'In a past hour push brought events, but a noticeable share of those that it should have brought came by the System Log only.',
    riskAndImpact:
      'Nothing is missing, since the System Log brought them, but they came up to a minute later. Lost pushes mean that deliveries time out (Okta waits 3 seconds), are refused, or that a hook does not subscribe to every type.',
    remediation:
      '1. Compare the hours under Completeness on the source’s page: did it begin with a change?\n2. Look for `event_hook.delivery` failures in Okta’s System Log: they say which hook and which answer.\n3. Use “See what Okta has” on the source’s page for types that no hook subscribes to, and “Register in Okta” to add them.',
  },
  {
    id: 'push-cap-near',
    title: 'Event Hooks Near Their Daily Cap',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'high',
    needs: [],
    description:
      'Okta triggers Event Hooks for at most 400,000 events of an org in 24 hours, counted from the first one. This source has received 80 % of that or more. Events for other receivers of the org count too, so Okta’s own count can only be higher.',
    riskAndImpact:
      'Above the cap Okta neither sends nor records deliveries until the 24 hours end. The System Log still brings every event, up to a minute later.',
    remediation:
      '1. Look under Events for the type that makes most of them, and whether something misbehaves.\n2. Subscribe the hooks to fewer types, or narrow them with a filter.\n3. For an org of this size use EventBridge (log streaming), which has no such cap, and set the mode of the source to EventBridge.',
  },
  {
    id: 'hook-unverified',
    title: 'Event Hook Not Verified',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'medium',
    needs: [],
    description:
      'Okta has an Event Hook to this source that is not verified, and no other hook brings its event types.',
    riskAndImpact:
      'Okta sends nothing to a hook that is not verified. Its events arrive by the System Log only, up to a minute later.',
    remediation:
      'Use “Register in Okta” on the source’s page, or open Workflow > Event Hooks in Okta and choose Actions > Verify. Verification is one GET request to the address of the hook: a proxy must pass the header `x-okta-verification-challenge`.',
  },
  {
    id: 'hook-inactive',
    title: 'Event Hook Not Active',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'medium',
    needs: [],
    description:
      'The mode of this source takes Event Hooks, but the hook to it was deactivated in Okta, and no other hook brings its event types; or, in Event Hook mode, the org has no hook to it at all.',
    riskAndImpact:
      'Events arrive by the System Log only, up to a minute later. `event_hook.*` events are not pushed by hooks, so no hook tells that a hook was switched off. If nobody here did it, ask who did: it is also what an intruder would do.',
    remediation:
      'Look in Okta’s System Log for `event_hook.deactivated` and who did it. Activate the hook under Workflow > Event Hooks, use “Register in Okta” on the source’s page, or choose another mode for the source.',
  },
  {
    id: 'tail-stuck',
    title: 'System Log Cannot Be Read',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'critical',
    needs: [],
    description:
      'The System Log of the source could not be read to its end for a quarter of an hour (when it is refused or fails) or an hour (when it is merely behind).',
    riskAndImpact:
      'The log is what makes up for the gaps of push. Until it is read again, events that push does not bring are missing, and detections that need them cannot decide. Okta keeps the log for 90 days: nothing is lost before that.',
    remediation:
      '1. Use “Test connection” on the source’s page: it says which scope or role is missing, or that the credential was revoked.\n2. When Okta limits the rate, see which program uses the limit under Reports > Rate Limits in Okta, and raise the share of this app.\n3. When it is merely behind, wait: it catches up by itself. Backfill brings what lies further back.',
  },
  {
    id: 'sync-held',
    title: 'Sync Waits for a Decision',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'high',
    needs: [],
    description:
      'The last full sync of this source found so much missing that it removed nothing of it: more than the source’s limit for removals, or a list that cannot be empty was.',
    riskAndImpact:
      'What the sync found missing is still shown as it was before. If it is really gone, issues and paths may tell of access that nobody has; if Okta answered wrongly, removing it would have resolved issues that are not mended.',
    remediation:
      '1. Open the sync on the source’s page: it names each held part, how much of it there is and how much would go.\n2. Compare with Okta: were people, groups or apps deleted on purpose, or did the credential lose a right or a resource set?\n3. Confirm the removals, or reject them and mend the credential. The next sync that reads everything resolves this too.',
  },
  {
    id: 'dead-letters-open',
    title: 'Dead Letters Wait for a Decision',
    category: 'Ingestion',
    subjectKind: 'source',
    severity: 'medium',
    needs: [],
    description:
      'Events of this source could not be processed and have waited for more than an hour for somebody to replay or discard them.',
    riskAndImpact:
      'What these events say is not in the evidence, the graph or the detections. Dead letters are kept for 90 days.',
    remediation:
      'Open Dead letters, read the reason of each, and replay what was a passing fault or has been mended. Discard the rest with a reason: the issue resolves when none is open.',
  },
];
