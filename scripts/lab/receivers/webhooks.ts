import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { type Clock, iso } from '../core/clock.ts';

/** What `PUT /receivers/webhooks/{name}` takes. */
export const receiverSchema = z.strictObject({
  secret: z.string().startsWith('whsec_').optional(),
  /** The token that a `clientToken` query parameter must carry. */
  clientToken: z.string().optional(),
  status: z.number().int().min(200).max(599).default(200),
  delayMs: z.number().int().min(0).max(60_000).default(0),
  /** How many of the next requests get a 503. */
  failTimes: z.number().int().min(0).default(0),
});

export type ReceiverSettings = z.infer<typeof receiverSchema>;

export interface ReceivedMessage {
  at: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  /** Parsed when it is JSON, else the text. */
  body: unknown;
  /** Null when no secret is configured. */
  signatureValid: boolean | null;
  /** What the receiver answered. */
  status: number;
}

const MOST_MESSAGES = 10_000;

interface Receiver {
  settings: ReceiverSettings;
  failuresLeft: number;
  messages: ReceivedMessage[];
}

/** Webhook receivers by name. Any name works; configuring one changes how it answers. */
export function createWebhooks(clock: Clock) {
  const receivers = new Map<string, Receiver>();
  const named = (name: string): Receiver => {
    let receiver = receivers.get(name);
    if (receiver === undefined) {
      receiver = { settings: receiverSchema.parse({}), failuresLeft: 0, messages: [] };
      receivers.set(name, receiver);
    }
    return receiver;
  };
  return {
    configure(name: string, settings: ReceiverSettings) {
      const receiver = named(name);
      receiver.settings = settings;
      receiver.failuresLeft = settings.failTimes;
    },
    settings: (name: string) => named(name).settings,
    /** Stores a request and says how to answer it. */
    receive(
      name: string,
      request: { headers: Record<string, string>; query: Record<string, string>; text: string },
    ): { status: number; delayMs: number } {
      const receiver = named(name);
      const { secret, clientToken, delayMs } = receiver.settings;
      let status = receiver.settings.status;
      if (clientToken !== undefined && request.query.clientToken !== clientToken) status = 401;
      else if (receiver.failuresLeft > 0) {
        receiver.failuresLeft--;
        status = 503;
      }
      receiver.messages.push({
        at: iso(clock.now()),
        headers: request.headers,
        query: request.query,
        body: parse(request.text),
        signatureValid: secret === undefined ? null : isSigned(secret, request),
        status,
      });
      if (receiver.messages.length > MOST_MESSAGES)
        receiver.messages.splice(0, receiver.messages.length - MOST_MESSAGES);
      return { status, delayMs };
    },
    /** The messages that arrived at or after a time, oldest first. */
    messages(name: string, since: string | undefined): ReceivedMessage[] {
      const from = since === undefined ? 0 : Date.parse(since);
      return named(name).messages.filter(({ at }) => !(Date.parse(at) < from));
    },
    clear(name: string) {
      named(name).messages = [];
    },
    names: () => [...receivers].map(([name, { messages }]) => ({ name, messages: messages.length })),
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isSigned(secret: string, request: { headers: Record<string, string>; text: string }): boolean {
  try {
    new Webhook(secret).verify(request.text, request.headers);
    return true;
  } catch {
    return false;
  }
}
