// The command line of the binary under test.
import { type ChildProcess, spawn } from 'node:child_process';
import { binaryPath, makeTempDir } from './paths.ts';

export interface CommandResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** What the program may see of our environment: nothing of its own settings, only what every program needs. */
export function cleanEnvironment(settings: Record<string, string> = {}): Record<string, string> {
  const kept = [
    'PATH',
    'LD_LIBRARY_PATH',
    'TMPDIR',
    'ASAN_OPTIONS',
    'UBSAN_OPTIONS',
    'LSAN_OPTIONS',
    'TSAN_OPTIONS',
  ];
  const env: Record<string, string> = { HOME: makeTempDir('home'), LC_ALL: 'C.UTF-8' };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...settings };
}

export interface CommandOptions {
  env?: Record<string, string>;
  cwd?: string;
  timeoutMs?: number;
}

export function spawnTlab(args: string[], options: CommandOptions = {}): ChildProcess {
  return spawn(binaryPath, args, {
    env: cleanEnvironment(options.env),
    cwd: options.cwd ?? makeTempDir('cwd'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function finish(child: ChildProcess, timeoutMs = 60_000): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

export const tlab = (args: string[], options: CommandOptions = {}): Promise<CommandResult> =>
  finish(spawnTlab(args, options), options.timeoutMs);

/** For set-up steps: anything but exit code 0 is an error that shows what the program said. */
export async function tlabOk(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const result = await tlab(args, options);
  if (result.code !== 0)
    throw new Error(
      `tlab ${args.join(' ')} ended with ${result.code ?? result.signal}:\n${result.stderr}${result.stdout}`,
    );
  return result;
}
