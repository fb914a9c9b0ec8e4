/**
 * Sealed secrets: AES-256-GCM under a deployment key, `v1.<key id>.<iv>.<ciphertext>` in base64url. The key id in front
 * makes rotation possible: the first key of SEALING_KEYS seals, every key opens. The context (tenant and purpose) is
 * authenticated, so a sealed value copied to another row does not open.
 */
export interface Sealer {
  seal(plain: string, context: string): Promise<string>;
  /** Throws when the key is gone, the value was altered, or the context is another one. */
  open(sealed: string, context: string): Promise<string>;
}

const encoder = new TextEncoder();

interface NamedKey {
  id: string;
  key: Promise<CryptoKey>;
}

function parseKeys(spec: string): NamedKey[] {
  return spec.split(',').map((entry) => {
    const [id, encoded] = entry.trim().split(/:(.*)/s);
    const raw = encoded ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
    if (!id || raw.length !== 32) throw new Error('SEALING_KEYS must be id:base64(32 bytes), comma separated');
    return { id, key: crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']) };
  });
}

export function createSealer(spec: string): Sealer {
  const keys = parseKeys(spec);
  return {
    async seal(plain, context) {
      const first = keys[0];
      if (!first) throw new Error('SEALING_KEYS is empty');
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const cipher = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: encoder.encode(context) },
        await first.key,
        encoder.encode(plain),
      );
      return `v1.${first.id}.${Buffer.from(iv).toString('base64url')}.${Buffer.from(cipher).toString('base64url')}`;
    },
    async open(sealed, context) {
      const [version, id, iv, cipher] = sealed.split('.');
      const named = keys.find((candidate) => candidate.id === id);
      if (version !== 'v1' || !iv || !cipher) throw new Error('not a sealed value');
      if (!named) throw new Error('the sealing key of this secret is not configured any more');
      const plain = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: Buffer.from(iv, 'base64url'), additionalData: encoder.encode(context) },
        await named.key,
        Buffer.from(cipher, 'base64url'),
      );
      return new TextDecoder().decode(plain);
    },
  };
}
