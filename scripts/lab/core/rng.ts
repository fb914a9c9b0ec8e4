/** A seeded source of randomness. The same seed and label always give the same sequence. */
export interface Rng {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number between both ends, ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  weighted<T>(entries: readonly (readonly [T, number])[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent sequence; drawing from it does not disturb this one. */
  fork(label: string): Rng;
}

function hash(text: string): [number, number, number, number] {
  const h: [number, number, number, number] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h[0] = h[1] ^ Math.imul(h[0] ^ k, 597399067);
    h[1] = h[2] ^ Math.imul(h[1] ^ k, 2869860233);
    h[2] = h[3] ^ Math.imul(h[2] ^ k, 951274213);
    h[3] = h[0] ^ Math.imul(h[3] ^ k, 2716044179);
  }
  return [h[0] >>> 0, h[1] >>> 0, h[2] >>> 0, h[3] >>> 0];
}

/** sfc32 behind a string hash: small, fast and good enough for a made-up company. */
export function createRng(seed: string): Rng {
  let [a, b, c, d] = hash(seed);
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();

  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(0, items.length - 1)];
    if (item === undefined) throw new Error('cannot pick from an empty list');
    return item;
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted: (entries) => {
      let roll = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of entries) {
        roll -= weight;
        if (roll < 0) return item;
      }
      return pick(entries)[0];
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i);
        const [x, y] = [copy[i], copy[j]];
        if (x === undefined || y === undefined) continue;
        copy[i] = y;
        copy[j] = x;
      }
      return copy;
    },
    fork: (label) => createRng(`${seed}/${label}`),
  };
}
