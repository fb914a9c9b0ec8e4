import { parseArgs } from 'node:util';
import { createLab } from './lab.ts';
import { serveLab } from './serve.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8789' },
    seed: { type: 'string', default: '1' },
    people: { type: 'string', default: '500' },
    'life-every': { type: 'string', default: '2000' },
    paused: { type: 'boolean', default: false },
  },
});

/** Reads a whole number or ends with a clear word. */
function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`--${name} must be a whole number of at least ${least}`);
  process.exit(2);
}

const lab = createLab({
  seed: values.seed,
  people: wholeNumber('people', values.people, 1),
  lifeEveryMs: wholeNumber('life-every', values['life-every'], 10),
  startLife: !values.paused,
});
const server = await serveLab(lab, wholeNumber('port', values.port, 0));
console.log(JSON.stringify({ lab: server.url }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
