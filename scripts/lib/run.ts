import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { bin, root } from './root.ts';

/** Runs an npm-installed command to its end. Throws with the end of its output when it fails. */
export function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; log?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(bin(command), args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
      if (options.log) {
        mkdirSync(dirname(options.log), { recursive: true });
        appendFileSync(options.log, chunk);
      }
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')} failed (${code}):\n${output.slice(-4_000)}`));
    });
  });
}
