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

const lab = createLab({
  seed: values.seed,
  people: Number(values.people),
  lifeEveryMs: Number(values['life-every']),
  startLife: !values.paused,
});
const server = await serveLab(lab, Number(values.port));
console.log(JSON.stringify({ lab: server.url }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
