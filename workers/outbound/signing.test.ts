import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newSigningSecret, signatureHeaders, signingSecretSchema } from './signing.ts';

describe('signatures', () => {
  const body = JSON.stringify({ title: 'Zoë – no MFA' });

  it('verify with the Standard Webhooks library', () => {
    const secret = newSigningSecret();
    const headers = signatureHeaders(secret, 'dlv_1', Date.now(), body);
    expect(new Webhook(secret).verify(body, headers)).toEqual({ title: 'Zoë – no MFA' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'dlv_2' })).toThrow();
  });

  it('are HMAC-SHA256 over id.timestamp.body', async () => {
    // the secret, id, time and body of the library's own test vector
    const headers = signatureHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('signing secrets', () => {
  it('are made of 256 bits and accepted back', () => {
    const secret = newSigningSecret();
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(signingSecretSchema.safeParse(secret).success).toBe(true);
  });

  it.each([
    ['no prefix', Buffer.alloc(32).toString('base64')],
    ['too short', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['not base64', `whsec_${'!'.repeat(40)}`],
    ['empty', 'whsec_'],
  ])('are refused: %s', (_, secret) => {
    expect(signingSecretSchema.safeParse(secret).success).toBe(false);
  });
});
