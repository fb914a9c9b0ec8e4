import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/root.ts';

export interface StartOptions {
  port: number;
  consolePort: number;
  labPort: number;
  /** Folder of all state: databases, logs, run.json. */
  data: string;
  lab: boolean;
  console: boolean;
  /** Begin with empty state. */
  fresh: boolean;
  /** Size of the lab's organisation. */
  people: number;
  seed: number;
}

export const usage = `npm start -- [options]
  --port 8787          API
  --console-port 8788  console
  --lab-port 8789      lab
  --data .postern      folder of all state
  --people 500         people in the lab's organisation
  --seed 1             the same seed makes the same organisation
  --no-lab             without the simulated Okta org
  --no-console         without the console
  --fresh              forget all state first`;

function port(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new Error(`--${name} takes a port number, not "${text}"`);
  return value;
}

/** Throws with a sentence for the user when a flag is wrong. */
export function parseFlags(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      port: { type: 'string', default: '8787' },
      'console-port': { type: 'string', default: '8788' },
      'lab-port': { type: 'string', default: '8789' },
      data: { type: 'string', default: '.postern' },
      lab: { type: 'boolean', default: true },
      console: { type: 'boolean', default: true },
      fresh: { type: 'boolean', default: false },
      people: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
    },
  });
  const people = Number(values.people);
  if (!Number.isInteger(people) || people < 20 || people > 1_000_000)
    throw new Error('--people takes a number from 20 to 1000000');
  return {
    port: port('port', values.port),
    consolePort: port('console-port', values['console-port']),
    labPort: port('lab-port', values['lab-port']),
    data: isAbsolute(values.data) ? values.data : join(root, values.data),
    lab: values.lab,
    console: values.console,
    fresh: values.fresh,
    people,
    seed: Number(values.seed) || 1,
  };
}
