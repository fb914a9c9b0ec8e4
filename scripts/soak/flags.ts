import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** How long the steady phase lasts. */
  minutes: number;
  /** Events a second of the steady phase. */
  rate: number;
  /** Without the phase in which the Worker is killed. */
  skipKill: boolean;
  json: boolean;
}

export const usage = `npm run soak -- [options]
  --minutes 15   how long events come steadily
  --rate 200     events a second, meanwhile
  --skip-kill    without the burst in which the Worker is killed ten times
  --json         the figures as JSON`;

function amount(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > most)
    throw new Error(`--${name} takes a number from 0 to ${most}, not "${text}"`);
  return value;
}

/** Throws with a sentence for the user when a flag is wrong. */
export function parseFlags(args: string[]): SoakOptions {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '15' },
      rate: { type: 'string', default: '200' },
      'skip-kill': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    minutes: amount('minutes', values.minutes, 24 * 60),
    rate: amount('rate', values.rate, 10_000),
    skipKill: values['skip-kill'],
    json: values.json,
  };
}
