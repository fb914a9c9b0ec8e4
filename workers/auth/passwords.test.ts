import { describe, expect, it, vi } from 'vitest';
import { CURRENT_PARAMS, checkNewPassword, type Derive, hashPassword, verifyPassword } from './passwords.ts';

const PASSWORD = 'correct horse battery staple';

describe('password hashes', () => {
  it('match their password and no other', async () => {
    const stored = await hashPassword(PASSWORD);
    expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ ok: true, outdated: false });
    expect(await verifyPassword(`${PASSWORD}!`, stored)).toEqual({ ok: false, outdated: false });
  });

  it('differ for the same password', async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(await hashPassword(PASSWORD));
  });

  it('agree with a known scrypt value of Node.js', async () => {
    // scryptSync('pw', 'salt', 32, { N: 16384, r: 8, p: 5 }) on Node.js 22
    const hash = Buffer.from('f001d6562feef0d4853bccea50f09d5dc2cee51ed8faa4206f6d5c60a1b7f3af', 'hex');
    const stored = `$scrypt$ln=14,r=8,p=5$${btoa('salt').replaceAll('=', '')}$${hash.toString('base64').replaceAll('=', '')}`;
    expect((await verifyPassword('pw', stored)).ok).toBe(true);
  });

  it('of weaker parameters still open, and say that they are outdated', async () => {
    const stored = await hashPassword(PASSWORD, { ln: 10, r: 8, p: 1 });
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ ok: true, outdated: true });
    expect(await verifyPassword('wrong', stored)).toEqual({ ok: false, outdated: false });
  });

  it('take a composed and a decomposed letter as the same', async () => {
    const stored = await hashPassword('gr\u00fcne Wiese im Mai', { ln: 4, r: 8, p: 1 });
    expect((await verifyPassword('gru\u0308ne Wiese im Mai', stored)).ok).toBe(true);
  });
});

describe('an unknown user', () => {
  it.each([
    ['nobody', null],
    ['an unreadable hash', 'plain text'],
    ['a hash that asks for too much memory', '$scrypt$ln=30,r=8,p=1$c2FsdA$c2FsdA'],
    ['an empty hash', '$scrypt$ln=14,r=8,p=5$$'],
  ])('costs one key derivation of the usual price: %s', async (_, stored) => {
    const derive = vi.fn<Derive>(async () => Buffer.alloc(32));
    expect(await verifyPassword(PASSWORD, stored, derive)).toEqual({ ok: false, outdated: false });
    expect(derive).toHaveBeenCalledTimes(1);
    expect(derive.mock.calls[0]?.[2]).toEqual(CURRENT_PARAMS);
  });
});

describe('a new password', () => {
  it.each(['', 'short', 'elevenchars', '💥💥💥💥💥💥💥💥💥💥💥'])(
    'of fewer than 12 characters is refused: %j',
    (password) => {
      expect(() => checkNewPassword(password, 'a@example.com')).toThrow('at least 12');
    },
  );

  it('is refused beyond 256 characters', () => {
    expect(() => checkNewPassword('x'.repeat(257), 'a@example.com')).toThrow('at most 256');
    expect(() => checkNewPassword('x'.repeat(256), 'a@example.com')).not.toThrow();
  });

  it('is not the e-mail address, however it is written', () => {
    expect(() => checkNewPassword(' Some.Body@Example.com ', 'some.body@example.com')).toThrow('e-mail');
  });
});
