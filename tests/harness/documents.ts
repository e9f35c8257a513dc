// The curl commands of a document, pasted into a shell as a reader would.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './paths.ts';

/** What documents call the server. */
export const host = 'http://127.0.0.1:8000';

/** Whole commands: a line that ends with a backslash, or inside of quotes, goes on. */
export function commandsOf(document: string): string[] {
  const commands: string[] = [];
  let command = '';
  for (const line of readFileSync(join(repositoryRoot, document), 'utf8').split('\n')) {
    if (command === '' && !line.startsWith('    curl ')) continue;
    command += `${line.slice(4)}\n`;
    const isWhole = !line.endsWith('\\') && (command.match(/'/g) ?? []).length % 2 === 0;
    if (!isWhole) continue;
    commands.push(command.trim());
    command = '';
  }
  return commands;
}

/** What the shell and curl make of it; a stream is read for a second. */
export const paste = (command: string, cwd: string): Promise<string> =>
  new Promise((resolve) => {
    const script = `curl() { command curl -s -S -i --max-time ${/ -N /.test(command) ? 1 : 20} "$@"; }\n${command}`;
    execFile('bash', ['-c', script], { cwd }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
